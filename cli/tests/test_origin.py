"""The public origin, a real Caddy, in front of a fake server."""

import asyncio
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psutil
import pytest

from edu_cli.devserver import origin as origin_module
from edu_cli.devserver import ports
from edu_cli.devserver.origin import SECURITY_HEADERS, Tls

from .conftest import RunningOrigin, origin_to, serve, wait_until

NOBODY = "127.0.0.1:1"
DOMAIN = "school.test"
STRICTEST = "default-src 'none'; frame-ancestors 'none'"


@dataclass
class Service:
    """A fake service that records requests and responds as the path says."""

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
            case "json":
                await self._answer(
                    send,
                    200,
                    b'{"a": "' + b"a" * 2000 + b'"}',
                    (b"content-type", b"application/json"),
                    (b"etag", b'"v1"'),
                )
            case "page":
                own = ((name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items())
                await self._answer(send, 200, b"", *own, (b"content-security-policy", b"script-src 'self'"))
            case "nothing" | "same":
                await self._answer(send, 204 if kind == "nothing" else 304, b"")
            case _:
                await self._answer(send, 200, body or b"hello")
        return None

    async def _answer(self, send: Any, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
        headers = [
            (b"x-answer", b"one"),
            (b"x-answer", b"two"),
            (b"keep-alive", b"timeout=5"),
            (b"etag", b'"v1"'),
            *more,
        ]
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


def assert_security_headers(response: httpx2.Response, policy: str = STRICTEST) -> None:
    for name, value in {**SECURITY_HEADERS, "Content-Security-Policy": policy}.items():
        assert response.headers.get_list(name) == [value]


async def _body(receive: Any) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[Service, RunningOrigin]]:
    service = Service()
    with serve(service) as upstream, origin_to(upstream.address) as running:
        yield service, running


@pytest.fixture
def service(played: tuple[Service, RunningOrigin]) -> Iterator[Service]:
    """Return the service behind `origin`, with all records of earlier tests cleared."""
    service = played[0]
    service.requests.clear()
    service.gone.clear()
    service.go_on.clear()
    yield service
    service.go_on.set()


@pytest.fixture
def origin(played: tuple[Service, RunningOrigin], service: Service) -> Iterator[httpx2.Client]:
    with client(played[1]) as opened:
        yield opened


@contextmanager
def held(service: Service, request: Callable[[str], object], path: str, count: int = 1) -> Generator[None]:
    """Send requests that the service does not answer before the block ends."""
    threads = [threading.Thread(target=request, args=(path,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(service.requests) == count)
    yield
    service.go_on.set()
    for thread in threads:
        thread.join(10)


def client(origin: RunningOrigin) -> httpx2.Client:
    return httpx2.Client(base_url=origin.url, timeout=15, trust_env=False)


def raw(origin: httpx2.Client, data: bytes, size: int = 4096) -> bytes:
    """Return the beginning of the response to bytes that no client library would send."""
    with socket.create_connection((origin.base_url.host, origin.base_url.port or 80), timeout=10) as connection:
        connection.sendall(data)
        return connection.recv(size)


def send_quietly(connection: socket.socket, data: bytes) -> None:
    """Send until the other side stops reading."""
    with suppress(OSError):
        connection.sendall(data)


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
            "/api/course/courses%2f..%2finternal/events",
            "/api/course/x/..%2Fmetrics",
            "/api/course/%2e%2e/course/metrics",
            "/api/course/METRICS",
            "/api/course/metrics;a=b",
            "/api/course/internal;/events",
            "/api/course/metrics.json",
            "/api/course/courses/..",
            "/api/course/./courses",
            "//api/course/metrics",
            "/api//course/metrics",
            "/API/course/metrics",
            "/x/../api/course/metrics",
            "http://elsewhere.example/api/course/metrics",
            "/api/unknown/courses",
            "/api/Course/courses",
            "/api/course",
            "/api",
            "/api/",
            "/metrics",
            "/Metrics",
            "//metrics",
            "/%6detrics",
            "/internal/events",
            "/x/../internal/events",
            "/health/unknown",
        ],
    )
    def test_is_404_and_reaches_no_service(self, origin: httpx2.Client, service: Service, path: str) -> None:
        connection = http.client.HTTPConnection(origin.base_url.host, origin.base_url.port or 80)
        connection.request("GET", path)
        answer = connection.getresponse()

        assert answer.status == 404
        assert answer.getheader("Content-Type") == "application/problem+json"
        assert service.requests == []

    def test_a_problem_has_the_shape_of_the_services_and_the_client_s_request_id(self, origin: httpx2.Client) -> None:
        answer = origin.get("/api/course/metrics", headers={"X-Request-ID": "from-the-client"})

        assert answer.json() == {
            "type": "urn:eduplatform:problem:not_found",
            "title": "Not Found",
            "status": 404,
            "detail": "There is nothing at this URL.",
            "code": "not_found",
            "request_id": "from-the-client",
        }
        assert answer.headers["cache-control"] == "no-store"
        assert_security_headers(answer)

    @pytest.mark.parametrize("given", ["short", "a" * 65, 'quote" here', "{http.request.uri}"])
    def test_a_request_id_that_is_none_is_replaced(self, origin: httpx2.Client, given: str) -> None:
        answer = origin.get("/api/course/metrics", headers={"X-Request-ID": given})

        assert UUID(answer.json()["request_id"])

    def test_words_that_only_begin_like_private_ones_are_public(self, origin: httpx2.Client, service: Service) -> None:
        assert origin.get("/api/course/internal-affairs").status_code == 200
        assert origin.get("/api/course/courses/metrics").status_code == 200
        assert len(service.requests) == 2

    @pytest.mark.parametrize("method", ["CONNECT", "TRACE"])
    def test_methods_for_proxies_are_rejected(self, origin: httpx2.Client, service: Service, method: str) -> None:
        answer = raw(origin, f"{method} /api/course/courses HTTP/1.1\r\nHost: a\r\n\r\n".encode())

        assert answer.startswith((b"HTTP/1.1 405", b"HTTP/1.1 400"))
        assert b"\r\nAllow: GET, " in answer or answer.startswith(b"HTTP/1.1 400")
        assert service.requests == []

    def test_its_own_metrics_are_on_a_port_of_the_loopback_address_alone(
        self, played: tuple[Service, RunningOrigin]
    ) -> None:
        _, running = played
        httpx2.get(f"{running.url}/api/course/courses")
        metrics = httpx2.get(f"http://127.0.0.1:{running.origin.metrics_port}/metrics").text

        assert 'caddy_http_request_duration_seconds_count{code="200"' in metrics
        listening = {c.laddr for c in psutil.Process(running.pid).net_connections("inet") if c.status == "LISTEN"}
        assert {(address.ip, address.port) for address in listening} == {
            ("127.0.0.1", running.origin.port),
            ("127.0.0.1", running.origin.metrics_port),
        }


class TestPassingOn:
    def test_path_query_method_and_body_arrive_unchanged(self, origin: httpx2.Client, service: Service) -> None:
        answer = origin.patch("/api/course/courses/%D1%84%2F1?q=a%20b&q=%25;c", content=b'{"a":1}')

        (request,) = service.requests
        assert answer.content == request["body"] == b'{"a":1}'
        assert request["method"] == "PATCH"
        assert request["raw_path"] == b"/api/course/courses/%D1%84%2F1"
        assert request["query_string"] == b"q=a%20b&q=%25;c"

    def test_each_name_has_its_own_service(self) -> None:
        identity, course = Service(), Service()
        with serve(identity) as first, serve(course) as second, origin_to(first.address, second.address) as running:
            httpx2.get(f"{running.url}/api/identity/me")
            httpx2.get(f"{running.url}/api/course/courses")

        assert [request["path"] for request in identity.requests] == ["/api/identity/me"]
        assert [request["path"] for request in course.requests] == ["/api/course/courses"]

    @pytest.mark.parametrize("kind", ["plain", "nothing", "same"])
    def test_requests_share_a_connection(self, origin: httpx2.Client, service: Service, kind: str) -> None:
        for _ in range(3):
            origin.get(f"/api/course/{kind}")

        assert len({request["client"] for request in service.requests}) == 1

    def test_only_the_origin_says_who_the_client_is(self, origin: httpx2.Client, service: Service) -> None:
        forged = {"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
        forged |= {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"}
        forged |= {"X-Forwarded-Prefix": "/evil", "X_Forwarded_For": "6.6.6.6"}
        origin.get("/api/course/courses", headers=forged)

        (request,) = service.requests
        names = [name for name, _ in request["headers"]]
        headers = dict(request["headers"])
        assert headers[b"x-forwarded-for"] == b"127.0.0.1"
        assert headers[b"x-forwarded-proto"] == b"http"
        assert headers[b"x-forwarded-host"] == headers[b"host"]
        assert len(names) == len(set(names))
        assert not {b"x-real-ip", b"forwarded", b"x-forwarded-port", b"x-forwarded-prefix", b"x_forwarded_for"} & {
            *names
        }
        assert request["client"][0] == "127.0.0.2"

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

    def test_a_body_beyond_the_outer_bound_is_413(self, origin: httpx2.Client) -> None:
        parts = iter([b"x" * 1024 * 1024] * 17)
        answer = origin.post("/api/course/echo", content=parts)

        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    def test_a_body_of_unknown_length_is_streamed(self, origin: httpx2.Client, service: Service) -> None:
        answer = origin.post("/api/course/echo", content=iter([b"first ", b"", b"second"]))

        assert answer.content == b"first second"
        assert dict(service.requests[0]["headers"])[b"transfer-encoding"] == b"chunked"

    def test_a_malformed_body_is_the_client_s_fault(self, origin: httpx2.Client) -> None:
        head = b"POST /api/course/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = raw(origin, head + b"no size\r\n")

        assert answer.startswith(b"HTTP/1.1 400")
        assert b'"malformed_request"' in answer

    def test_an_early_response_reaches_a_client_that_goes_on_sending(self, origin: httpx2.Client) -> None:
        head = b"POST /api/course/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"
        with socket.create_connection((origin.base_url.host, origin.base_url.port or 80), timeout=10) as connection:
            sender = threading.Thread(target=send_quietly, args=(connection, head + b"x" * 9_000_000))
            sender.start()
            assert connection.recv(100).startswith(b"HTTP/1.1 413")
            connection.shutdown(socket.SHUT_RDWR)
            sender.join(10)

    @pytest.mark.parametrize(("kind", "status"), [("nothing", 204), ("same", 304)])
    def test_responses_without_a_body(self, origin: httpx2.Client, kind: str, status: int) -> None:
        answers = [origin.get(f"/api/course/{kind}") for _ in range(3)]

        assert [(answer.status_code, answer.content) for answer in answers] == [(status, b"")] * 3

    def test_head_has_the_headers_of_get(self, origin: httpx2.Client) -> None:
        answers = [origin.head("/api/course/courses") for _ in range(3)]

        assert [(answer.headers["content-length"], answer.content) for answer in answers] == [("5", b"")] * 3


class TestCompression:
    @pytest.mark.parametrize("encoding", ["gzip", "zstd"])
    def test_text_is_compressed_for_who_takes_it(self, origin: httpx2.Client, encoding: str) -> None:
        with origin.stream("GET", "/api/course/json", headers={"Accept-Encoding": encoding}) as answer:
            size = len(b"".join(answer.iter_raw()))

        assert answer.headers["content-encoding"] == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert size < 200

    def test_what_is_small_is_not(self, origin: httpx2.Client) -> None:
        assert "content-encoding" not in origin.get("/api/course/courses", headers={"Accept-Encoding": "gzip"}).headers

    @pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
    def test_the_etag_of_a_compressed_response_holds_at_the_service(
        self, origin: httpx2.Client, service: Service, header: str
    ) -> None:
        etag = origin.get("/api/course/json", headers={"Accept-Encoding": "gzip"}).headers["etag"]
        origin.put("/api/course/echo", headers={header: f'"v0", {etag}'})

        assert dict(service.requests[-1]["headers"])[header.lower().encode()] == b'"v0", "v1"'


class TestEventStreams:
    def test_events_arrive_as_they_come_and_outlive_the_budget(self) -> None:
        service = Service()
        with (
            serve(service) as upstream,
            origin_to(upstream.address, budget=0.2) as running,
            client(running) as origin,
            origin.stream("GET", "/api/notification/stream", headers={"Accept-Encoding": "gzip"}) as answer,
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
    def test_a_service_that_is_down_is_503_and_back_at_once(self) -> None:
        (port,) = ports.find_free(1)
        with origin_to(f"127.0.0.1:{port}") as running, client(running) as origin:
            refused = origin.get("/api/payment/payments/me")
            with serve(Service(), port):
                answered = origin.get("/api/payment/payments/me")

        assert refused.status_code == 503
        assert refused.json()["code"] == "service_unavailable"
        assert "payment" in refused.json()["detail"]
        assert int(refused.headers["Retry-After"]) > 0
        assert answered.status_code == 200

    def test_a_restarted_service_is_not_met_by_stale_connections(self) -> None:
        service = Service()
        with serve(service) as first, origin_to(first.address) as running, client(running) as origin:
            origin.get("/api/course/courses")
            origin.post("/api/course/courses", content=b"{}")
            first.__exit__()
            with serve(service, first.port):
                assert origin.get("/api/course/courses").status_code == 200
                assert origin.post("/api/course/courses", content=b"{}").status_code == 200

    def test_one_that_hangs_is_504_within_the_budget(self) -> None:
        service = Service()
        with serve(service) as upstream, origin_to(upstream.address, budget=0.3) as running, client(running) as origin:
            answer = origin.get("/api/course/hang")

            assert answer.status_code == 504
            assert answer.json()["code"] == "timeout"
            assert int(answer.headers["Retry-After"]) > 0
            assert service.gone.wait(10)

    def test_a_response_cut_short_is_not_passed_off_as_whole(self, origin: httpx2.Client) -> None:
        with pytest.raises(httpx2.RemoteProtocolError):
            origin.get("/api/course/break")

        assert origin.get("/api/course/courses").status_code == 200


class TestOverload:
    def test_a_service_with_as_many_requests_as_it_may_gets_no_more_and_others_do(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(origin_module, "MAX_AT_ONCE", 1)
        busy, idle = Service(), Service()
        with (
            serve(busy) as first,
            serve(idle) as second,
            origin_to(first.address, second.address) as running,
            client(running) as origin,
        ):
            with held(busy, origin.get, "/api/identity/hang"):
                refused = origin.get("/api/identity/me")
                assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
                assert int(refused.headers["Retry-After"]) > 0
                assert origin.get("/api/course/courses").status_code == 200
            assert origin.get("/api/identity/me").status_code == 200
            assert len(busy.requests) == 2

    def test_writes_leave_room_for_reads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(origin_module, "MAX_AT_ONCE", 4)
        monkeypatch.setattr(origin_module, "FOR_READERS", 1)
        service = Service()
        with serve(service) as upstream, origin_to(upstream.address) as running, client(running) as origin:
            with held(service, origin.post, "/api/identity/hang", count=3):
                assert origin.post("/api/identity/login").json()["code"] == "overloaded"
                assert origin.get("/api/identity/me").status_code == 200
            assert origin.post("/api/identity/login").status_code == 200

    def test_an_event_stream_takes_no_room(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(origin_module, "MAX_AT_ONCE", 1)
        events = {"Accept": "text/event-stream"}
        service = Service()
        with (
            serve(service) as upstream,
            origin_to(upstream.address) as running,
            client(running) as origin,
            origin.stream("GET", "/api/notification/stream", headers=events) as stream,
        ):
            assert next(stream.iter_bytes()) == b"data: 1\n\n"
            assert origin.get("/api/notification/list").status_code == 200


@dataclass
class Site:
    """An origin with a fake front end, and the folder that says whether the front end is ready."""

    origin: RunningOrigin
    service: Service

    def appear(self) -> Path:
        """Mark the front end as ready; return the folder of its static files."""
        static = self.origin.origin.site / "_next" / "static"
        static.mkdir(parents=True)
        return static


class TestFrontEnd:
    @pytest.fixture
    def site(self) -> Iterator[Site]:
        service = Service()
        with serve(service) as pages, origin_to(NOBODY, frontend=pages.address) as running:
            yield Site(running, service)

    def test_it_gets_everything_that_is_no_service(self, site: Site) -> None:
        site.appear()
        with client(site.origin) as origin:
            assert origin.get("/courses?q=piano").status_code == 200
            assert origin.post("/login", content=b"form").content == b"form"

        assert [request["path"] for request in site.service.requests] == ["/courses", "/login"]
        assert site.service.requests[0]["query_string"] == b"q=piano"

    def test_a_page_says_that_it_is_being_built_until_it_is_there_on_the_same_connection(self, site: Site) -> None:
        with client(site.origin) as origin:
            building = origin.get("/courses")
            writing = origin.post("/login", content=b"form")
            site.appear()
            built = origin.get("/courses")

        assert building.status_code == 503
        assert "being built" in building.text
        assert 'http-equiv="refresh"' in building.text
        assert int(building.headers["Retry-After"]) > 0
        assert (writing.status_code, writing.json()["code"]) == (503, "service_unavailable")
        assert built.status_code == 200

    def test_once_it_is_there_its_failure_is_reported_as_one(self) -> None:
        with origin_to(NOBODY, frontend=NOBODY) as running, client(running) as origin:
            Site(running, Service()).appear()
            answer = origin.get("/")

        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")

    def test_static_files_come_from_the_disk_for_good(self, site: Site) -> None:
        chunks = site.appear() / "chunks"
        chunks.mkdir()
        (chunks / "main-1a2b.js").write_bytes(b"plain" * 1000)
        (chunks / "main-1a2b.js.br").write_bytes(b"brotli")
        with client(site.origin) as origin:
            url = "/_next/static/chunks/main-1a2b.js"
            with origin.stream("GET", url, headers={"Accept-Encoding": "gzip, br"}) as brotli:
                assert b"".join(brotli.iter_raw()) == b"brotli"
            plain = origin.get(url, headers={"Accept-Encoding": "identity"})
            known = origin.get(url, headers={"Accept-Encoding": "br", "If-None-Match": brotli.headers["etag"]})
            squeezed = origin.get(url, headers={"Accept-Encoding": "gzip"})

        assert plain.content == squeezed.content == b"plain" * 1000
        assert brotli.headers["content-encoding"] == "br"
        assert squeezed.headers["content-encoding"] == "gzip"
        assert known.status_code == 304
        for answer in (brotli, plain):
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
            assert answer.headers["vary"] == "Accept-Encoding"
            assert_security_headers(answer)
        assert site.service.requests == []

    @pytest.mark.parametrize("path", ["/_next/static/gone.js", "/_next/static/", "/_next/static/../../secret"])
    def test_what_is_no_static_file_is_the_front_end_s_to_answer(self, site: Site, path: str) -> None:
        site.appear()
        (site.origin.origin.site.parent / "secret").write_text("secret")
        connection = http.client.HTTPConnection("127.0.0.1", site.origin.origin.port)
        connection.request("GET", path)

        assert connection.getresponse().read() == b"hello"

    def test_it_need_not_compress(self, site: Site) -> None:
        site.appear()
        with client(site.origin) as origin:
            answer = origin.get("/json", headers={"Accept-Encoding": "gzip"})

        assert answer.headers["content-encoding"] == "gzip"
        assert b"accept-encoding" not in dict(site.service.requests[0]["headers"])


class TestOwnPages:
    def test_the_landing_page_runs_under_its_own_policy(self, origin: httpx2.Client) -> None:
        answer = origin.get("/")

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].count("'sha256-") == 2
        assert answer.content == (files("edu_cli.devserver") / "pages" / "landing.html").read_bytes()

    @pytest.mark.parametrize("path", ["/favicon.ico", "/a.b", "/health/live", "/metrics", "/api/course/courses"])
    def test_every_response_has_the_security_headers(self, origin: httpx2.Client, path: str) -> None:
        for method in ("GET", "POST", "TRACE"):
            assert_security_headers(origin.request(method, path))

    def test_a_response_keeps_its_own_policy(self, origin: httpx2.Client) -> None:
        assert_security_headers(origin.get("/api/course/page"), "script-src 'self'")

    def test_can_only_be_read(self, origin: httpx2.Client) -> None:
        answer = origin.post("/", content=b"{}")

        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")

    @pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
    def test_it_reports_its_health(self, origin: httpx2.Client, path: str) -> None:
        assert origin.get(path).json() == {"status": "ok"}


@pytest.fixture(scope="module")
def school() -> Iterator[tuple[Service, RunningOrigin]]:
    """Start an origin with a domain and a certificate of Caddy's own authority, since a test has no public name."""
    service = Service()
    tls = Tls(DOMAIN, internal=True, http_port=ports.find_free(1)[0])
    with serve(service) as upstream, origin_to(upstream.address, tls=tls) as running:
        certificate = running.origin.storage / "certificates" / "local" / DOMAIN / f"{DOMAIN}.json"
        wait_until(certificate.exists)
        yield service, running


class TestTls:
    def connect(self, running: RunningOrigin, *protocols: str) -> ssl.SSLSocket:
        context = ssl.create_default_context(
            cafile=running.origin.storage / "pki" / "authorities" / "local" / "root.crt"
        )
        context.set_alpn_protocols(list(protocols))
        connection = socket.create_connection(("127.0.0.1", running.origin.port), timeout=10)
        return context.wrap_socket(connection, server_hostname=DOMAIN)

    def get(self, running: RunningOrigin, host: str) -> http.client.HTTPResponse:
        with self.connect(running, "http/1.1") as connection:
            connection.sendall(f"GET /api/course/courses HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            answer.read()
            return answer

    def test_the_certificate_is_for_the_domain_and_the_browser_comes_back_by_https(
        self, school: tuple[Service, RunningOrigin]
    ) -> None:
        service, running = school
        answer = self.get(running, DOMAIN)

        assert answer.status == 200
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        headers = dict(service.requests[-1]["headers"])
        assert headers[b"x-forwarded-proto"] == b"https"
        assert headers[b"x-forwarded-host"] == DOMAIN.encode()

    def test_newer_versions_of_http_are_offered(self, school: tuple[Service, RunningOrigin]) -> None:
        _, running = school
        with self.connect(running, "h2", "http/1.1") as connection:
            assert connection.selected_alpn_protocol() == "h2"
        udp = {c.laddr.port for c in psutil.Process(running.pid).net_connections("udp") if c.laddr}
        assert udp == {running.origin.port}
        assert self.get(running, DOMAIN).headers["alt-svc"].startswith('h3=":')

    def test_another_host_is_not_served(self, school: tuple[Service, RunningOrigin]) -> None:
        service, running = school
        before = len(service.requests)

        assert self.get(running, "other.test").status == 421
        assert len(service.requests) == before

    def test_http_is_redirected(self, school: tuple[Service, RunningOrigin]) -> None:
        _, running = school
        assert running.origin.tls
        connection = http.client.HTTPConnection("127.0.0.1", running.origin.tls.http_port)
        connection.request("GET", "/courses?q=1", headers={"Host": DOMAIN})
        answer = connection.getresponse()

        assert answer.status == 308
        assert answer.getheader("Location") in {
            f"https://{DOMAIN}/courses?q=1",
            f"https://{DOMAIN}:{running.origin.port}/courses?q=1",
        }
