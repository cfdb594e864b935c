"""The number of statements per request: small, and independent of the amount of data."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.testing.statements import statements_of
from edu_common.testing.tokens import Signer

MOST = {"/enrollments/me": 2, "/enrollments/course/{course_id}": 3, "/progress/courses/{course_id}": 1}


@pytest.mark.parametrize("address", MOST)
async def test_as_many_for_much_as_for_little(
    app: FastAPI,
    client: httpx2.AsyncClient,
    signer: Signer,
    new_course: Callable[..., Awaitable[dict[str, Any]]],
    buy: Callable[..., Awaitable[dict[str, Any]]],
    address: str,
) -> None:
    teacher_id, seen = new_id(), list[list[str]]()
    for number in (1, 7):
        student_id = str(new_id())
        courses = [await new_course(teacher_id=str(teacher_id), lessons=number) for _ in range(number)]
        for course in courses:
            await buy(course, student_id)
        for _ in range(number - 1):
            await buy(courses[0])
        asking = signer.headers(UUID(student_id))
        if "enrollments/course" in address:
            asking = signer.headers(teacher_id, Role.TEACHER)
        async with statements_of(app.state.runtime.database) as statements:
            answer = await client.get(address.format(course_id=courses[0]["course_id"]), headers=asking)
        assert answer.status_code == 200, answer.text
        seen.append([statement.query for statement in statements])
    assert seen[0] == seen[1]
    assert 1 <= len(seen[1]) <= MOST[address], seen[1]
