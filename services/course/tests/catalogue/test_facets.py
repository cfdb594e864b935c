"""GET /courses/facets and /categories: counts that agree with the lists."""

from typing import Any

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import AddCourses, course

CATEGORIES = [None, "programming", "python", "java", "seo", "unknown"]
LEVELS = ["beginner", "intermediate", "advanced"]
RATINGS = {"min_rating": [0, 2.5, 3, 3.5, 4, 4.2, 4.5, 5]}

COURSES = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["Python", "Java", "Python and Java"]),
            "category": st.sampled_from(["programming", "python", "java", "seo", None]),
            "level": st.sampled_from(LEVELS),
            "language": st.sampled_from(["en", "ru"]),
            "price": st.sampled_from([None, "5.00"]),
            "rating_sum": st.integers(0, 10),
            "review_count": st.just(2),
            "tags": st.sampled_from([[], ["x"]]),
            "status": st.sampled_from(["published", "published", "archived"]),
        }
    ),
    max_size=12,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(["python", "jav", "pyton", "nothing"]),
        "category": st.sampled_from(["programming", "python", "seo", "unknown"]),
        "level": st.sampled_from(LEVELS),
        "language": st.sampled_from(["en", "ru", "de"]),
        "price": st.sampled_from(["free", "paid"]),
        "min_rating": st.sampled_from([0, 2.5, 3.5, 4, 4.2, 5]),
        "tag": st.just("X"),
    },
)
PARAMETERS = {
    "category": "category",
    "level": "level",
    "language": "language",
    "price": "price",
    "rating": "min_rating",
}


async def total(client: httpx2.AsyncClient, params: dict[str, Any]) -> int:
    response = await client.get("/courses", params=params)
    assert response.status_code == 200, response.text
    return response.json()["total"]


class TestFacets:
    async def test_of_nothing(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add()
        body = (await client.get("/courses/facets")).json()
        assert set(body) == set(PARAMETERS)
        assert body["level"] == dict.fromkeys(LEVELS, 0)
        assert body["rating"] == {"3": 0, "3.5": 0, "4": 0, "4.5": 0}

    async def test_refuses_what_the_list_refuses(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/courses/facets", params={"level": "expert"})).status_code == 422

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(courses=COURSES, filters=FILTERS)
    async def test_each_count_is_the_total_with_that_value(
        self, client: httpx2.AsyncClient, add: AddCourses, courses: list[dict[str, Any]], filters: dict[str, Any]
    ) -> None:
        await add(*(course(**fields) for fields in courses))
        facets = (await client.get("/courses/facets", params=filters)).json()
        for facet, counts in facets.items():
            for value, n in counts.items():
                if facet != "category" or value in CATEGORIES or n:
                    assert n == await total(client, filters | {PARAMETERS[facet]: value}), (facet, value)


class TestCategories:
    async def test_tree_with_counts(self, client: httpx2.AsyncClient, add: AddCourses) -> None:
        await add(course("A", category="programming"), course("B", category="python"), course("C", status="archived"))
        items = (await client.get("/categories")).json()["items"]
        top = {item["slug"]: item for item in items}
        assert top["programming"]["count"] == 2
        children = {child["slug"]: child for child in top["programming"]["children"]}
        assert children["python"] == {
            "slug": "python",
            "name": "Python",
            "name_ru": "Python",
            "count": 1,
            "children": [],
        }
        assert top["design"]["count"] == 0
        assert "python" not in top
