"""The checks find the violations that they are for."""

from collections.abc import AsyncGenerator
from datetime import date

import pytest
import pytest_asyncio

from edu_seed.databases import connect
from edu_seed.invariants import INVARIANTS, broken, check
from edu_seed.load import Connections, Order, Urls, seed
from edu_seed.report import Report
from edu_seed.sizes import SMALL

EVENT = "INSERT INTO outbox (id, type, subject, data) VALUES (gen_random_uuid(), 't', gen_random_uuid(), '{}')"
DELIVERY = "INSERT INTO outbox_deliveries (seq, subscriber, subject) SELECT seq, 'enrollment', subject FROM outbox"
ONE_COURSE = "WHERE id = (SELECT id FROM courses WHERE status = 'published' LIMIT 1)"
BROKEN = [
    ("identity", "UPDATE users SET email_key = upper(email_key) WHERE email = 'user0@example.com'", "lower case"),
    ("identity", "UPDATE users SET name = 'Renamed' WHERE email = 'user0@example.com'", "under their names"),
    ("identity", "UPDATE users SET is_verified = false WHERE email = 'user0@example.com'", "verified teachers"),
    ("course", f"UPDATE courses SET rating_sum = rating_sum + 1 {ONE_COURSE}", "rating is that of its reviews"),
    (
        "course",
        f"UPDATE courses SET lesson_count = lesson_count + 1 {ONE_COURSE}",
        "lessons are those of its curriculum",
    ),
    (
        "course",
        f"UPDATE courses SET enrollment_count = enrollment_count + 1 {ONE_COURSE}",
        "those of the enrollment service",
    ),
    ("course", "UPDATE courses SET price = price + 1 WHERE NOT is_free", "of the course's price"),
    ("course", f"UPDATE courses SET title = title || '!' {ONE_COURSE}", "outlines are the courses"),
    ("course", "UPDATE lessons SET position = position + 1", "without gaps"),
    ("course", "DELETE FROM search_words", "lexicon"),
    ("course", "DELETE FROM verified_teachers", "who is verified"),
    ("course", f"UPDATE courses SET teacher_name = '' {ONE_COURSE}", "under their teachers' names"),
    ("course", "UPDATE reviews SET withdrawn = true", "a review is withdrawn"),
    ("course", "DELETE FROM revoked_enrollments", "which enrollments are revoked"),
    ("enrollment", "UPDATE course_outlines SET status = 'deleted', lesson_ids = '{}'", "are deleted"),
    ("enrollment", "DELETE FROM certificates", "has a certificate"),
    ("enrollment", "DELETE FROM lesson_progress", "done all its lessons"),
    ("enrollment", "UPDATE enrollments SET status = 'revoked'", "only the enrolled review"),
    ("enrollment", "UPDATE enrollments SET payment_id = NULL", "has a payment"),
    ("payment", "UPDATE payments SET amount = amount + 1", "of the course's price"),
    ("payment", "DELETE FROM mock_charges", "mock provider's ledger"),
    ("payment", "DELETE FROM payments WHERE state = 'completed'", "is active on another payment"),
    ("notification", "DELETE FROM recipients", "other than admins are recipients"),
    ("notification", "UPDATE recipients SET email_verified = NOT email_verified", "a confirmed address"),
    ("notification", "INSERT INTO erased_users SELECT user_id FROM recipients", "who was erased"),
    ("payment", f"{EVENT}; {DELIVERY}", "nothing is undelivered"),
    ("payment", f"{EVENT}; {DELIVERY}; UPDATE outbox_deliveries SET delivered_at = now()", "remembered by"),
    ("payment", "UPDATE payments SET idempotency_key = id::text", "notified its buyer"),
    (
        "payment",
        "UPDATE payments SET state = 'refund_pending', check_at = now() WHERE state = 'completed'",
        "no payment is under way",
    ),
    (
        "notification",
        "INSERT INTO notifications SELECT gen_random_uuid(), user_id, type, title, body, data, is_read, created_at,"
        " gen_random_uuid() FROM notifications",
        "notified twice",
    ),
]


@pytest_asyncio.fixture(scope="module")
async def seeded(migrated: Urls) -> Urls:
    await seed(migrated, Order(SMALL, 1, date(2026, 11, 1)), Report(shown=False), replace=True)
    return migrated


@pytest_asyncio.fixture
async def connections(seeded: Urls) -> AsyncGenerator[Connections]:
    opened = {name: await connect(name, url) for name, url in seeded.items()}
    yield opened
    for connection in opened.values():
        await connection.close()


async def test_a_fresh_load_breaks_none(seeded: Urls) -> None:
    assert await check(seeded) == []


@pytest.mark.parametrize(("database", "breach", "said"), BROKEN)
async def test_a_breach_is_told(connections: Connections, database: str, breach: str, said: str) -> None:
    transaction = connections[database].transaction()
    await transaction.start()
    await connections[database].execute(breach)
    found = await broken(connections)
    await transaction.rollback()
    assert [sentence for sentence in found if said in sentence]


def test_no_invariant_is_said_twice() -> None:
    """Except for the two directions of an equality."""
    said = [invariant.says for invariant in INVARIANTS]
    assert max(map(said.count, said)) <= 2
