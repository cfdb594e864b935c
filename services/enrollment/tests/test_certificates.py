"""Certificates: the holder's list, the public check, the PDF."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from pypdf import PageObject, PdfReader

from edu_common.testing.tokens import Signer
from edu_enrollment.certificates.codes import new_code, read_code
from edu_enrollment.certificates.sheet import FRAME

Data = dict[str, Any]
New = Callable[..., Awaitable[Data]]
Headers = Callable[[Data], dict[str, str]]


@pytest.fixture
async def finished(client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers) -> Data:
    """Return a purchase whose course is completed."""
    course = await new_course(lessons=1)
    purchase = await buy(course)
    path = f"/progress/lessons/{course['lesson_ids'][0]}/complete"
    await client.post(path, headers=headers_of(purchase), json={"course_id": course["course_id"]})
    return purchase


async def certificates(client: httpx2.AsyncClient, headers: dict[str, str]) -> list[Data]:
    return (await client.get("/certificates/me", headers=headers)).json()["items"]


def text_of(response: httpx2.Response) -> str:
    return PdfReader(io.BytesIO(response.content)).pages[0].extract_text()


def begins(page: PageObject) -> list[tuple[float, float]]:
    """Return the start of each piece of text on the page; a centred one that is too long begins left of the page."""
    found: list[tuple[float, float]] = []

    def visit(text: str, base: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            found.append((base[4] + matrix[4], base[5] + matrix[5]))

    page.extract_text(visitor_text=visit)
    return found


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

    async def test_of_before_a_refund_is_not_valid_when_the_course_is_bought_again(
        self, client: httpx2.AsyncClient, finished: Data, deliver: New, buy: New, headers_of: Headers
    ) -> None:
        headers = headers_of(finished)
        (before,) = await certificates(client, headers)
        await deliver("payment.refunded", finished)
        course = {"course_id": finished["course_id"], "title": finished["course_title"]}
        await buy(course, finished["student_id"])
        assert not (await client.get(f"/certificates/{before['code']}")).json()["valid"]
        (mine,) = (await client.get("/enrollments/me", headers=headers)).json()["items"]
        assert (mine["status"], mine["progress"], mine["certificate_code"]) == ("in_progress", 100, None)

        lesson = (await client.get(f"/progress/courses/{finished['course_id']}/lessons", headers=headers)).json()
        path = f"/progress/lessons/{lesson['completed_lesson_ids'][0]}/complete"
        done = await client.post(path, headers=headers, json={"course_id": finished["course_id"]})
        assert (done.json()["status"], done.json()["certificate_code"] == before["code"]) == ("completed", False)
        assert [(each["code"], each["valid"]) for each in await certificates(client, headers)] == [
            (done.json()["certificate_code"], True),
            (before["code"], False),
        ]

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


class TestPrint:
    @pytest.fixture
    def issue(self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers) -> New:
        """Return a function that issues a certificate with these names, by events as other services publish them."""

        async def complete(student_name: str = "Ada Lovelace", **course_fields: str) -> Data:
            course = await new_course(lessons=1, **course_fields)
            purchase = await buy(course, student_name=student_name)
            path = f"/progress/lessons/{course['lesson_ids'][0]}/complete"
            await client.post(path, headers=headers_of(purchase), json={"course_id": course["course_id"]})
            (mine,) = await certificates(client, headers_of(purchase))
            return mine

        return complete

    @pytest.mark.parametrize("code", ["x", "'; --", "0000-0000-0000-0000", "%F0%9F%98%80", "U" * 16])
    async def test_of_no_certificate(self, client: httpx2.AsyncClient, code: str) -> None:
        response = await client.get(f"/certificates/{code}.pdf")
        assert (response.status_code, response.json()["code"]) == (404, "certificate_not_found")

    async def test_in_a_language_that_is_none(self, client: httpx2.AsyncClient, issue: New) -> None:
        mine = await issue()
        assert (await client.get(f"/certificates/{mine['code']}.pdf?lang=tlh")).status_code == 422

    @pytest.mark.parametrize(
        ("lang", "title", "student", "label"),
        [("en", "Compilers", "Ada Łovelace-Núñez", "Completed on"), ("ru", "Розы", "Жанна Щёголева", "Дата окончания")],
    )
    async def test_what_it_says(
        self, client: httpx2.AsyncClient, issue: New, lang: str, title: str, student: str, label: str
    ) -> None:
        mine = await issue(title=title, student_name=student)
        response = await client.get(f"/certificates/{mine['code'].lower()}.pdf?lang={lang}")
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/pdf"
        name = f'attachment; filename="certificate-{mine["code"]}.pdf"'
        assert response.headers["content-disposition"] == name
        (page,) = PdfReader(io.BytesIO(response.content)).pages
        assert page.mediabox.width > page.mediabox.height
        text = page.extract_text()
        assert all(part in text for part in (title, student, "Grace Hopper", mine["code"], label))
        assert f"/certificates/{mine['code']}" in text

    @pytest.mark.parametrize(
        "name",
        [
            "W" * 200,
            "Слово " * 33,
            "Ada 👩‍💻 ❤️",
            "<b>&amp;</i>",
            "\u202eevil\x07",
            "e\u0301" * 100,
            "a\n\tb",
        ],
    )
    async def test_of_any_name_is_one_page(self, client: httpx2.AsyncClient, issue: New, name: str) -> None:
        mine = await issue(title=name, student_name=name, teacher_name=name)
        response = await client.get(f"/certificates/{mine['code']}.pdf")
        (page,) = PdfReader(io.BytesIO(response.content)).pages
        assert mine["code"] in page.extract_text()
        assert all(x >= FRAME and y >= FRAME for x, y in begins(page))

    async def test_signs_that_spell_nothing_are_left_out(self, client: httpx2.AsyncClient, issue: New) -> None:
        mine = await issue(title="🐍 Python", student_name="Ελένη 👩‍💻")
        lines = text_of(await client.get(f"/certificates/{mine['code']}.pdf")).splitlines()
        assert {"Ελένη", "Python"} <= {line.strip() for line in lines}

    @pytest.mark.parametrize("name", ["李明", "שלום", "ნინო", "😀", "Gra\u0333"])
    @pytest.mark.parametrize("field", ["student_name", "title", "teacher_name"])
    async def test_in_other_letters_the_answer_is_its_page(
        self, client: httpx2.AsyncClient, issue: New, name: str, field: str
    ) -> None:
        mine = await issue(**{field: name})
        response = await client.get(f"/certificates/{mine['code']}.pdf?lang=ru")
        assert response.status_code == 303
        assert response.headers["location"].endswith(f"/ru/certificates/{mine['code']}?print")

    async def test_is_kept_by_caches_until_it_changes(
        self, client: httpx2.AsyncClient, finished: Data, deliver: New, headers_of: Headers
    ) -> None:
        (mine,) = await certificates(client, headers_of(finished))
        path = f"/certificates/{mine['code']}.pdf"
        first = await client.get(path)
        seen = {"If-None-Match": first.headers["etag"]}
        again = await client.get(path, headers=seen)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        await deliver("payment.refunded", finished)
        withdrawn = await client.get(path, headers=seen)
        assert withdrawn.status_code == 200
        assert "withdrawn" in text_of(withdrawn)

    async def test_of_an_erased_student_has_no_name(
        self, client: httpx2.AsyncClient, finished: Data, deliver: New, headers_of: Headers
    ) -> None:
        (mine,) = await certificates(client, headers_of(finished))
        await deliver("user.erased", {"user_id": finished["student_id"]})
        text = text_of(await client.get(f"/certificates/{mine['code']}.pdf"))
        assert "Ada" not in text
        assert "(name erased)" in text
