"""The OpenAPI document lists who may call a route and every error response."""

from typing import Any

import httpx2
import pytest

from edu_common.errors import NotFound, RoleRequired, Unauthenticated
from edu_common.web.error_responses import error_responses

Operation = dict[str, Any]


@pytest.fixture
async def document(client: httpx2.AsyncClient) -> dict[str, Any]:
    return (await client.get("/openapi.json")).json()


def statuses(operation: Operation) -> set[int]:
    return {int(status) for status in operation["responses"]}


class TestDocument:
    async def test_each_route_has_the_refusals_of_its_kind(self, document: dict[str, Any]) -> None:
        paths = document["paths"]
        assert statuses(paths["/health/live"]["get"]) == {200, 414, 431}
        every = {414, 429, 431, 503, 504}
        assert statuses(paths["/things"]["get"]) == every | {200}
        assert statuses(paths["/things"]["post"]) == every | {201, 400, 413, 415, 422}
        assert statuses(paths["/things/{thing_id}"]["get"]) == every | {200, 404, 405, 422}
        assert statuses(paths["/things/me"]["get"]) == every | {200, 401}
        assert statuses(paths["/things/{thing_id}"]["put"]) == every | {
            200,
            400,
            401,
            403,
            404,
            405,
            412,
            413,
            415,
            422,
        }

    async def test_refusals_are_problems(self, document: dict[str, Any]) -> None:
        operations = [operation for path in document["paths"].values() for operation in path.values()]
        refusals = [
            answer
            for operation in operations
            for status, answer in operation["responses"].items()
            if int(status) >= 400
        ]
        assert refusals
        for refusal in refusals:
            assert list(refusal["content"]) == ["application/problem+json"]
            assert refusal["x-codes"]

    async def test_a_problem_is_as_described(self, client: httpx2.AsyncClient, document: dict[str, Any]) -> None:
        problem = (await client.get("/things/1")).json()
        described = document["components"]["schemas"]
        assert set(problem) == set(described["Problem"]["properties"])
        assert set(problem["errors"][0]) == set(described["Fault"]["properties"])
        assert "HTTPValidationError" not in described

    async def test_who_may_call(self, document: dict[str, Any]) -> None:
        paths = document["paths"]
        assert "security" not in paths["/things"]["get"]
        assert paths["/things/me"]["get"]["security"] == [{"HTTPBearer": []}]
        assert paths["/things/{thing_id}"]["put"]["security"] == [{"HTTPBearer": []}]
        assert paths["/things/{thing_id}"]["put"]["x-roles"] == ["teacher", "admin"]
        assert paths["/things/who"]["get"]["security"] == [{"HTTPBearer": []}, {}]


def test_refusals_of_one_status_are_told_together() -> None:
    class Lost(NotFound):
        code = "lost"

    answers = error_responses(NotFound, Lost, RoleRequired, Unauthenticated)
    assert answers[404]["description"] == "Not Found: `not_found`, `lost`"
    assert answers[403]["x-codes"] == ["role_required"]
    assert "WWW-Authenticate" in answers[401]["headers"]
