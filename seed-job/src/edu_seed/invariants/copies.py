"""What a service stores of data that another one owns, and what holds for it whenever the services have settled.

`docs/reference/copies.md` lists the same copies with the events that change them.
"""

from dataclasses import dataclass

from edu_seed.invariants.kinds import Follows, Invariant, Nowhere, Query, Union, Within, same
from edu_topology import SERVICES

USERS: Query = ("identity", "SELECT id, name FROM users")
USER_IDS: Query = ("identity", "SELECT id FROM users")
ERASED: Query = ("identity", "SELECT target FROM audit_entries WHERE action = 'user.erased'")
NO_NAME = ("",)
"""What remains of an erased user's name."""


@dataclass(frozen=True)
class Copy:
    """Columns of a service's table whose source is another service."""

    database: str
    table: str
    columns: frozenset[str]
    holds: tuple[Invariant, ...]


def _copy(table: str, columns: str, *holds: Invariant) -> Copy:
    """Return the copy in these columns of a table, which is named with its service's database."""
    database, _, name = table.partition(".")
    return Copy(database, name, frozenset(columns.split()), holds)


CURRICULA = """
    SELECT lessons.course_id, array_agg(lessons.id ORDER BY modules.position, lessons.position)::text AS lesson_ids
    FROM lessons JOIN modules ON modules.id = module_id GROUP BY 1
"""
COURSES: Query = (
    "course",
    "SELECT id, teacher_id, teacher_name, title, slug, status, is_free, lesson_ids"  # noqa: S608 - our own query
    f" FROM courses LEFT JOIN ({CURRICULA}) curricula ON course_id = courses.id",
)
OUTLINES: Query = (
    "enrollment",
    "SELECT course_id, teacher_id, teacher_name, title, slug, status, is_free, nullif(lesson_ids, '{}')::text"
    " FROM course_outlines WHERE status <> 'deleted'",
)
OF_COURSE = (
    _copy(
        "course.courses",
        "teacher_name",
        Follows(
            "courses are under their teachers' names",
            ("course", "SELECT teacher_id, teacher_name FROM courses"),
            USERS,
            gone=NO_NAME,
        ),
    ),
    _copy(
        "course.courses",
        "enrollment_count",
        Follows(
            "a course's students are those of the enrollment service",
            ("course", "SELECT id, enrollment_count::bigint FROM courses"),
            ("enrollment", "SELECT course_id, count(*) FROM enrollments WHERE status <> 'revoked' GROUP BY 1"),
            gone=(0,),
        ),
    ),
    _copy(
        "course.reviews",
        "author_name",
        Follows(
            "reviews are under their authors' names",
            ("course", "SELECT student_id, author_name FROM reviews"),
            USERS,
            gone=NO_NAME,
        ),
    ),
    _copy(
        "course.reviews",
        "withdrawn",
        Within(
            "a review is withdrawn as long as its author's enrollment is revoked",
            ("course", "SELECT course_id, student_id, withdrawn FROM reviews"),
            ("enrollment", "SELECT course_id, student_id, status = 'revoked' FROM enrollments"),
        ),
    ),
    _copy(
        "course.revoked_enrollments",
        "student_id course_id",
        *same(
            "the course service knows which enrollments are revoked",
            ("course", "SELECT student_id, course_id FROM revoked_enrollments"),
            (
                "enrollment",
                "SELECT student_id, course_id FROM enrollments JOIN course_outlines USING (course_id)"
                " WHERE enrollments.status = 'revoked' AND course_outlines.status <> 'deleted'",
            ),
        ),
    ),
    _copy(
        "course.user_names",
        "user_id name",
        Follows(
            "new names in the course service are current",
            ("course", "SELECT user_id, name FROM user_names"),
            USERS,
            gone=NO_NAME,
        ),
    ),
    _copy(
        "course.verified_teachers",
        "user_id",
        *same(
            "the course service knows who is verified",
            ("course", "SELECT user_id FROM verified_teachers"),
            ("identity", "SELECT id FROM users WHERE is_verified"),
        ),
    ),
)
OF_ENROLLMENT = (
    _copy(
        "enrollment.course_outlines",
        "teacher_name title slug status is_free lesson_ids",
        Within("outlines are the courses that were published", OUTLINES, COURSES),
        Within(
            "outlines are the courses that were published",
            ("course", "SELECT id FROM courses WHERE published_at IS NOT NULL"),
            ("enrollment", "SELECT course_id FROM course_outlines WHERE status <> 'deleted'"),
        ),
        Follows(
            "the courses of deleted outlines are deleted",
            ("enrollment", "SELECT course_id, status FROM course_outlines WHERE status = 'deleted'"),
            ("course", "SELECT id, status FROM courses"),
            gone=("deleted",),
        ),
    ),
    _copy(
        "enrollment.enrollments",
        "student_name",
        Follows(
            "students are users, under their names",
            ("enrollment", "SELECT student_id, student_name FROM enrollments"),
            USERS,
            gone=NO_NAME,
        ),
    ),
    _copy(
        "enrollment.enrollments",
        "payment_id paid_at",
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
        Within(
            "enrollments know when they were paid",
            ("enrollment", "SELECT payment_id, paid_at FROM enrollments WHERE paid_at IS NOT NULL"),
            ("payment", "SELECT id, completed_at FROM payments"),
        ),
    ),
    _copy(
        "enrollment.user_names",
        "user_id name",
        Follows(
            "new names in the enrollment service are current",
            ("enrollment", "SELECT user_id, name FROM user_names"),
            USERS,
            gone=NO_NAME,
        ),
    ),
    _copy(
        "enrollment.certificates",
        "student_name course_title teacher_name",
        Within(
            "certificates name no erased student",
            (
                "enrollment",
                "SELECT student_id FROM certificates JOIN enrollments ON enrollments.id = enrollment_id"
                " WHERE certificates.student_name <> ''",
            ),
            USER_IDS,
        ),
    ),
)
OF_PAYMENT = (
    _copy(
        "payment.payments",
        "student_name course_title teacher_id amount currency",
        Within(
            "payments name no erased student",
            ("payment", "SELECT student_id FROM payments WHERE student_name <> '' OR refund_reason IS NOT NULL"),
            USER_IDS,
        ),
    ),
    _copy(
        "payment.payments",
        "refund_cause",
        Nowhere(
            "payments that bought nothing are refunded",
            "payment",
            "SELECT id, state FROM payments WHERE refund_cause IS NOT NULL AND state <> 'refunded'",
        ),
    ),
    _copy(
        "payment.erased_users",
        "user_id",
        *same("the payment service knows who was erased", ("payment", "SELECT user_id FROM erased_users"), ERASED),
    ),
)
OF_NOTIFICATION = (
    _copy(
        "notification.recipients",
        "role email_verified",
        Within(
            "recipients have their role and a confirmed address as in identity",
            ("notification", "SELECT user_id, role, email_verified FROM recipients"),
            ("identity", "SELECT id, role, email_verified FROM users"),
        ),
    ),
    _copy(
        "notification.recipients",
        "email name locale",
        Within(
            "recipients are users, as identity knows them",
            ("notification", "SELECT user_id, email, name, locale FROM recipients"),
            ("identity", "SELECT id, email, name, locale FROM users"),
        ),
        Within(
            "users other than admins are recipients",
            ("identity", "SELECT id FROM users WHERE role <> 'admin'"),
            ("notification", "SELECT user_id FROM recipients"),
        ),
    ),
    _copy(
        "notification.erased_users",
        "user_id",
        *same(
            "the notification service knows who was erased",
            ("notification", "SELECT user_id FROM erased_users"),
            ERASED,
        ),
    ),
    _copy(
        "notification.notifications",
        "title body data about_user_id",
        Within(
            "notifications are for users, and about users",
            (
                "notification",
                "SELECT user_id FROM notifications"
                " UNION SELECT about_user_id FROM notifications WHERE about_user_id IS NOT NULL",
            ),
            USER_IDS,
        ),
    ),
    _copy(
        "notification.mails",
        "data",
        Within("mails are to users", ("notification", "SELECT user_id FROM mails"), USER_IDS),
        Nowhere(
            "no data remain of closed mails",
            "notification",
            "SELECT id FROM mails WHERE status <> 'queued' AND data <> '{}'",
        ),
    ),
)
RECENT_REVOCATIONS = (
    "SELECT subject, revoked_before FROM access_revocations WHERE revoked_before > now() - interval '15 minutes'"
)
OF_EVERY_SERVICE = tuple(
    _copy(
        f"{service}.access_revocations",
        "subject revoked_before",
        Within(
            f"access that was revoked is revoked in the {service} service",
            ("identity", RECENT_REVOCATIONS),
            (service, "SELECT subject, revoked_before FROM access_revocations"),
        ),
    )
    for service in SERVICES
    if service != "identity"
)
ADMIN_ACTIONS = (
    "SELECT (data->>'actor_id')::uuid, data->>'action', (data->>'target_id')::uuid FROM outbox"
    " WHERE type = 'admin.acted'"
)
OF_IDENTITY = (
    _copy(
        "identity.audit_entries",
        "actor action target detail created_at",
        Within(
            "the audit log has what admins did in other services",
            Union(tuple((service, ADMIN_ACTIONS) for service in SERVICES if service != "identity")),
            ("identity", "SELECT actor, action, target FROM audit_entries"),
        ),
    ),
)
COPIES: tuple[Copy, ...] = (*OF_IDENTITY, *OF_COURSE, *OF_ENROLLMENT, *OF_PAYMENT, *OF_NOTIFICATION, *OF_EVERY_SERVICE)
