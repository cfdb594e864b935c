"""The parameters of a URL are parsed once; everything else of a request is evaluated every time."""

from typing import Annotated

import httpx2
import pytest
from fastapi import Depends, Header, Request

from edu_common.auth.access_tokens import Role
from edu_common.testing.memory import traced_memory
from edu_common.testing.tokens import Signer
from edu_common.web.dependencies import User
from edu_common.web.paging import page_params
from edu_common.web.url_parameters import ParsedParameters, from_url
from edu_sample.app import parsed

URL = "/things/greeting?times=2"


@pytest.fixture(autouse=True)
def nothing_parsed() -> None:
    parsed.clear()


class TestParsing:
    async def test_a_url_is_parsed_once(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        responses = [await client.get(URL, headers=signer.headers()) for _ in range(3)]
        assert [response.json() for response in responses] == [{"name": "Ada Lovelace", "times": 2}] * 3
        assert responses[0].headers.keys() == responses[2].headers.keys()
        assert parsed[2] == 1

    async def test_each_url_has_its_own(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        for times in (1, 3, 1, 3):
            response = await client.get(f"/things/greeting?times={times}", headers=signer.headers())
            assert response.json()["times"] == times
        assert parsed == {1: 1, 3: 1}

    async def test_each_user_gets_their_own_response(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        names = ["Ada", "Grace", "Ada"]
        responses = [await client.get(URL, headers=signer.headers(name=name)) for name in names]
        assert [response.json()["name"] for response in responses] == names
        assert parsed[2] == 1

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer forged"}, {"Authorization": "Basic YTpi"}])
    async def test_authentication_comes_first_and_always(
        self, client: httpx2.AsyncClient, signer: Signer, headers: dict[str, str]
    ) -> None:
        first = await client.get(URL, headers=headers)
        assert not parsed
        await client.get(URL, headers=signer.headers())
        second = await client.get(URL, headers=headers)
        assert first.status_code == second.status_code == 401
        assert first.json()["code"] == second.json()["code"]

    async def test_invalid_parameters_are_rejected_every_time(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        for _ in range(2):
            rejected = await client.get("/things/greeting?times=9", headers=signer.headers(role=Role.TEACHER))
            assert rejected.status_code == 422
            assert rejected.json()["errors"][0]["loc"] == ["query", "times"]

    async def test_other_methods_are_not_affected(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        await client.get(URL, headers=signer.headers())
        assert (await client.post(URL, headers=signer.headers())).status_code == 405

    async def test_metrics_know_the_route(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        for _ in range(2):
            await client.get(URL, headers=signer.headers())
        lines = (await client.get("/metrics")).text.splitlines()
        greetings = [line for line in lines if line.startswith("http_requests_total{") and "/things/greeting" in line]
        assert len({line.partition('route="')[2].partition('"')[0] for line in greetings}) == 1, greetings


class TestMark:
    def test_a_function_of_the_url_may_depend_on_another(self) -> None:
        @from_url
        async def first(page: Annotated[object, Depends(page_params)], sort: str = "") -> None: ...

        assert first

    def test_nothing_else_may_be_marked(self) -> None:
        async def of_request(request: Request) -> None: ...
        async def of_header(language: Annotated[str, Header()]) -> None: ...
        async def of_user(user: User) -> None: ...

        for dependency in (of_request, of_header, of_user):
            with pytest.raises(TypeError, match="more than parameters of the URL"):
                from_url(dependency)


class TestMemory:
    def test_stays_within_its_bound_whatever_is_requested(self) -> None:
        max_bytes = 500_000
        kept = ParsedParameters(max_bytes)

        def request(first: int) -> None:
            for number in range(first, first + 2_000):
                values = {"q": f"word {number}", "params": (number, None), "sort": None}
                kept.put((self, "/courses", f"q=word+{number}".encode()), values)

        with traced_memory() as grown:
            request(0)
            full = grown()
            request(2_000)
            assert max_bytes / 2 < full < max_bytes
            assert grown() < full * 1.1

    def test_the_least_recently_used_go_first(self) -> None:
        kept = ParsedParameters(max_bytes=3_000)
        keys = [(self, f"/things/{number}", b"") for number in range(3)]
        for key in keys[:2]:
            kept.put(key, {"value": "x" * 800})
        kept.get(keys[0])
        kept.put(keys[2], {"value": "x" * 800})
        assert [kept.get(key) is not None for key in keys] == [True, False, True]
