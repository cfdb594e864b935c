"""The invariants within and between the five databases that hold whenever the services have settled."""

from edu_seed.invariants.events import SETTLED, TAKEN
from edu_seed.invariants.kinds import Invariant, Nowhere, Query, Within, same

USERS: Query = ("identity", "SELECT id, name FROM users")
COURSES = """
    SELECT id, version, teacher_id, teacher_name, title, slug, status, is_free, ids::text
    FROM courses LEFT JOIN (
        SELECT lessons.course_id, array_agg(lessons.id ORDER BY modules.position, lessons.position) AS ids
        FROM lessons JOIN modules ON modules.id = module_id GROUP BY 1
    ) curriculum ON course_id = courses.id
    WHERE status <> 'draft'
"""
OUTLINES = """
    SELECT course_id, version, teacher_id, teacher_name, title, slug, status, is_free, nullif(lesson_ids, '{}')::text
    FROM course_outlines WHERE status NOT IN ('draft', 'deleted')
"""

IDENTITY = (
    Nowhere("addresses are compared in lower case", "identity", "SELECT id FROM users WHERE email_key <> lower(email)"),
)
COURSE = (
    Nowhere(
        "a course's rating is that of its reviews",
        "course",
        "SELECT courses.id FROM courses LEFT JOIN reviews ON course_id = courses.id AND NOT hidden GROUP BY courses.id"
        " HAVING count(reviews.id) <> review_count OR coalesce(sum(rating), 0) <> rating_sum",
    ),
    Nowhere(
        "a course's lessons and minutes are those of its curriculum",
        "course",
        "SELECT courses.id FROM courses LEFT JOIN lessons ON course_id = courses.id GROUP BY courses.id"
        " HAVING count(lessons.id) <> lesson_count"
        " OR count(lessons.id) > 0 AND sum(lessons.duration_minutes) <> courses.duration_minutes",
    ),
    Within(
        "the course service knows who is verified",
        ("identity", "SELECT id FROM users WHERE is_verified"),
        ("course", "SELECT user_id FROM verified_teachers"),
    ),
    *same(
        "a course's students are those of the enrollment service",
        ("course", "SELECT id, enrollment_count::bigint FROM courses WHERE enrollment_count > 0"),
        (
            "enrollment",
            "SELECT course_id, count(*) FROM enrollments JOIN course_outlines USING (course_id)"
            " WHERE enrollments.status <> 'revoked' AND course_outlines.status <> 'deleted' GROUP BY 1",
        ),
    ),
)
ENROLLMENT = (
    *same("outlines are the courses that were published", ("enrollment", OUTLINES), ("course", COURSES)),
    Within(
        "students are users, under their names",
        ("enrollment", "SELECT student_id, student_name FROM enrollments WHERE student_name <> ''"),
        USERS,
    ),
    Nowhere(
        "nobody takes an own course",
        "enrollment",
        "SELECT id FROM enrollments JOIN course_outlines USING (course_id) WHERE student_id = teacher_id",
    ),
    Within(
        "whoever completed has a certificate",
        ("enrollment", "SELECT id FROM enrollments WHERE status = 'completed'"),
        ("enrollment", "SELECT enrollment_id FROM certificates WHERE is_current"),
    ),
)
PAYMENT = (
    *same(
        "each completed payment has its one active enrollment, and none is active on another payment",
        (
            "enrollment",
            "SELECT payment_id, student_id, course_id FROM enrollments"
            " WHERE payment_id IS NOT NULL AND status <> 'revoked'",
        ),
        ("payment", "SELECT id, student_id, course_id FROM payments WHERE state = 'completed'"),
    ),
    Within(
        "an enrollment that was revoked had its payment refunded",
        (
            "enrollment",
            "SELECT payment_id, student_id, course_id FROM enrollments"
            " WHERE payment_id IS NOT NULL AND status = 'revoked'",
        ),
        ("payment", "SELECT id, student_id, course_id FROM payments WHERE state = 'refunded'"),
    ),
    *same(
        "the mock provider's ledger says the same: one charge a payment, no other charges",
        ("payment", "SELECT id, amount, currency, state FROM payments WHERE provider = 'mock'"),
        ("payment", "SELECT idempotency_key, amount, currency, state FROM mock_charges"),
    ),
    Nowhere(
        "nobody pays twice for a course",
        "payment",
        "SELECT student_id, course_id FROM payments JOIN mock_charges ON mock_charges.idempotency_key = payments.id"
        " WHERE mock_charges.state = 'completed' GROUP BY 1, 2 HAVING count(*) > 1",
    ),
)
NOTIFICATION = (
    Within(
        "recipients are users", ("notification", "SELECT user_id FROM recipients"), ("identity", "SELECT id FROM users")
    ),
    Within(
        "notifications are for users",
        ("notification", "SELECT user_id FROM notifications"),
        ("identity", "SELECT id FROM users"),
    ),
    Within(
        "every purchase was told to its buyer",
        (
            "payment",
            "SELECT id::text, student_id FROM payments WHERE idempotency_key IS NOT NULL"
            " AND state IN ('completed', 'refunded') AND refund_cause IS NULL AND student_name <> ''",
        ),
        (
            "notification",
            "SELECT data->>'payment_id', user_id FROM notifications WHERE type = 'enrollment.created'"
            " AND data->>'payment_id' IS NOT NULL",
        ),
    ),
    Nowhere(
        "no purchase was told twice",
        "notification",
        "SELECT data->>'payment_id' FROM notifications WHERE type = 'enrollment.created'"
        " AND data->>'payment_id' IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
    ),
)
ALWAYS: tuple[Invariant, ...] = (*SETTLED, TAKEN, *IDENTITY, *COURSE, *ENROLLMENT, *PAYMENT, *NOTIFICATION)
