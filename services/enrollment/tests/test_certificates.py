"""Certificates: the holder's list and the public check."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from edu_common.testing.tokens import Signer
from edu_enrollment.certificates.codes import new_code, read_code

Data = dict[str, Any]
New = Callable[..., Awaitable[Data]]
Headers = Callable[[Data], dict[str, str]]


@pytest.fixture
async def finished(client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers) -> Data:
    """A purchase whose course is completed."""
    course = await new_course(lessons=1)
    purchase = await buy(course)
    path = f"/progress/lessons/{course['lesson_ids'][0]}/complete"
    await client.post(path, headers=headers_of(purchase), json={"course_id": course["course_id"]})
    return purchase


async def certificates(client: httpx2.AsyncClient, headers: dict[str, str]) -> list[Data]:
    return (await client.get("/certificates/me", headers=headers)).json()["items"]


class TestListMine:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/certificates/me")).status_code == 401

    async def test_somebody_elses_are_not_in_it(
        self, client: httpx2.AsyncClient, signer: Signer, finished: Data
    ) -> None:
        assert await certificates(client, dict(signer.headers())) == []

    async def test_what_it_says(self, client: httpx2.AsyncClient, finished: Data, headers_of: Headers) -> None:
        (certificate,) = await certificates(client, headers_of(finished))
        assert certificate == {
            "code": certificate["code"],
            "student_name": "Ada Lovelace",
            "course_title": "Compilers",
            "teacher_name": "Grace Hopper",
            "completed_at": certificate["completed_at"],
            "valid": True,
            "course_id": finished["course_id"],
            "course_slug": "compilers",
        }


class TestCheck:
    @pytest.mark.parametrize("code", ["x", "%00", "'; --", "0000-0000-0000-0000", "0" * 100, "%F0%9F%98%80", "U" * 16])
    async def test_of_no_certificate(self, client: httpx2.AsyncClient, code: str) -> None:
        response = await client.get(f"/certificates/{code}")
        assert (response.status_code, response.json()["code"]) == (404, "certificate_not_found")

    async def test_by_anybody_however_typed(
        self, client: httpx2.AsyncClient, finished: Data, headers_of: Headers
    ) -> None:
        (mine,) = await certificates(client, headers_of(finished))
        code = mine["code"]
        told = {name: mine[name] for name in mine if name not in ("course_id", "course_slug")}
        for typed in (code, code.lower(), code.replace("-", ""), code.replace("0", "O").replace("1", "l")):
            assert (await client.get(f"/certificates/{typed}")).json() == told

    async def test_after_a_refund(
        self, client: httpx2.AsyncClient, finished: Data, deliver: New, headers_of: Headers
    ) -> None:
        (mine,) = await certificates(client, headers_of(finished))
        await deliver("payment.refunded", finished)
        assert not (await client.get(f"/certificates/{mine['code']}")).json()["valid"]

    async def test_keeps_the_names_of_its_day(
        self, client: httpx2.AsyncClient, finished: Data, deliver: New, headers_of: Headers
    ) -> None:
        await deliver("user.renamed", {"user_id": finished["student_id"], "name": "Nova", "locale": "en"})
        (mine,) = await certificates(client, headers_of(finished))
        assert mine["student_name"] == "Ada Lovelace"

    async def test_of_an_erased_student_is_nameless(
        self, client: httpx2.AsyncClient, finished: Data, deliver: New, headers_of: Headers
    ) -> None:
        (mine,) = await certificates(client, headers_of(finished))
        await deliver("user.erased", {"user_id": finished["student_id"]})
        checked = (await client.get(f"/certificates/{mine['code']}")).json()
        assert (checked["student_name"], checked["valid"]) == ("", True)


class TestCodes:
    def test_are_read_back(self) -> None:
        codes = {new_code() for _ in range(1000)}
        assert len(codes) == 1000
        assert all(read_code(code) == code for code in codes)
