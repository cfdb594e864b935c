"""The invariants within and between the five databases that hold whenever the services have settled."""

from edu_seed.invariants.copies import COPIES
from edu_seed.invariants.events import RECEIVED, SETTLED
from edu_seed.invariants.kinds import Invariant, Nowhere, Within, same

IDENTITY = (
    Nowhere("addresses are compared in lower case", "identity", "SELECT id FROM users WHERE email_key <> lower(email)"),
)
COURSE = (
    Nowhere(
        "a course's rating is that of its reviews",
        "course",
        "SELECT courses.id FROM courses LEFT JOIN reviews ON course_id = courses.id AND NOT hidden AND NOT withdrawn"
        " GROUP BY courses.id HAVING count(reviews.id) <> review_count OR coalesce(sum(rating), 0) <> rating_sum",
    ),
    Nowhere(
        "a course's lessons are those of its curriculum",
        "course",
        "SELECT courses.id FROM courses LEFT JOIN lessons ON course_id = courses.id GROUP BY courses.id"
        " HAVING count(lessons.id) <> lesson_count",
    ),
)
ENROLLMENT = (
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
        "every purchase notified its buyer",
        (
            "payment",
            # A refunded one may have been bought again before its event arrived, and then opened nothing.
            "SELECT id::text, student_id FROM payments WHERE idempotency_key IS NOT NULL"
            " AND state = 'completed' AND student_name <> ''",
        ),
        (
            "notification",
            "SELECT data->>'payment_id', user_id FROM notifications WHERE type = 'enrollment.created'"
            " AND data->>'payment_id' IS NOT NULL",
        ),
    ),
    Nowhere(
        "no purchase notified twice",
        "notification",
        "SELECT data->>'payment_id' FROM notifications WHERE type = 'enrollment.created'"
        " AND data->>'payment_id' IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
    ),
)
ALWAYS: tuple[Invariant, ...] = (
    *SETTLED,
    RECEIVED,
    *(invariant for copy in COPIES for invariant in copy.holds),
    *IDENTITY,
    *COURSE,
    *ENROLLMENT,
    *PAYMENT,
    *NOTIFICATION,
)
