"""What newer migrations do with the data of older releases."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from edu_common.database import migrations
from edu_common.ids import new_id

INSERT = sa.text("""
    INSERT INTO payments (id, student_id, student_name, course_id, course_title, teacher_id, amount, currency, provider,
        state, completed_at, created_at)
    VALUES (:id, :student_id, 'Ada', :course_id, 'Gardening', :teacher_id, 49.37, 'USD', 'mock', :state,
        CASE CAST(:state AS text) WHEN 'completed' THEN now() END, now() - make_interval(days => 9 - :number))
""")
CHARGE = sa.text(
    "INSERT INTO mock_charges (idempotency_key, amount, currency, state) VALUES (:id, 49.37, 'USD', :state)"
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("awaiting", "awaiting", "awaiting"), ("failed", "failed", "awaiting")),
        (("completed", "awaiting"), ("completed", "failed")),
        (("awaiting", "failed"), ("awaiting", "failed")),
    ],
)
def test_of_several_pending_payments_for_a_course_one_stays(
    new_database: Callable[[str], str], before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    url = new_database(f"edu_payment_{new_id().hex}")
    migrations.upgrade("edu_payment", url, "0001")
    ids = asyncio.run(over(url, lambda connection: insert(connection, before)))
    migrations.upgrade("edu_payment", url)
    for query in ("SELECT id, state FROM payments", "SELECT idempotency_key, state FROM mock_charges"):
        rows = asyncio.run(over(url, lambda connection, query=query: connection.execute(sa.text(query))))
        states = {row[0]: row[1] for row in rows}
        assert tuple(states[payment_id] for payment_id in ids) == after


async def over(url: str, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await work(connection)
    finally:
        await engine.dispose()


async def insert(connection: AsyncConnection, states: tuple[str, ...]) -> list[UUID]:
    """Insert payments of one student for one course, the last of them the newest."""
    place = {name: new_id() for name in ("student_id", "course_id", "teacher_id")}
    ids = [new_id() for _ in states]
    for number, (payment_id, state) in enumerate(zip(ids, states, strict=True)):
        await connection.execute(INSERT, {"id": payment_id, **place, "state": state, "number": number})
        await connection.execute(CHARGE, {"id": payment_id, "state": state})
    return ids
