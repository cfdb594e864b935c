"""The public origin in front of a real server that the test plays."""

import asyncio
import http.client
import select
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from edu_cli.devserver import ports, upstream

from .conftest import Served, gateway_to, serve, wait_until


@dataclass
class Service:
    """Remembers what reached it and answers as the path asks."""

    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    gone: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        kind = scope["path"].rsplit("/", 1)[-1]
        if kind == "refuse":
            return await self._answer(send, 413, b"too much")
        body = await _body(receive)
        self.requests.append({**scope, "headers": scope["headers"], "body": body})
        match kind:
            case "stream":
                await self._stream(receive, send)
            case "hang":
                await self._wait_for_end(receive)
            case "break":
                await self._start(send, 200, [(b"content-length", b"100")])
                await send({"type": "http.response.body", "body": b"half", "more_body": True})
                raise ConnectionError
            case "nothing":
                await self._answer(send, 204, b"")
            case "same":
                await self._answer(send, 304, b"")
            case _:
                await self._answer(send, 200, body or b"hello")
        return None

    async def _answer(self, send: Any, status: int, body: bytes) -> None:
        headers = [(b"x-answer", b"one"), (b"x-answer", b"two"), (b"keep-alive", b"timeout=5")]
        if status not in (204, 304):
            headers.append((b"content-length", str(len(body)).encode()))
        await self._start(send, status, headers)
        await send({"type": "http.response.body", "body": body})

    async def _start(self, send: Any, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def _stream(self, receive: Any, send: Any) -> None:
        await self._start(send, 200, [(b"content-type", b"text/event-stream")])
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await self._wait_for_end(receive)
        await send({"type": "http.response.body", "body": b"data: 2\n\n"})

    async def _wait_for_end(self, receive: Any) -> None:
        listener = asyncio.ensure_future(receive())
        signal = asyncio.create_task(asyncio.to_thread(self.go_on.wait, 30))
        await asyncio.wait({listener, signal}, return_when=asyncio.FIRST_COMPLETED)
        if listener.done():
            self.gone.set()
        self.go_on.set()
        listener.cancel()


async def _body(receive: Any) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.go_on.set()


@pytest.fixture
def origin(service: Service) -> Iterator[httpx2.Client]:
    with serve(service) as upstream, gateway_to(upstream.url) as gateway, client(gateway) as opened:
        yield opened


@contextmanager
def held(service: Service, ask: Callable[[str], object], path: str) -> Generator[None]:
    """A request that the service does not answer before the block ends."""
    hanging = threading.Thread(target=ask, args=(path,))
    hanging.start()
    wait_until(lambda: service.requests)
    yield
    service.go_on.set()
    hanging.join(10)


def client(gateway: Served) -> httpx2.Client:
    return httpx2.Client(base_url=gateway.url, timeout=15)


class TestWhatIsNotForThePublic:
    @pytest.mark.parametrize(
        "path",
        [
            "/api/course/metrics",
            "/api/course/internal/events",
            "/api/course/internal",
            "/api/course//metrics",
            "/api/course/%6Detrics",
            "/api/course/%6detrics/",
            "/api/course/./metrics",
            "/api/course/courses/../internal/events",
            "/api/course/courses/%2e%2e/internal/events",
            "/api/course/METRICS",
            "/api/unknown/courses",
            "/api",
            "/api/",
            "/metrics",
        ],
    )
    def test_is_404_and_reaches_no_service(self, origin: httpx2.Client, service: Service, path: str) -> None:
        connection = http.client.HTTPConnection(origin.base_url.host, origin.base_url.port or 80)
        connection.request("GET", path)
        answer = connection.getresponse()

        assert answer.status == 404
        assert answer.getheader("Content-Type") == "application/problem+json"
        assert service.requests == []

    def test_the_request_id_of_a_refusal_is_the_client_s(self, origin: httpx2.Client) -> None:
        answer = origin.get("/api/course/metrics", headers={"X-Request-ID": "from-the-client"})

        assert answer.json()["request_id"] == "from-the-client"


class TestPassingOn:
    def test_path_query_method_and_body_arrive_unchanged(self, origin: httpx2.Client, service: Service) -> None:
        answer = origin.patch("/api/course/courses/%D1%84%2F1?q=a%20b&q=%25", content=b'{"a":1}')

        (request,) = service.requests
        assert answer.content == request["body"] == b'{"a":1}'
        assert request["method"] == "PATCH"
        assert request["raw_path"] == b"/api/course/courses/%D1%84%2F1"
        assert request["query_string"] == b"q=a%20b&q=%25"

    def test_each_name_has_its_own_service(self, service: Service) -> None:
        other = Service()
        with serve(service) as first, serve(other) as second, gateway_to(first.url, second.url) as gateway:
            httpx2.get(f"{gateway.url}/api/identity/me")
            httpx2.get(f"{gateway.url}/api/course/courses")

        assert [request["path"] for request in service.requests] == ["/api/identity/me"]
        assert [request["path"] for request in other.requests] == ["/api/course/courses"]

    @pytest.mark.parametrize("kind", ["plain", "nothing", "same"])
    def test_requests_share_a_connection(self, origin: httpx2.Client, service: Service, kind: str) -> None:
        origin.get(f"/api/course/{kind}")
        origin.post(f"/api/course/{kind}", content=b"1")
        origin.get(f"/api/course/{kind}")

        assert len({request["client"] for request in service.requests}) == 1

    def test_a_connection_that_was_idle_for_long_is_not_used_again(
        self, origin: httpx2.Client, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upstream, "IDLE_SECONDS", 0)
        origin.get("/api/course/courses")
        origin.get("/api/course/courses")

        assert len({request["client"] for request in service.requests}) == 2

    def test_only_the_gateway_tells_who_the_client_is(self, origin: httpx2.Client, service: Service) -> None:
        forged = {"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
        forged |= {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        origin.get("/api/course/courses", headers=forged)

        headers = dict(service.requests[0]["headers"])
        assert headers[b"x-forwarded-for"] == b"127.0.0.1"
        assert headers[b"x-forwarded-proto"] == b"http"
        assert headers[b"x-forwarded-host"] == headers[b"host"]
        assert not {b"x-real-ip", b"forwarded"} & headers.keys()

    def test_headers_of_one_connection_stay_on_it(self, origin: httpx2.Client, service: Service) -> None:
        hop = {"Connection": "keep-alive, X-Secret", "X-Secret": "1", "TE": "trailers", "Keep-Alive": "timeout=9"}
        answer = origin.get("/api/course/courses", headers={**hop, "X-Kept": "1"})

        received = {name for name, _ in service.requests[0]["headers"]}
        assert b"x-kept" in received
        assert not {b"connection", b"x-secret", b"te", b"keep-alive"} & received
        assert answer.headers.get_list("x-answer") == ["one", "two"]
        assert "keep-alive" not in answer.headers

    @pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
    def test_bodies_of_any_size_come_back_whole(self, origin: httpx2.Client, size: int) -> None:
        content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

        assert origin.post("/api/course/echo", content=content).content == (content or b"hello")

    def test_a_body_of_unknown_length_is_streamed(self, origin: httpx2.Client, service: Service) -> None:
        answer = origin.post("/api/course/echo", content=iter([b"first ", b"", b"second"]))

        assert answer.content == b"first second"
        assert dict(service.requests[0]["headers"])[b"transfer-encoding"] == b"chunked"

    def test_an_early_refusal_reaches_a_client_that_still_sends(self, origin: httpx2.Client) -> None:
        port = origin.base_url.port or 80
        with socket.create_connection((origin.base_url.host, port), timeout=10) as connection:
            connection.sendall(b"POST /api/course/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\nstart")
            assert connection.recv(100).startswith(b"HTTP/1.1 413")

    @pytest.mark.parametrize(("kind", "status"), [("nothing", 204), ("same", 304)])
    def test_answers_without_a_body(self, origin: httpx2.Client, kind: str, status: int) -> None:
        answers = [origin.get(f"/api/course/{kind}") for _ in range(3)]

        assert [(answer.status_code, answer.content) for answer in answers] == [(status, b"")] * 3

    def test_head_gives_the_headers_of_get(self, origin: httpx2.Client) -> None:
        answers = [origin.head("/api/course/courses") for _ in range(3)]

        assert [(answer.headers["content-length"], answer.content) for answer in answers] == [("5", b"")] * 3

    def test_two_lengths_in_one_request_are_refused(self, origin: httpx2.Client, service: Service) -> None:
        smuggled = b"POST /api/course/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        with socket.create_connection((origin.base_url.host, origin.base_url.port or 80), timeout=10) as connection:
            connection.sendall(smuggled + b"0\r\n\r\nGET /api/course/b HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
        assert service.requests == []


class TestEventStreams:
    def test_events_arrive_as_they_come_and_outlive_the_budget(self, service: Service) -> None:
        with (
            serve(service) as upstream,
            gateway_to(upstream.url, budget=0.2) as gateway,
            client(gateway) as origin,
            origin.stream("GET", "/api/notification/stream") as answer,
        ):
            events = answer.iter_bytes()
            assert next(events) == b"data: 1\n\n"
            assert not service.gone.wait(0.6)
            service.go_on.set()
            assert next(events) == b"data: 2\n\n"

    def test_the_service_learns_that_the_client_left(self, origin: httpx2.Client, service: Service) -> None:
        with origin.stream("GET", "/api/notification/stream") as answer:
            next(answer.iter_bytes())

        assert service.gone.wait(10)


class TestServicesInTrouble:
    def test_a_service_that_is_down_is_503_and_back_at_once(self, service: Service) -> None:
        (port,) = ports.find_free(1)
        with gateway_to(f"http://127.0.0.1:{port}") as gateway, client(gateway) as origin:
            refused = origin.get("/api/payment/payments/me")
            with serve(service, port):
                answered = origin.get("/api/payment/payments/me")

        assert refused.status_code == 503
        assert refused.json()["code"] == "service_unavailable"
        assert int(refused.headers["Retry-After"]) > 0
        assert answered.status_code == 200

    def test_a_restarted_service_is_not_met_by_stale_connections(self, service: Service) -> None:
        with serve(service) as first, gateway_to(first.url) as gateway, client(gateway) as origin:
            origin.get("/api/course/courses")
            first.__exit__()
            with serve(service, first.port):
                assert origin.get("/api/course/courses").status_code == 200
                assert origin.post("/api/course/courses", content=b"{}").status_code == 200

    def test_one_that_hangs_is_504_within_the_budget(self, service: Service) -> None:
        with serve(service) as upstream, gateway_to(upstream.url, budget=0.3) as gateway, client(gateway) as origin:
            answer = origin.get("/api/course/hang")

            assert answer.status_code == 504
            assert answer.json()["code"] == "timeout"
            assert service.gone.wait(10)

    def test_an_answer_cut_short_is_not_passed_off_as_whole(self, origin: httpx2.Client) -> None:
        with pytest.raises(httpx2.RemoteProtocolError):
            origin.get("/api/course/break")

        assert origin.get("/api/course/courses").status_code == 200


class TestOverload:
    def test_a_gateway_that_is_behind_refuses_at_once_and_goes_on_afterwards(self, service: Service) -> None:
        with (
            serve(service) as upstream,
            gateway_to(upstream.url, max_queue_delay=0.1) as gateway,
            client(gateway) as origin,
        ):
            blocked, go_on = threading.Event(), threading.Event()

            def block() -> None:
                if not go_on.is_set():
                    blocked.set()
                    time.sleep(0.4)
                    gateway.loop.call_soon(block)

            gateway.loop.call_soon_threadsafe(block)
            assert blocked.wait(10)
            wait_until(lambda: origin.get("/api/course/courses").status_code == 503)
            refused = origin.get("/api/course/courses")
            asked = len(service.requests)
            assert origin.get("/health/live").status_code == 200
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert int(refused.headers["Retry-After"]) > 0
            assert len(service.requests) == asked
            go_on.set()
            wait_until(lambda: origin.get("/api/course/courses").status_code == 200)

    def test_a_service_that_holds_all_it_may_is_asked_no_more_and_others_are(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("edu_cli.devserver.gateway.MAX_AT_ONCE", 1)
        with serve(service) as upstream, gateway_to(upstream.url) as gateway, client(gateway) as origin:
            with held(service, origin.get, "/api/notification/hang"):
                assert origin.get("/api/notification/list").json()["code"] == "overloaded"
                assert origin.get("/api/course/courses").status_code == 200
            assert origin.get("/api/notification/list").status_code == 200

    def test_writes_leave_room_for_reads(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("edu_cli.devserver.gateway.MAX_AT_ONCE", 2)
        monkeypatch.setattr("edu_cli.devserver.gateway.FOR_READERS", 1)
        with serve(service) as upstream, gateway_to(upstream.url) as gateway, client(gateway) as origin:
            with held(service, origin.post, "/api/identity/hang"):
                assert origin.post("/api/identity/login").json()["code"] == "overloaded"
                assert origin.get("/api/identity/me").status_code == 200
            assert origin.post("/api/identity/login").status_code == 200

    def test_of_many_that_come_at_once_no_more_pass_than_may(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("edu_cli.devserver.gateway.MAX_AT_ONCE", 4)
        monkeypatch.setattr("edu_cli.devserver.gateway.FOR_READERS", 1)
        with serve(service) as upstream, gateway_to(upstream.url) as gateway:
            crowd = [http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=15) for _ in range(20)]
            for one in crowd:
                one.connect()
            for one in crowd:
                one.request("POST", "/api/identity/hang")
            wait_until(lambda: len(select.select([one.sock for one in crowd], [], [], 0)[0]) == 17)
            assert len(service.requests) == 3
            service.go_on.set()
            assert [one.getresponse().status for one in crowd].count(503) == 17

    def test_an_event_stream_takes_no_room(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("edu_cli.devserver.gateway.MAX_AT_ONCE", 1)
        with (
            serve(service) as upstream,
            gateway_to(upstream.url) as gateway,
            client(gateway) as origin,
            origin.stream("GET", "/api/notification/stream") as stream,
        ):
            assert next(stream.iter_bytes()) == b"data: 1\n\n"
            assert origin.get("/api/notification/list").status_code == 200


class TestFrontEnd:
    @pytest.fixture
    def site(self, service: Service) -> Iterator[httpx2.Client]:
        """An origin whose front end is the test's service."""
        with serve(service) as pages, gateway_to("http://127.0.0.1:1", frontend=pages.url) as gateway:
            yield client(gateway)

    def test_it_gets_everything_that_is_no_service(self, site: httpx2.Client, service: Service) -> None:
        assert site.get("/courses?q=piano").status_code == 200
        assert site.post("/login", content=b"form").content == b"form"

        assert [request["path"] for request in service.requests] == ["/courses", "/login"]
        assert service.requests[0]["query_string"] == b"q=piano"

    @pytest.mark.parametrize("path", ["/metrics", "/internal/events", "/Metrics"])
    def test_nothing_private_reaches_it(self, site: httpx2.Client, service: Service, path: str) -> None:
        assert site.get(path).status_code == 404
        assert not service.requests

    def test_while_it_is_being_built_a_page_says_so_and_looks_again(self) -> None:
        nobody = f"http://127.0.0.1:{ports.find_free(1)[0]}"
        with gateway_to("http://127.0.0.1:1", frontend=nobody) as gateway, client(gateway) as origin:
            answer = origin.get("/courses")

        assert answer.status_code == 503
        assert "being built" in answer.text
        assert 'http-equiv="refresh"' in answer.text

    def test_once_it_has_answered_its_failure_is_told_as_one(self, service: Service) -> None:
        with serve(service) as pages, gateway_to("http://127.0.0.1:1", frontend=pages.url) as gateway:
            origin = client(gateway)
            assert origin.get("/").status_code == 200
            pages.__exit__()
            assert origin.get("/").json()["code"] == "service_unavailable"


class TestOwnPages:
    def test_the_landing_page_runs_under_its_own_policy(self, origin: httpx2.Client) -> None:
        answer = origin.get("/")

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].count("'sha256-") == 2

    def test_it_can_only_be_read(self, origin: httpx2.Client) -> None:
        assert origin.head("/").status_code == 200
        assert origin.post("/").status_code == 405

    def test_nothing_else_is_there(self, origin: httpx2.Client) -> None:
        assert origin.get("/admin").json()["code"] == "not_found"
