"""The edge of a service, over a real server."""

import asyncio
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import httpx2
import pytest

from edu_common.context import ServiceContext
from edu_common.ids import new_id
from edu_common.request_context import WELL_FORMED
from edu_common.testing.app import running
from edu_common.testing.tokens import Signer
from edu_common.web.app import create_app
from edu_sample.app import PACKAGE, ReceiverSettings, create_receiver

JSON = {"Content-Type": "application/json"}
MIB = 1024 * 1024
Settings = Callable[..., ReceiverSettings]
Launch = Callable[..., "subprocess.Popen[bytes]"]


def assert_headers(response: httpx2.Response) -> None:
    """Check for the headers of every response."""
    headers = response.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers


def assert_problem(response: httpx2.Response, status: int, code: str) -> None:
    """Check for problem+json with every member and all headers."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert_headers(response)
    assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == response.headers["x-request-id"] != ""


async def until_ready(client: httpx2.AsyncClient, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with suppress(httpx2.TransportError):
            if (await client.get("/health/ready")).status_code == 200:
                return
        await asyncio.sleep(0.05)
    pytest.fail("the process ended before it was ready")


async def counted(client: httpx2.AsyncClient) -> set[str]:
    """Return the lines of `http_requests_total`."""
    lines = (await client.get("/metrics")).text.splitlines()
    return {line.rpartition(" ")[0] for line in lines if line.startswith("http_requests_total{")}


class TestRequestId:
    async def test_a_well_formed_one_is_taken(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/things/request-id", headers={"X-Request-ID": "abc-1.2_X"})
        assert response.headers["x-request-id"] == response.json()["request_id"] == "abc-1.2_X"

    @pytest.mark.parametrize("offered", ["", "a b", "a" * 129, "{}", "é", "a\tb", '"'])
    async def test_another_one_is_replaced(self, client: httpx2.AsyncClient, offered: str) -> None:
        response = await client.get("/things", headers={b"X-Request-ID": offered.encode()})
        made = response.headers["x-request-id"]
        assert made != offered
        assert WELL_FORMED.fullmatch(made)

    async def test_each_request_has_its_own(self, client: httpx2.AsyncClient) -> None:
        answers = await asyncio.gather(*(client.get("/things") for _ in range(10)))
        assert len({answer.headers["x-request-id"] for answer in answers}) == 10


class TestHeaders:
    @pytest.mark.parametrize("prefix", ["", "/api/enrollment"])
    @pytest.mark.parametrize(
        "path", ["/things", "/things/a.b", "/none.html", "/.env", "/health/live", "/openapi.json", "/docs", "/docs/"]
    )
    async def test_of_every_path(self, client: httpx2.AsyncClient, prefix: str, path: str) -> None:
        for method in ("GET", "POST", "OPTIONS"):
            response = await client.request(method, prefix + path, headers={"Origin": "https://evil.example"})
            assert_headers(response)
            assert "access-control-allow-origin" not in response.headers
            assert "cache-control" in response.headers

    @pytest.mark.parametrize("prefix", ["", "/api/enrollment"])
    async def test_of_an_unexpected_error(self, client: httpx2.AsyncClient, prefix: str) -> None:
        response = await client.get(f"{prefix}/things/failing")
        assert_problem(response, 500, "internal_error")
        assert "inside" not in response.text


class TestPublicPrefix:
    @pytest.mark.parametrize("path", ["/things", "/health/live", "/health/ready", "/openapi.json", "/docs"])
    async def test_both_ways(self, client: httpx2.AsyncClient, path: str) -> None:
        assert (await client.get(path)).status_code == 200
        assert (await client.get(f"/api/enrollment{path}")).status_code == 200

    @pytest.mark.parametrize(
        "path",
        [
            "/metrics",
            "/metrics/",
            "/internal/events",
            "/internal",
            "//metrics",
            "/%6detrics",
            "/%2Fmetrics",
            "/things/../metrics",
            "/./metrics",
        ],
    )
    async def test_private_addresses_are_not_public(self, client: httpx2.AsyncClient, path: str) -> None:
        # As a raw target: a client would normalise the path before sending it.
        url = httpx2.URL(str(client.base_url)).copy_with(raw_path=f"/api/enrollment{path}".encode())
        for method in ("GET", "POST"):
            response = await client.request(method, url)
            assert_problem(response, 404, "not_found")

    async def test_another_services_prefix(self, client: httpx2.AsyncClient) -> None:
        assert_problem(await client.get("/api/payment/things"), 404, "not_found")

    async def test_private_addresses_without_it(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/metrics")).status_code == 200
        assert_problem(await client.post("/internal/events", json=[]), 401, "unauthenticated")

    async def test_the_documents_name_the_prefix(self, client: httpx2.AsyncClient) -> None:
        document = (await client.get("/api/enrollment/openapi.json")).json()
        assert document["servers"] == [{"url": "/api/enrollment"}]
        assert "/internal/events" not in document["paths"]
        assert "/metrics" not in document["paths"]


class TestApiPages:
    @pytest.mark.parametrize("prefix", ["", "/api/enrollment"])
    @pytest.mark.parametrize("page", ["/docs", "/redoc"])
    async def test_they_load_their_own_assets_alone(self, client: httpx2.AsyncClient, prefix: str, page: str) -> None:
        response = await client.get(prefix + page)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts is not None
        assert re.fullmatch(r"'self'( 'sha256-[^']+')*", scripts[1])
        loaded = re.findall(r'(?:src|href)="([^"]*)"', response.text)
        assert loaded
        for url in loaded:
            assert url.startswith(f"{prefix}/docs/assets/")
            asset = await client.get(url)
            assert (asset.status_code, asset.headers["x-content-type-options"]) == (200, "nosniff")

    @pytest.mark.parametrize("name", ["none.js", "..%2f..%2fapp.py", "%2e%2e/assets", ".", ""])
    async def test_other_files_are_not_theirs(self, client: httpx2.AsyncClient, name: str) -> None:
        url = httpx2.URL(str(client.base_url)).copy_with(raw_path=f"/docs/assets/{name}".encode())
        assert_problem(await client.get(url), 404, "not_found")


class TestBodies:
    async def test_too_large_by_length(self, client: httpx2.AsyncClient) -> None:
        body = b'{"name": "' + b"a" * MIB + b'"}'
        assert_problem(await client.post("/things", content=body, headers=JSON), 413, "body_too_large")

    async def test_too_large_in_chunks(self, client: httpx2.AsyncClient) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield b'{"name": "'
            for _ in range(20):
                yield b"a" * (MIB // 16)

        response = await client.post("/things", content=chunks(), headers=JSON)
        assert_problem(response, 413, "body_too_large")

    async def test_just_small_enough(self, client: httpx2.AsyncClient) -> None:
        body = b'{"name": "a"' + b" " * (MIB - 13) + b"}"
        assert len(body) == MIB
        assert (await client.post("/things", content=body, headers=JSON)).status_code == 201

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", "x"])
    async def test_not_json(self, client: httpx2.AsyncClient, kind: str) -> None:
        response = await client.post("/things", content=b'{"name": "a"}', headers={"Content-Type": kind})
        assert_problem(response, 415, "unsupported_media_type")

    @pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8"])
    async def test_json(self, client: httpx2.AsyncClient, kind: str) -> None:
        response = await client.post("/things", content=b'{"name": "a"}', headers={"Content-Type": kind})
        assert response.status_code == 201

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"nonsense",
            b"\xff\xfe\x00",
            b'{"name": "\xff"}',
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b'{"name": "a", "size": NaN}',
            b'{"name": "a", "tags": [Infinity]}',
            b'{"name": "a"} trailing',
        ],
    )
    async def test_malformed(self, client: httpx2.AsyncClient, body: bytes) -> None:
        assert_problem(await client.post("/things", content=body, headers=JSON), 400, "malformed_json")

    @pytest.mark.parametrize(
        ("body", "where"),
        [
            (b"", "body"),
            (b"null", "body"),
            (b"[]", "body"),
            (b'"text"', "body"),
            (b"{}", "body.name"),
            (b'{"name": 1}', "body.name"),
            (b'{"name": "\\ud800"}', "body.name"),
            (b'{"name": "a", "\\ud800": 1}', "body"),
            (b'{"name": "a", "extra": 1}', "body.extra"),
            (b'{"name": "a", "size": 1e999}', "body.size"),
            (b'{"name": "a", "size": "large"}', "body.size"),
        ],
    )
    async def test_well_formed_and_wrong(self, client: httpx2.AsyncClient, body: bytes, where: str) -> None:
        response = await client.post("/things", content=body, headers=JSON)
        assert_problem(response, 422, "validation_failed")
        assert ".".join(map(str, response.json()["errors"][0]["loc"])).startswith(where)

    async def test_deep_but_parseable(self, client: httpx2.AsyncClient) -> None:
        depth = 500
        body = b'{"name": "a", "tags": ' + b"[" * depth + b"]" * depth + b"}"
        assert (await client.post("/things", content=body, headers=JSON)).status_code in {201, 400, 422}


class TestAddresses:
    async def test_unknown(self, client: httpx2.AsyncClient) -> None:
        assert_problem(await client.get("/nowhere"), 404, "not_found")

    async def test_wrong_method(self, client: httpx2.AsyncClient) -> None:
        response = await client.delete("/things")
        assert_problem(response, 405, "method_not_allowed")
        assert response.headers["allow"] == "GET, POST"

    async def test_wrong_method_under_the_public_prefix(self, client: httpx2.AsyncClient) -> None:
        assert (await client.put("/api/enrollment/things")).headers["allow"] == "GET, POST"
        assert (await client.post("/api/enrollment/things/who", json={})).headers["allow"] == "GET"
        raw = str(new_id())
        assert (await client.patch(f"/api/enrollment/things/{raw}")).headers["allow"] == "GET, PUT"

    async def test_a_written_out_address_is_no_value_of_a_parameter(self, client: httpx2.AsyncClient) -> None:
        response = await client.put("/things/me", json={"name": "a"})
        assert_problem(response, 405, "method_not_allowed")
        assert response.headers["allow"] == "GET"

    async def test_malformed_id(self, client: httpx2.AsyncClient) -> None:
        assert_problem(await client.get("/things/1"), 422, "validation_failed")

    @pytest.mark.parametrize("name", ["%00", "%ED%A0%80", "a" * 5000, "%25%27%22%3B--"])
    async def test_hostile_text_that_reaches_the_database(self, client: httpx2.AsyncClient, name: str) -> None:
        response = await client.get(f"/things/by-name?name={name}")
        assert response.status_code in {200, 422}, response.text

    @pytest.mark.parametrize("number", [2**31, -(2**63) - 1, 10**30])
    async def test_a_number_that_the_database_cannot_hold(self, client: httpx2.AsyncClient, number: int) -> None:
        assert_problem(await client.get(f"/things/by-name?name=a&number={number}"), 422, "invalid_value")


class TestMetricLabels:
    async def test_are_route_templates(self, client: httpx2.AsyncClient) -> None:
        raw = str(new_id())
        for prefix in ("", "/api/enrollment"):
            await client.get(f"{prefix}/things/{raw}")
            await client.get(f"{prefix}/{raw}/nowhere")
            await client.delete(f"{prefix}/things/{raw}")
            await client.get(f"{prefix}/things/failing")
            await client.post(f"{prefix}/things", content=b"a", headers={"Content-Type": "text/plain"})
        lines = await counted(client)
        assert not [line for line in lines if raw in line]
        for method, route, status in (
            ("GET", "/things/{thing_id}", 200),
            ("any", "unmatched", 404),
            ("DELETE", "/things/{thing_id}", 405),
            ("GET", "/things/failing", 500),
            ("any", "unmatched", 415),
        ):
            labels = f'method="{method}",route="{route}",service="enrollment",status="{status}"'
            assert f"http_requests_total{{{labels}}}" in lines

    async def test_every_metric_of_the_contract_is_there_from_the_start(self, client: httpx2.AsyncClient) -> None:
        await client.get("/things")
        text = (await client.get("/metrics")).text
        for name in (
            "http_requests_total",
            "http_request_duration_seconds_bucket",
            "http_requests_in_progress",
            "db_pool_size",
            "db_pool_in_use",
            "db_pool_peak_in_use",
            "db_pool_wait_seconds_bucket",
            "db_pool_saturation_ratio",
            "outbox_pending",
            "outbox_oldest_age_seconds",
            "password_hash_queue_depth",
            "rate_limited_total",
            "requests_shed_total",
            "event_loop_lag_seconds_bucket",
            "service_info",
        ):
            assert f"\n{name}{{" in text, name
        for name in ("events_delivered_total", "cache_requests_total"):
            assert f"# TYPE {name}" in text, name
        assert "\nprocess_cpu_seconds_total " in text


class TestTimeBudget:
    async def test_a_hanging_request_is_ended(self, serve: Any, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(request_timeout=0.2))) as client:
            assert_problem(await client.get("/things/hanging"), 504, "timeout")

    async def test_a_caller_may_have_less_time(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/things/hanging", headers={"X-Request-Timeout-Ms": "100"})
        assert_problem(response, 504, "timeout")

    @pytest.mark.parametrize("offered", ["-1", "x", "1e9", "99999999999", "²"])
    async def test_nonsense_and_more_time_change_nothing(
        self, serve: Any, receiver_settings: Settings, offered: str
    ) -> None:
        async with serve(create_receiver(receiver_settings(request_timeout=0.2))) as client:
            headers = {b"X-Request-Timeout-Ms": offered.encode()}
            assert_problem(await client.get("/things/hanging", headers=headers), 504, "timeout")


class TestShedding:
    async def test_past_the_limit(self, serve: Any, receiver_settings: Settings) -> None:
        settings = receiver_settings(max_concurrent_requests=2, request_timeout=2)
        async with serve(create_receiver(settings)) as client:
            hanging = [asyncio.create_task(client.get("/things/hanging")) for _ in range(2)]
            while "http_requests_in_progress" + '{service="enrollment"} 3.0' not in (await client.get("/metrics")).text:
                assert not any(task.done() for task in hanging)
            response = await client.get("/things")
            assert_problem(response, 503, "overloaded")
            assert response.headers["retry-after"] == "1"
            assert (await client.get("/health/live")).status_code == 200
            assert {(await task).status_code for task in hanging} == {504}
            assert (await client.get("/things")).status_code == 200


class TestDraining:
    async def test_readiness_goes_before_the_listener(self, receiver_settings: Settings, launch: Launch) -> None:
        settings = receiver_settings()
        process = launch("receiver", "serve", settings, DRAIN_SECONDS="1")
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False) as client:
            await until_ready(client, process)
            process.terminate()
            while (response := await client.get("/health/ready")).status_code == 200:
                assert process.poll() is None
            assert_problem(response, 503, "draining")
            assert (await client.get("/health/live")).status_code == 200
            assert (await client.get("/things")).status_code == 200
            assert await asyncio.to_thread(process.wait, 20) == -signal.SIGTERM
            with pytest.raises(httpx2.ConnectError):
                await client.get("/health/live")


class TestShutdown:
    async def test_a_task_that_fails_while_it_is_cancelled_ends_all_the_same(
        self, receiver_settings: Callable[..., ReceiverSettings], signer: Signer
    ) -> None:
        begun = asyncio.Event()

        async def work() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise ConnectionError("closed at the same moment") from None

        runtime = ServiceContext(PACKAGE, receiver_settings(), {}, {})
        app = create_app(runtime, description="", routers=[], tasks=[work])
        async with asyncio.timeout(20), running(app, signer):
            await begun.wait()
