"""Rate limits over a real server."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx2
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_common.web.rate_limits import Rate, SlidingWindows
from edu_sample.app import ReceiverSettings, create_receiver

Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]]
Settings = Callable[..., ReceiverSettings]
THING = {"name": "a"}


async def statuses(client: httpx2.AsyncClient, count: int = 5, **options: object) -> list[int]:
    """Return the statuses of requests under the sample's policy "thing-making", which allows three a minute."""
    return [(await client.post("/things", json=THING, **options)).status_code for _ in range(count)]  # pyright: ignore[reportArgumentType] - options of httpx2


def forwarded(*addresses: str) -> dict[str, dict[str, str]]:
    return {"headers": {"X-Forwarded-For": ", ".join(addresses)}}


rates = st.builds(Rate, st.integers(1, 20), st.sampled_from([1, 60, 3600]))
gaps = st.lists(st.floats(0, 90), max_size=60)


class TestSlidingWindows:
    @given(rate=rates, gaps=gaps)
    def test_never_more_than_the_quota_in_a_window(self, rate: Rate, gaps: list[float]) -> None:
        windows = SlidingWindows()
        now = 1000.0
        let_in = Counter[float]()
        for gap in gaps:
            now += gap
            let_in[now // rate.seconds] += windows.hit("someone", rate, now).allowed
        assert all(count <= rate.quota for count in let_in.values())

    @given(rate=rates, gaps=gaps)
    def test_who_comes_back_when_told_is_let_in(self, rate: Rate, gaps: list[float]) -> None:
        windows = SlidingWindows()
        now = 1000.0
        for gap in gaps:
            now += gap
            verdict = windows.hit("someone", rate, now)
            if not verdict.allowed:
                now += verdict.reset_seconds
                assert windows.hit("someone", rate, now).allowed

    @given(rate=rates, gaps=gaps)
    def test_a_quiet_client_is_always_let_in(self, rate: Rate, gaps: list[float]) -> None:
        windows = SlidingWindows()
        now = 1000.0
        for gap in gaps:
            now += gap
            windows.hit("noisy", rate, now)
        assert windows.hit("quiet", rate, now).allowed

    def test_a_burst_at_the_turn_of_two_windows_gets_no_double_quota(self) -> None:
        windows = SlidingWindows()
        rate = Rate(10, 60)
        assert sum(windows.hit("someone", rate, 119.9).allowed for _ in range(20)) == 10
        assert sum(windows.hit("someone", rate, 120.1).allowed for _ in range(20)) == 0

    def test_of_too_many_clients_the_one_without_a_request_for_longest_is_forgotten(self) -> None:
        windows, rate = SlidingWindows(most=2), Rate(1, 60)
        for client in ("first", "second", "first", "third"):
            windows.hit(client, rate, 1000.0)
        assert [windows.hit(client, rate, 1000.0).allowed for client in ("first", "third", "second")] == [
            False,
            False,
            True,
        ]

    def test_who_stays_away_is_forgotten(self) -> None:
        windows = SlidingWindows()
        for i in range(1000):
            windows.hit(i, Rate(10, 60), 1000.0)
        windows.hit("late", Rate(10, 60), 1000.0 + 200)
        assert len(windows._windows) == 1  # pyright: ignore[reportPrivateUsage] - memory has no other face

    @pytest.mark.parametrize("text", ["", "20", "x/minute", "20/fortnight"])
    def test_what_is_no_rate(self, text: str) -> None:
        with pytest.raises((ValueError, KeyError)):
            Rate.parse(text)


class TestRefusal:
    async def test_tells_when_to_come_back(self, serve: Serve, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(rate_limits="standard"))) as client:
            for remaining in (2, 1, 0):
                response = await client.post("/things", json=THING)
                assert response.status_code == 201
                assert response.headers["ratelimit-policy"] == '"thing-making";q=3;w=60'
                assert response.headers["ratelimit"].startswith(f'"thing-making";r={remaining};t=')
            response = await client.post("/things", json=THING)
            assert response.status_code == 429
            assert response.json()["code"] == "rate_limited"
            assert response.headers["content-type"] == "application/problem+json"
            assert 0 < int(response.headers["retry-after"]) <= 120
            assert response.headers["ratelimit"].startswith('"thing-making";r=0;t=')
            assert response.headers["x-content-type-options"] == "nosniff"
            metrics = (await client.get("/metrics")).text
            assert 'rate_limited_total{policy="thing-making",service="enrollment"}' in metrics

    async def test_under_the_public_prefix_too(self, serve: Serve, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(rate_limits="standard"))) as client:
            assert await statuses(client, 2) == [201, 201]
            answers = [(await client.post("/api/enrollment/things", json=THING)).status_code for _ in range(2)]
            assert answers == [201, 429]

    async def test_many_at_once(self, serve: Serve, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(rate_limits="standard"))) as client:
            answers = await asyncio.gather(*(client.post("/things", json=THING) for _ in range(20)))
            assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 17

    async def test_off(self, serve: Serve, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(rate_limits="off"))) as client:
            assert set(await statuses(client, 10)) == {201}

    async def test_health_and_metrics_are_never_limited(self, serve: Serve, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(rate_limits="standard"))) as client:
            for path in ("/health/live", "/api/enrollment/health/ready", "/metrics"):
                assert "ratelimit" not in (await client.get(path)).headers
            assert "ratelimit" in (await client.get("/things")).headers


