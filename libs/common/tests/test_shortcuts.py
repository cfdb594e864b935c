"""Addresses that were understood before are answered as the first time, without being understood again."""

import httpx2
import pytest
from fastapi import Request, Response

from edu_common.auth.access_tokens import Role
from edu_common.testing.tokens import Signer
from edu_common.web import shortcuts
from edu_common.web.shortcuts import Shortcuts
from edu_sample.app import UNWELCOME, understood

ADDRESS = "/things/greeting?times=2"
QUERY = "times=2"


@pytest.fixture(autouse=True)
def nothing_understood() -> None:
    understood.clear()


class TestShortcuts:
    async def test_an_address_is_understood_once(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        answers = [await client.get(ADDRESS, headers=signer.headers()) for _ in range(3)]
        assert [answer.json() for answer in answers] == [{"name": "Ada Lovelace", "times": 2}] * 3
        assert answers[0].headers.keys() == answers[2].headers.keys()
        assert understood[QUERY] == 1

    async def test_each_caller_is_told_their_own(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        names = ["Ada", "Grace", "Ada"]
        answers = [await client.get(ADDRESS, headers=signer.headers(name=name)) for name in names]
        assert [answer.json()["name"] for answer in answers] == names
        assert understood[QUERY] == 1

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer forged"}, {"Authorization": "Basic YTpi"}])
    async def test_nobody_gets_in_by_one(
        self, client: httpx2.AsyncClient, signer: Signer, headers: dict[str, str]
    ) -> None:
        first = await client.get(ADDRESS, headers=headers)
        await client.get(ADDRESS, headers=signer.headers())
        second = await client.get(ADDRESS, headers=headers)
        assert first.status_code == second.status_code == 401
        assert first.json()["code"] == second.json()["code"]

    async def test_a_refusal_is_the_services_own(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        await client.get(ADDRESS, headers=signer.headers())
        refused = await client.get(ADDRESS, headers=signer.headers(name=UNWELCOME))
        assert (refused.status_code, refused.json()["detail"]) == (404, "Nobody here.")
        assert understood[QUERY] == 1

    async def test_a_refused_address_gets_none(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        for _ in range(2):
            refused = await client.get("/things/greeting?times=9", headers=signer.headers())
            assert refused.status_code == 422
        await client.get(ADDRESS, headers=signer.headers(name=UNWELCOME))
        await client.get(ADDRESS, headers=signer.headers(role=Role.TEACHER))
        assert understood[QUERY] == 2

    async def test_other_methods_take_none(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        await client.get(ADDRESS, headers=signer.headers())
        assert (await client.post(ADDRESS, headers=signer.headers())).status_code == 405

    async def test_metrics_know_the_route(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        for _ in range(2):
            await client.get(ADDRESS, headers=signer.headers())
        lines = (await client.get("/metrics")).text.splitlines()
        greetings = [line for line in lines if line.startswith("http_requests_total{") and "greeting" in line]
        assert len({line.partition('path="')[2].partition('"')[0] for line in greetings}) == 1, greetings


def scope_of(number: int, padding: str = "") -> dict[str, object]:
    return {
        "type": "http",
        "method": "GET",
        "path": f"/things/{number}{padding}",
        "query_string": b"",
        "route": object(),
    }


async def no_answer(_: Request) -> Response:
    raise NotImplementedError


class TestWhatIsKept:
    def test_the_least_recently_used_go_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shortcuts, "KEPT", 2)
        kept = Shortcuts()
        for number in (1, 2):
            kept.remember(scope_of(number), no_answer)
        kept.matches(scope_of(1))
        kept.remember(scope_of(3), no_answer)
        assert [bool(kept.matches(scope_of(number))[1]) for number in (1, 2, 3)] == [True, False, True]

    def test_long_addresses_are_not_kept(self) -> None:
        kept = Shortcuts()
        kept.remember(scope_of(1, "x" * shortcuts.LONGEST_ADDRESS), no_answer)
        assert not kept.matches(scope_of(1, "x" * shortcuts.LONGEST_ADDRESS))[1]
