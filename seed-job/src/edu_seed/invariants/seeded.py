"""The additional invariants of demonstration data as it was loaded."""

from edu_seed.invariants.copies import USERS
from edu_seed.invariants.kinds import Invariant, Nowhere, Within, same

IDENTITY = (
    Nowhere(
        "only teachers are verified, apply or are rejected",
        "identity",
        "SELECT id FROM users WHERE role <> 'teacher' AND (is_verified OR application IS NOT NULL)"
        " OR is_verified AND rejection_reason IS NOT NULL",
    ),
)
COURSE = (
    Nowhere(
        "a course's minutes are those of its lessons",
        "course",
        "SELECT courses.id FROM courses JOIN lessons ON course_id = courses.id GROUP BY courses.id"
        " HAVING sum(lessons.duration_minutes) <> courses.duration_minutes",
    ),
    Nowhere(
        "modules and lessons count from 1 without gaps",
        "course",
        "SELECT course_id FROM modules GROUP BY 1 HAVING max(position) <> count(*) OR min(position) <> 1"
        " UNION ALL"
        " SELECT module_id FROM lessons GROUP BY 1 HAVING max(position) <> count(*) OR min(position) <> 1",
    ),
    Nowhere(
        "no module is empty",
        "course",
        "SELECT id FROM modules WHERE NOT EXISTS (SELECT FROM lessons WHERE module_id = modules.id)",
    ),
    Nowhere(
        "drafts are not published, have no students and no reviews",
        "course",
        "SELECT id FROM courses WHERE (status = 'draft') <> (published_at IS NULL)"
        " OR status = 'draft' AND enrollment_count + review_count > 0",
    ),
    Nowhere(
        "a course is made, then published, then changed",
        "course",
        "SELECT id FROM courses WHERE updated_at < created_at OR published_at < created_at",
    ),
    Nowhere(
        "nobody reviews an own course, or before it is published",
        "course",
        "SELECT reviews.id FROM reviews JOIN courses ON courses.id = course_id"
        " WHERE student_id = teacher_id OR reviews.created_at < published_at",
    ),
    Nowhere(
        "every published course has title, description and category",
        "course",
        "SELECT id FROM courses WHERE status <> 'draft' AND (title = '' OR description = '' OR category IS NULL)",
    ),
    Nowhere(
        "the lexicon has the words of all courses",
        "course",
        "SELECT word FROM ts_stat('SELECT words_vector(title, subtitle, tags, description) FROM courses')"
        " WHERE is_search_word(word) EXCEPT SELECT word FROM search_words",
    ),
    Within(
        "courses are of verified teachers, under their names",
        ("course", "SELECT DISTINCT teacher_id, teacher_name FROM courses"),
        ("identity", "SELECT id, name FROM users WHERE is_verified"),
    ),
    Within(
        "only the enrolled review",
        ("course", "SELECT course_id, student_id FROM reviews"),
        ("enrollment", "SELECT course_id, student_id FROM enrollments WHERE status <> 'revoked'"),
    ),
)
ENROLLMENT = (
    Within(
        "only students and teachers learn",
        ("enrollment", "SELECT student_id FROM enrollments"),
        ("identity", "SELECT id FROM users WHERE role <> 'admin'"),
    ),
    Nowhere(
        "who completed a course has done all its lessons, who has just enrolled none, others some",
        "enrollment",
        "SELECT id, enrollments.status, done FROM enrollments JOIN course_outlines USING (course_id)"
        " LEFT JOIN (SELECT enrollment_id, count(completed_at) AS done FROM lesson_progress GROUP BY 1) progress"
        " ON enrollment_id = enrollments.id WHERE CASE enrollments.status"
        " WHEN 'completed' THEN done IS DISTINCT FROM cardinality(lesson_ids)"
        " WHEN 'in_progress' THEN coalesce(done, 0) NOT BETWEEN 1 AND cardinality(lesson_ids) - 1"
        " WHEN 'enrolled' THEN done IS NOT NULL ELSE false END",
    ),
    Nowhere(
        "progress is in lessons of the course, after the enrollment",
        "enrollment",
        "SELECT enrollment_id, lesson_id FROM lesson_progress JOIN enrollments ON enrollments.id = enrollment_id"
        " JOIN course_outlines USING (course_id)"
        " WHERE lesson_id <> ALL(lesson_ids) OR completed_at < enrolled_at OR completed_at > last_activity_at",
    ),
    Nowhere(
        "the lesson to resume is one of the course",
        "enrollment",
        "SELECT id FROM enrollments JOIN course_outlines USING (course_id)"
        " WHERE last_lesson_id IS NOT NULL AND last_lesson_id <> ALL(lesson_ids)"
        " OR (last_lesson_id IS NULL) <> (last_activity_at IS NULL) OR last_activity_at < enrolled_at",
    ),
    *same(
        "whoever completed has a certificate with the right names",
        (
            "enrollment",
            "SELECT id, enrollments.student_name, title, course_outlines.teacher_name, last_activity_at"
            " FROM enrollments JOIN course_outlines USING (course_id) WHERE enrollments.status = 'completed'",
        ),
        (
            "enrollment",
            "SELECT enrollment_id, student_name, course_title, teacher_name, completed_at FROM certificates",
        ),
    ),
)
PAYMENT = (
    Nowhere(
        "an enrollment in a paid course, and no other, has a payment",
        "enrollment",
        "SELECT id FROM enrollments JOIN course_outlines USING (course_id) WHERE is_free <> (payment_id IS NULL)",
    ),
    Within(
        "a refunded payment's enrollment is revoked",
        ("payment", "SELECT id, student_id, course_id FROM payments WHERE state = 'refunded'"),
        ("enrollment", "SELECT payment_id, student_id, course_id FROM enrollments WHERE status = 'revoked'"),
    ),
    Within(
        "payments are of the course's price, under its title",
        ("payment", "SELECT course_id, course_title, teacher_id, amount, currency FROM payments"),
        ("course", "SELECT id, title, teacher_id, price, currency FROM courses"),
    ),
    Within("payers are users, under their names", ("payment", "SELECT student_id, student_name FROM payments"), USERS),
    Nowhere(
        "payments are made, completed and refunded in this order",
        "payment",
        "SELECT id FROM payments WHERE completed_at < created_at OR refunded_at < completed_at",
    ),
)
SEEDED: tuple[Invariant, ...] = (*IDENTITY, *COURSE, *ENROLLMENT, *PAYMENT)