class TestClientAddress:
    async def test_a_client_cannot_choose_it(self, serve: Serve, receiver_settings: Settings) -> None:
        """Without a trusted proxy the header proves nothing."""
        async with serve(create_receiver(receiver_settings(rate_limits="standard"))) as client:
            answers = [(await statuses(client, 1, **forwarded(f"203.0.113.{i}")))[0] for i in range(5)]
            assert answers == [201, 201, 201, 429, 429]

    async def test_behind_a_trusted_proxy(self, serve: Serve, receiver_settings: Settings) -> None:
        settings = receiver_settings(rate_limits="standard", trusted_proxies="127.0.0.0/8, 10.0.0.0/8")
        async with serve(create_receiver(settings)) as client:
            assert await statuses(client, 4, **forwarded("203.0.113.1")) == [201, 201, 201, 429]
            assert await statuses(client, 1, **forwarded("203.0.113.2")) == [201]

    @pytest.mark.parametrize("made_up", [("198.51.100.9",), ("198.51.100.9", "nonsense"), ("", "")])
    async def test_what_the_client_itself_forwards_is_passed_over(
        self, serve: Serve, receiver_settings: Settings, made_up: tuple[str, ...]
    ) -> None:
        settings = receiver_settings(rate_limits="standard", trusted_proxies="127.0.0.1,10.0.0.0/8")
        async with serve(create_receiver(settings)) as client:
            assert await statuses(client, 3, **forwarded("203.0.113.1")) == [201, 201, 201]
            assert await statuses(client, 1, **forwarded(*made_up, "203.0.113.1")) == [429]
            assert await statuses(client, 1, **forwarded(*made_up, "203.0.113.1", "10.1.2.3")) == [429]

    @pytest.mark.parametrize("said", ["nonsense", "203.0.113.1:80", "203.0.113.999", "fe80::1%eth0", "unknown"])
    async def test_what_is_no_ip_is_not_taken(self, serve: Serve, receiver_settings: Settings, said: str) -> None:
        """Otherwise each spelling would be another client; all count as the proxy that forwarded them."""
        settings = receiver_settings(rate_limits="standard", trusted_proxies="127.0.0.1,10.0.0.0/8")
        async with serve(create_receiver(settings)) as client:
            assert await statuses(client, 3, **forwarded("198.51.100.9", said, "10.1.2.3")) == [201, 201, 201]
            assert await statuses(client, 1, **forwarded(f"other {said}", "10.1.2.3")) == [429]

    async def test_an_ipv6_client_is_its_network(self, serve: Serve, receiver_settings: Settings) -> None:
        settings = receiver_settings(rate_limits="standard", trusted_proxies="127.0.0.1,2001:db8:f::/48")
        async with serve(create_receiver(settings)) as client:
            same = ("2001:db8:0:1::1", "2001:DB8:0:1:ffff::", "2001:db8:0:1:1:2:3:4", "2001:db8:0:1::9")
            answers = [(await statuses(client, 1, **forwarded(address)))[0] for address in same]
            assert answers == [201, 201, 201, 429]
            assert await statuses(client, 1, **forwarded("2001:db8:0:2::1")) == [201]
            assert await statuses(client, 1, **forwarded("2001:db8:0:1::1", "2001:db8:f::1")) == [429]

    async def test_an_ipv4_address_within_ipv6_is_that_address(self, serve: Serve, receiver_settings: Settings) -> None:
        settings = receiver_settings(rate_limits="standard", trusted_proxies="127.0.0.1")
        async with serve(create_receiver(settings)) as client:
            assert await statuses(client, 3, **forwarded("203.0.113.1")) == [201, 201, 201]
            assert await statuses(client, 1, **forwarded("::ffff:203.0.113.1")) == [429]
            assert await statuses(client, 1, **forwarded("::ffff:203.0.113.2")) == [201]

    async def test_several_headers_are_one_list(self, serve: Serve, receiver_settings: Settings) -> None:
        """A proxy may add a line of its own after the client's."""
        settings = receiver_settings(rate_limits="standard", trusted_proxies="127.0.0.1")
        async with serve(create_receiver(settings)) as client:
            for i in range(4):
                lines = [("X-Forwarded-For", f"198.51.100.{i}"), ("X-Forwarded-For", "203.0.113.1")]
                response = await client.post("/things", json=THING, headers=lines)
                assert response.status_code == (201 if i < 3 else 429)


class TestPerUser:
    async def test_each_user_has_their_own(
        self, serve: Serve, receiver_settings: Settings, signer: Signer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Deletes fall under the platform's own limit for writes; 405 serves as well as any response."""
        async with serve(create_receiver(receiver_settings(rate_limits="standard"))) as client:
            remaining: list[str] = []
            for user_id in (new_id(), new_id()):
                for _ in range(2):
                    response = await client.delete("/things", headers=signer.headers(user_id))
                    remaining.append(response.headers["ratelimit"].split(";")[1])
            assert remaining == ["r=299", "r=298"] * 2

    async def test_a_forged_token_makes_no_new_client(
        self, serve: Serve, receiver_settings: Settings, signer: Signer
    ) -> None:
        async with serve(create_receiver(receiver_settings(rate_limits="standard"))) as client:
            for remaining in (299, 298, 297):
                headers = {"Authorization": f"Bearer {Signer().token()}"}
                response = await client.delete("/things", headers=headers)
                assert f"r={remaining};" in response.headers["ratelimit"]
