"""What must hold within and between the five databases, as SQL.

A `Nowhere` names rows that must not exist in a database. A `Within` says that all rows of one database's query
are among another's: what a service keeps of its neighbours must be what they say.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from edu_seed.databases import Connection, connect
from edu_seed.errors import told

Row = tuple[Any, ...]
Query = tuple[str, str]
"""A database and what to ask it."""


@dataclass(frozen=True)
class Nowhere:
    says: str
    database: str
    query: str

    async def violations(self, connections: Mapping[str, Connection]) -> list[Row]:
        return [tuple(row) for row in await connections[self.database].fetch(self.query)]


@dataclass(frozen=True)
class Within:
    says: str
    part: Query
    whole: Query

    async def violations(self, connections: Mapping[str, Connection]) -> list[Row]:
        part, whole = [
            {tuple(row) for row in await connections[database].fetch(query)}
            for database, query in (self.part, self.whole)
        ]
        return list(part - whole)


def same(says: str, one: Query, other: Query) -> tuple[Within, Within]:
    return Within(says, one, other), Within(says, other, one)


USERS: Query = ("identity", "SELECT id, name FROM users")
COURSES = """
    SELECT id, version, teacher_id, teacher_name, title, slug, status, is_free, ids::text
    FROM courses LEFT JOIN (
        SELECT lessons.course_id, array_agg(lessons.id ORDER BY modules.position, lessons.position) AS ids
        FROM lessons JOIN modules ON modules.id = module_id GROUP BY 1
    ) curriculum ON course_id = courses.id
"""
OUTLINES = """
    SELECT course_id, version, teacher_id, teacher_name, title, slug, status, is_free, nullif(lesson_ids, '{}')::text
    FROM course_outlines
"""

IDENTITY = (
    Nowhere("addresses are compared in lower case", "identity", "SELECT id FROM users WHERE email_key <> lower(email)"),
    Nowhere(
        "only teachers are verified, apply or are rejected",
        "identity",
        "SELECT id FROM users WHERE role <> 'teacher' AND (is_verified OR application IS NOT NULL)"
        " OR is_verified AND rejection_reason IS NOT NULL",
    ),
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
    *same(
        "the course service knows who is verified",
        ("course", "SELECT user_id FROM verified_teachers"),
        ("identity", "SELECT id FROM users WHERE is_verified"),
    ),
    Within("reviews are of users, under their names", ("course", "SELECT student_id, author_name FROM reviews"), USERS),
    Within(
        "only the enrolled review",
        ("course", "SELECT course_id, student_id FROM reviews"),
        ("enrollment", "SELECT course_id, student_id FROM enrollments WHERE status <> 'revoked'"),
    ),
    *same(
        "a course's students are those of the enrollment service",
        ("course", "SELECT id, enrollment_count::bigint FROM courses WHERE enrollment_count > 0"),
        ("enrollment", "SELECT course_id, count(*) FROM enrollments WHERE status <> 'revoked' GROUP BY 1"),
    ),
)
ENROLLMENT = (
    *same(
        "outlines are the courses that were published",
        ("enrollment", OUTLINES),
        ("course", f"{COURSES} WHERE status <> 'draft'"),
    ),
    Within(
        "students are users, under their names",
        ("enrollment", "SELECT student_id, student_name FROM enrollments"),
        USERS,
    ),
    Within(
        "only students and teachers learn",
        ("enrollment", "SELECT student_id FROM enrollments"),
        ("identity", "SELECT id FROM users WHERE role <> 'admin'"),
    ),
    Nowhere(
        "nobody takes an own course",
        "enrollment",
        "SELECT id FROM enrollments JOIN course_outlines USING (course_id) WHERE student_id = teacher_id",
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
    *same(
        "an active enrollment in a paid course has its completed payment, and a completed payment its enrollment",
        (
            "enrollment",
            "SELECT payment_id, student_id, course_id FROM enrollments JOIN course_outlines USING (course_id)"
            " WHERE NOT is_free AND enrollments.status <> 'revoked'",
        ),
        ("payment", "SELECT id, student_id, course_id FROM payments WHERE state = 'completed'"),
    ),
    *same(
        "a refunded payment's enrollment is revoked",
        ("enrollment", "SELECT payment_id, student_id, course_id FROM enrollments WHERE status = 'revoked'"),
        ("payment", "SELECT id, student_id, course_id FROM payments WHERE state = 'refunded'"),
    ),
    Within(
        "payments are of the course's price, under its title",
        ("payment", "SELECT course_id, course_title, teacher_id, amount, currency FROM payments"),
        ("course", "SELECT id, title, teacher_id, price, currency FROM courses"),
    ),
    Within("payers are users, under their names", ("payment", "SELECT student_id, student_name FROM payments"), USERS),
    *same(
        "the mock provider's ledger says the same",
        ("payment", "SELECT id, amount, currency, state FROM payments WHERE provider = 'mock'"),
        ("payment", "SELECT idempotency_key, amount, currency, state FROM mock_charges"),
    ),
    Nowhere(
        "payments are made, completed and refunded in this order",
        "payment",
        "SELECT id FROM payments WHERE completed_at < created_at OR refunded_at < completed_at",
    ),
)
NOTIFICATION = (
    *same(
        "recipients are the users",
        ("notification", "SELECT user_id, email, name, role, locale FROM recipients"),
        ("identity", "SELECT id, email, name, role, locale FROM users WHERE role <> 'admin'"),
    ),
    Within(
        "notifications are for users",
        ("notification", "SELECT user_id FROM notifications"),
        ("identity", "SELECT id FROM users"),
    ),
)
INVARIANTS = (*IDENTITY, *COURSE, *ENROLLMENT, *PAYMENT, *NOTIFICATION)


async def check(urls: Mapping[str, str]) -> list[str]:
    """A sentence for each invariant that does not hold."""
    async with AsyncExitStack() as stack:
        connections: dict[str, Connection] = {}
        for name, url in urls.items():
            connections[name] = await connect(name, url)
            stack.push_async_callback(connections[name].close)
        return await broken(connections)


async def broken(connections: Mapping[str, Connection]) -> list[str]:
    """The same over open connections, as their transactions see the data."""
    results = [(invariant, await _violations(invariant, connections)) for invariant in INVARIANTS]
    return [
        f"Does not hold: {invariant.says} ({len(rows)} exceptions, such as {', '.join(map(str, rows[0]))})"
        for invariant, rows in results
        if rows
    ]


async def _violations(invariant: Nowhere | Within, connections: Mapping[str, Connection]) -> list[Row]:
    with told(f"Checking that {invariant.says}"):
        return await invariant.violations(connections)
