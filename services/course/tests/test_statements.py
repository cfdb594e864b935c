"""The number of statements per request: small, and independent of the amount of data."""

from collections.abc import Awaitable, Callable, Mapping

import httpx2
import pytest

from edu_common.testing.statements import statements_of
from edu_course.context import CourseContext

from .conftest import Author

Prepare = Callable[[Author, int], Awaitable[str]]
"""Writes this many items and returns the URL that shows them."""


async def tagged(author: Author, number: int) -> str:
    for _ in range(number):
        await author.published(tags=[f"many-{number}"])
    return f"/courses?tag=many-{number}&limit=20"


async def named(author: Author, number: int) -> str:
    for _ in range(number):
        await author.published(title=f"Quintessence{number} of it")
    return f"/courses?q=quintessence{number}&limit=20"


async def own(author: Author, number: int) -> str:
    for _ in range(number):
        await author.course()
    return "/courses/my"


async def filled(author: Author, number: int) -> str:
    course = await author.published()
    for module_number in range(number - 1):
        module = await author.module(course["id"], f"Part {module_number}")
        await author.lesson(module["id"])
    return f"/courses/{course['id']}/curriculum"


async def one(author: Author, _: int) -> str:
    return f"/courses/{(await author.published())['id']}"


async def one_lesson(author: Author, number: int) -> str:
    address = await filled(author, number)
    return f"/lessons/{(await author.first_lesson(address.split('/')[2]))['id']}"


MOST: dict[Prepare, int] = {tagged: 2, named: 3, own: 2, filled: 2, one: 1, one_lesson: 1}


@pytest.mark.parametrize("prepare", MOST, ids=lambda prepare: prepare.__name__)
async def test_as_many_for_much_as_for_little(
    runtime: CourseContext,
    client: httpx2.AsyncClient,
    author: Author,
    other_author: Author,
    prepare: Prepare,
) -> None:
    few = await taken(runtime, client, author.headers, await prepare(author, 1))
    many = await taken(runtime, client, other_author.headers, await prepare(other_author, 7))
    assert few == many
    assert 1 <= len(many) <= MOST[prepare], many


async def taken(
    runtime: CourseContext, client: httpx2.AsyncClient, headers: Mapping[str, str], address: str
) -> list[str]:
    async with statements_of(runtime.database) as statements:
        answer = await client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    return [statement.query for statement in statements]
