"""GET /courses?q=… and /courses/suggest: what is found, and in which order."""

from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from edu_common.database.pagination import TOTAL_CAP
from edu_course.catalogue.search import fulltext, tiers
from edu_course.context import LISTS, CourseContext

from .conftest import AddCourses, course
from .test_lists import walk


async def found(client: httpx2.AsyncClient, question: str, **params: Any) -> list[str]:
    response = await client.get("/courses", params={"q": question, **params})
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.json()["items"]]


async def suggested(client: httpx2.AsyncClient, question: str) -> list[str]:
    response = await client.get("/courses/suggest", params={"q": question})
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.json()["items"]]


class TestWords:
    @pytest.mark.parametrize("field", ["title", "subtitle", "description", "tags"])
    async def test_are_found_in(self, client: httpx2.AsyncClient, add: AddCourses, field: str) -> None:
        text: Any = ["quantum"] if field == "tags" else "About quantum things"
        await add(course("Other"), course("This") | {field: text})
        assert len(await found(client, "quantum")) == 1

    @pytest.mark.parametrize(
        ("title", "question"),
        [
            ("Programming languages", "program language"),
            ("Program a language", "PROGRAMMING LANGUAGES"),
            ("Программирование игр", "программированию игры"),
            ("Игра и программы", "игры программ"),
            ("Полёт на Ёлке", "полет ёлка"),
            ("Самолет", "самолёты"),
            ("Node.js and/or React", "node"),
            ("Node.js and/or React", "or react"),
            ("Introduction to C++", "c"),
            ("Learn 3D in 2024", "3d 2024"),
            ("UX-дизайн", "дизайн ux"),
            ("SQL 🐍 Python🐍", "python"),
            ("«Кавычки»—тире", "тире кавычки"),
            ("Introduction to C++", "C++"),
            ("Modern c++20", "c++"),
            ("C# for everyone", "c#"),
            ("C# for everyone", "c"),
            ("ASP.NET Core", ".net"),
            (".NET in practice", ".NET"),
            (".NET in practice", "net"),
            ("The history of AT&T", "AT&T"),
            ("The history of AT&T", "at&t history"),
            ("R&D in companies", "r&d"),
            ("HTML5 and CSS3", "html"),
            ("HTML5 and CSS3", "css html5"),
            ("Йога для всех".replace("Й", "И\u0306"), "йога"),
            ("Йога для всех", "и\u0306ога"),
            ("Café culture", "cafe\u0301"),
            ("Ｐｙｔｈｏｎ", "python"),
            ("汉语入门", "汉语"),
            ("中文语法", "语法"),
            ("日本語の文法", "文法"),
        ],
    )
    async def test_in_any_form(self, client: httpx2.AsyncClient, add: AddCourses, title: str, question: str) -> None:
        await add(course("Other things"), course(title))
        assert await found(client, question) == [title]

    @pytest.mark.parametrize(
        ("title", "question"),
        [
            ("Python basics", "питон"),
            ("Python basics", "основы питона"),
            ("Photography for everyone", "fotografia"),
            ("Фотография для всех", "photography"),
            ("JavaScript in depth", "js"),
            ("Английский с нуля", "english"),
        ],
    )
    async def test_a_subject_has_several_names(
        self, client: httpx2.AsyncClient, add: AddCourses, title: str, question: str
    ) -> None:
        await add(course("Other things"), course(title, subtitle="Основы"))
        assert await found(client, question) == [title]
        assert await suggested(client, question.split()[-1]) == [title]
        facets = (await client.get("/courses/facets", params={"q": question})).json()
        assert facets["price"] == {"free": 1, "paid": 0}

    @pytest.mark.parametrize("ranked", [fulltext.RANKED, 0])
    async def test_other_names_come_after_the_one_typed(
        self, client: httpx2.AsyncClient, add: AddCourses, monkeypatch: pytest.MonkeyPatch, ranked: int
    ) -> None:
        monkeypatch.setattr(fulltext, "RANKED", ranked)
        popular = {"enrollment_count": 100}
        await add(
            course("Python for analysts", **popular), course("Питон с нуля"), course("Змеи", description="Питон.")
        )
        assert await found(client, "питон") == ["Питон с нуля", "Python for analysts", "Змеи"]
        assert await found(client, "python") == ["Python for analysts", "Питон с нуля", "Змеи"]

    async def test_names_are_more_than_their_letters(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        titles = ["C++ in depth", "C# in depth", "Vitamin C", "Programming in C", "Net fishing", ".NET basics"]
        await add(*(course(title) for title in titles))
        assert await found(client, "C++") == ["C++ in depth"]
        assert await found(client, "c#") == ["C# in depth"]
        assert await found(client, "vitamin c") == ["Vitamin C"]
        assert await found(client, ".net") == [".NET basics"]
        assert len(await found(client, "c")) == 4

    async def test_the_teachers_name_counts_less_than_title_and_tags(
        self, client: httpx2.AsyncClient, add: AddCourses
    ) -> None:
        await add(
            course("Compilers", teacher_name="Ada Hopper", enrollment_count=100),
            course("The life of Grace Hopper", teacher_name="Ann Author"),
            course("Pioneers", tags=["hopper"], teacher_name="Ann Author"),
            course("Other", teacher_name="Ann Author"),
        )
        assert await found(client, "hopper") == ["The life of Grace Hopper", "Pioneers", "Compilers"]
        assert await found(client, "ada compilers") == ["Compilers"]

    async def test_an_erased_name_is_found_nowhere(
        self, client: httpx2.AsyncClient, add: AddCourses, runtime: CourseContext
    ) -> None:
        [erased] = await add(course("Compilers", teacher_name="Ada Zwetajewa"))
        assert await found(client, "zwetajewa") == ["Compilers"]
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(text("UPDATE courses SET teacher_name = '' WHERE id = :id"), id=erased)
            runtime.forget(unit, listed=True)
            assert await unit.all(text("SELECT word FROM search_words WHERE word LIKE 'zwet%'")) == []
        assert await found(client, "zwetajewa") == []

    async def test_all_must_match(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("Python basics"), course("Python", description="For data science"), course("Data"))
        assert await found(client, "data python") == ["Python"]

    @pytest.mark.parametrize(
        ("title", "question"),
        [
            ("Programming", "pro"),
            ("Programming", "programm"),
            ("Programming", "programmin"),
            ("Photography for everyone", "everyone photogr"),
            ("Программирование", "програ"),
            ("Программирование", "программировани"),
            ("Theory of music", "the"),
        ],
    )
    async def test_the_last_may_be_unfinished(
        self, client: httpx2.AsyncClient, add: AddCourses, title: str, question: str
    ) -> None:
        await add(course("Other"), course(title))
        assert await found(client, question) == [title]
        assert await suggested(client, question) == [title]

    async def test_only_the_last_may_be_unfinished(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("Programming in Python"))
        assert await found(client, "prog python") == []

    async def test_one_letter_is_a_word_and_no_beginning(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("R for statistics"), course("Ruby"))
        assert await found(client, "r") == ["R for statistics"]

    async def test_stop_words_decide_nothing(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("Music of the world"), course("И так далее"))
        assert await found(client, "the music") == ["Music of the world"]
        assert await found(client, "music of the") == ["Music of the world"]
        assert await found(client, "of the") == []
        assert await found(client, "и") == []


class TestTypos:
    @pytest.mark.parametrize(
        ("title", "question"),
        [
            ("Python", "pyton"),
            ("Python", "pyhton"),
            ("Python", "pythom"),
            ("Kubernetes in practice", "kubernets practice"),
            ("Kubernetes in practice", "practice kuberntes"),
            ("Photography", "fotography"),
            ("Mathematics", "matematiks"),
            ("Программирование", "програмирование"),
            ("Программирование", "прогамирование"),
            ("Гитара", "гетара"),
        ],
    )
    async def test_are_corrected(self, client: httpx2.AsyncClient, add: AddCourses, title: str, question: str) -> None:
        await add(course("Other"), course(title))
        assert await found(client, question) == [title]
        assert await suggested(client, question) == [title]
        facets = (await client.get("/courses/facets", params={"q": question})).json()
        assert facets["price"] == {"free": 1, "paid": 0}

    @pytest.mark.parametrize(
        ("question", "corrected"), [("the pyhton basiks", "python basics"), ("python basics", None), ("pxthxn", None)]
    )
    async def test_the_list_says_what_it_looked_for(
        self, client: httpx2.AsyncClient, add: AddCourses, question: str, corrected: str | None
    ) -> None:
        await add(course("Python basics"))
        body = (await client.get("/courses", params={"q": question})).json()
        assert body.get("corrected_query") == corrected

    @pytest.mark.parametrize("question", ["jva", "pxthxn", "other pxthxn", "qqqqqqqq"])
    async def test_too_many_or_in_short_words_are_not(
        self, client: httpx2.AsyncClient, add: AddCourses, question: str
    ) -> None:
        await add(course("Java"), course("Python"), course("Other"))
        assert await found(client, question) == []

    async def test_a_word_that_exists_is_not_corrected(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("Paint"), course("Point"))
        assert await found(client, "point") == ["Point"]
        assert await found(client, "point paint") == []

    async def test_words_of_drafts_and_former_words_lead_nowhere(
        self, client: httpx2.AsyncClient, add: AddCourses, runtime: CourseContext
    ) -> None:
        _, changed = await add(course("Violins", status="draft", published_at=None), course("Violana"))
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(text("UPDATE courses SET title = 'Violin' WHERE id = :id"), id=changed)
            runtime.forget(unit, listed=True)
        assert await found(client, "violana") == []
        assert await found(client, "violni") == ["Violin"]
        assert await found(client, "violan") == ["Violin"]

    async def test_filters_do_not_make_a_word_unknown(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("Point", level="beginner"), course("Paint", level="advanced"))
        assert await found(client, "point", level="advanced") == []

    async def test_after_a_bulk_load(self, client: httpx2.AsyncClient, add: AddCourses, runtime: CourseContext) -> None:
        await add(course("Astronomy"))
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(text("TRUNCATE search_words"))
            await unit.execute(text("SELECT rebuild_search_words()"))
        assert await found(client, "astronmy") == ["Astronomy"]


class TestRelevance:
    async def test_title_before_subtitle_and_tags_before_description(
        self, client: httpx2.AsyncClient, add: AddCourses
    ) -> None:
        await add(
            course("In text", description="quantum " * 50, enrollment_count=1000),
            course("In tags", tags=["quantum"], enrollment_count=100),
            course("Quantum", enrollment_count=1),
            course("Quantum again", enrollment_count=10),
        )
        assert await found(client, "quantum") == ["Quantum again", "Quantum", "In tags", "In text"]

    async def test_whole_words_before_beginnings(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("JavaScript", enrollment_count=1000), course("Java", enrollment_count=1))
        assert await found(client, "java") == ["Java", "JavaScript"]

    @pytest.mark.parametrize("frequent", [0, 3, 1000])
    async def test_frequent_words(
        self, client: httpx2.AsyncClient, add: AddCourses, monkeypatch: pytest.MonkeyPatch, frequent: int
    ) -> None:
        """With either match strategy: title first, then its beginning, then other fields; within each by popularity."""
        monkeypatch.setattr(tiers, "FREQUENT", frequent)
        monkeypatch.setattr(fulltext, "RANKED", 0)
        kinds: list[dict[str, Any]] = [{"title": "Java"}, {"title": "JavaScript"}, {"title": "Else", "tags": ["java"]}]
        await add(*(course(**kinds[i % 3], enrollment_count=i % 5) for i in range(30)))
        items = await walk(client, q="java", limit=4)
        order = [([kind["title"] for kind in kinds].index(item["title"]), -item["enrollment_count"]) for item in items]
        assert order == sorted(order)
        assert len({item["id"] for item in items}) == 30
        for offset in (0, 7, 10, 19, 20, 29, 30):
            page = (await client.get("/courses", params={"q": "java", "offset": offset, "limit": 4})).json()
            assert [item["id"] for item in page["items"]] == [item["id"] for item in items[offset : offset + 4]]

    async def test_a_list_goes_on_as_it_began(
        self, client: httpx2.AsyncClient, add: AddCourses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The number of matches may pass a threshold between two pages."""
        ids = await add(*(course("Java", enrollment_count=i) for i in range(6)))
        for before, after in ((1000, 0), (0, 1000)):
            monkeypatch.setattr(fulltext, "RANKED", before)
            first = (await client.get("/courses", params={"q": "java", "limit": 3})).json()
            monkeypatch.setattr(fulltext, "RANKED", after)
            params = {"q": "java", "limit": 3, "cursor": first["next_cursor"]}
            second = (await client.get("/courses", params=params)).json()
            seen = [UUID(item["id"]) for item in first["items"] + second["items"]]
            assert seen == ids[::-1]
            await add()

    async def test_totals_end_at_the_cap(self, client: httpx2.AsyncClient, runtime: CourseContext) -> None:
        insert = text("""
            INSERT INTO courses (id, teacher_id, teacher_name, title, slug, is_free, status, published_at)
            SELECT gen_random_uuid(), gen_random_uuid(), 'T', 'Common', 'common-' || i, true, 'published', now()
            FROM generate_series(CAST(:first AS integer), :first + 499) i
        """)
        for first in range(0, TOTAL_CAP + 500, 500):
            async with runtime.database.unit_of_work() as unit:
                await unit.execute(insert, first=first)
        runtime.lists.drop(LISTS)
        for params in ({}, {"q": "common"}, {"q": "common", "sort": "newest"}, {"q": "comon", "offset": TOTAL_CAP}):
            body = (await client.get("/courses", params=params)).json()
            assert (body["total"], body["total_capped"]) == (TOTAL_CAP, True), params
        assert len(body["items"]) == 20
        facets = (await client.get("/courses/facets")).json()
        assert facets["price"] == {"free": TOTAL_CAP, "paid": 0}

    async def test_a_page_after_its_word_went_out_of_use(
        self, client: httpx2.AsyncClient, add: AddCourses, runtime: CourseContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The next page is for the corrected word, a list with other tiers."""
        monkeypatch.setattr(fulltext, "RANKED", 0)
        await add(course("Gitarists"), course("Gitarists"), course("Guitar"))
        first = (await client.get("/courses", params={"q": "gitar", "limit": 1})).json()
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(text("DELETE FROM courses WHERE title = 'Gitarists'"))
            runtime.forget(unit, listed=True)
        params = {"q": "gitar", "limit": 1, "cursor": first["next_cursor"]}
        assert (await client.get("/courses", params=params)).status_code == 200


class TestSuggest:
    async def test_titles_by_popularity_eight_at_most(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(*(course(f"Guitar {i}", enrollment_count=i) for i in range(10)), course("X", tags=["guitar"]))
        assert await suggested(client, "gui") == [f"Guitar {i}" for i in range(9, 1, -1)]

    @pytest.mark.parametrize("question", ["", " ", "!!!", "zzz"])
    async def test_nothing(self, client: httpx2.AsyncClient, add: AddCourses, question: str) -> None:
        await add(course("Guitar"))
        assert await suggested(client, question) == []

    async def test_without_a_question(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/courses/suggest")).json() == {"items": []}


HOSTILE = [
    "%", "_", "'", "''; DROP TABLE courses; --", "\\", "\\'", '"', "`", "$1", ":*", "a:*", "!", "!python", "& |",
    "a & b", "(", "())(", "<->", "a <-> b", "'a':A", "\x00", "a\x00b", "\r\n", "\t",
    "\u202e\u0645\u0631\u062d\u0628\u0627", "שלום עולם", "😀", "👩‍👩‍👧 python", "%00", "%ff", "\ufffd",
    "x" * 5000, "слово " * 900, "a " * 2500, "' " * 2500, "e\u0301" * 100, "नमस्ते दुनिया", "日本語",
    "ﬃ İ ß ǅ", "1e999", "NaN", "-1", "http://a.b/c?d=e", "a@b.c", "<script>",
    "&amp;", "..", "/etc/passwd", "ё", "\U0010ffff", "\u0000" * 50, "q" * 199 + "'",
]  # fmt: skip


@pytest.mark.parametrize("question", HOSTILE)
@pytest.mark.parametrize("path", ["/courses", "/courses/facets", "/courses/suggest"])
async def test_any_input_is_safe(client: httpx2.AsyncClient, add: AddCourses, path: str, question: str) -> None:
    await add(course("Python for everyone"))
    response = await client.get(path, params={"q": question})
    assert response.status_code == 200, response.text
    broken = await client.get(f"{path}?q=%ed%a0%80%ff%00{'%27' * 30}")
    assert broken.status_code == 200
