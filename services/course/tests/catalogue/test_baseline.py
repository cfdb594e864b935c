"""SEARCH=ilike: the search of the first release, for comparison."""

from collections.abc import AsyncGenerator

import httpx2
import pytest
import pytest_asyncio

from edu_common.testing.app import client_of
from edu_course.app import create
from edu_course.settings import Caching, CourseSettings, Search

from .conftest import AddCourses, course


@pytest_asyncio.fixture
async def baseline(client: httpx2.AsyncClient, settings: CourseSettings) -> AsyncGenerator[httpx2.AsyncClient]:
    """Return a client of a service that searches by patterns, over the same emptied tables."""
    app = create(settings.model_copy(update={"search": Search.ILIKE, "cache": Caching.NONE}))
    async with client_of(app) as other:
        yield other
    await app.state.runtime.close()


class TestPatterns:
    @pytest.mark.parametrize("field", ["title", "subtitle", "description", "tags"])
    async def test_parts_of_words(self, baseline: httpx2.AsyncClient, add: AddCourses, field: str) -> None:
        text = ["Kubernetes"] if field == "tags" else "Kubernetes"
        await add(course("Other"), course("This") | {field: text})
        body = (await baseline.get("/courses", params={"q": "BERNET", "limit": 1})).json()
        assert (body["total"], body["next_cursor"]) == (1, None)
        facets = (await baseline.get("/courses/facets", params={"q": "bernet"})).json()
        assert facets["price"]["free"] == 1

    @pytest.mark.parametrize("question", ["%", "_", "\\", "'", "\x00", "😀"])
    async def test_wildcards_are_letters(self, baseline: httpx2.AsyncClient, add: AddCourses, question: str) -> None:
        await add(course("Anything"))
        assert (await baseline.get("/courses", params={"q": question})).json()["items"] == []
        assert (await baseline.get("/courses/suggest", params={"q": question})).json() == {"items": []}

    async def test_a_cursor_of_the_other_search(
        self, client: httpx2.AsyncClient, baseline: httpx2.AsyncClient, add: AddCourses
    ) -> None:
        """Its position is in a tier that a list of this search does not have."""
        await add(course("Guitar"), course("Guitars"))
        first = (await client.get("/courses", params={"q": "guitar", "limit": 1})).json()
        params = {"q": "guitar", "limit": 1, "cursor": first["next_cursor"]}
        response = await baseline.get("/courses", params=params)
        assert response.status_code == 422, response.text
        assert response.json()["errors"][0]["loc"] == ["query", "cursor"]

    async def test_suggest(self, baseline: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("Guitar"), course("Piano", description="guitar"))
        body = (await baseline.get("/courses/suggest", params={"q": "uit"})).json()
        assert [item["title"] for item in body["items"]] == ["Guitar"]
