"""Hostile HTTP at the byte level, at the origin and each service: it is rejected or bounded, and others are served."""

import gzip
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest

from edu_cli.devserver.platform import Platform
from edu_cli.devserver.services import HOST
from edu_common.service_keys import KeyRing
from edu_common.testing.keys import tokens_of
from edu_common.web.protocol import HEAD_SECONDS, LINGER_SECONDS, MAX_ADDRESS_BYTES, MAX_HEAD_BYTES, MAX_HEADERS
from edu_topology import SERVICES
from in_time import REQUEST_SECONDS, SLACK_SECONDS, timed
from people import Student, Visitor, expect

DOORS = ("origin", *SERVICES)
MIB = 1024 * 1024
JSON = "Content-Type: application/json"
BOUND_SECONDS = max(HEAD_SECONDS, REQUEST_SECONDS + LINGER_SECONDS) + 2 * SLACK_SECONDS
PAUSE_SECONDS = 0.5
SILENCE_SECONDS = 2.0
STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass(frozen=True)
class Door:
    """An endpoint that accepts connections, and the `service` that responds there."""

    port: int
    service: str
    keys: KeyRing
    is_origin: bool = False

    def say(self, data: bytes) -> bytes:
        """Send bytes; return all that is received until the other side closes the connection or is silent."""
        with self.open() as connection:
            with suppress(ConnectionError):  # a rejection may come before everything was sent
                connection.sendall(data)
            return heard(connection)

    def open(self) -> socket.socket:
        connection = socket.create_connection((HOST, self.port), timeout=REQUEST_SECONDS + SLACK_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def head(self, method: str = "GET", path: str = "/health/live", *headers: str) -> bytes:
        """Return a request's head without the empty line that ends it."""
        lines = (f"{method} /api/{self.service}{path} HTTP/1.1", "Host: a", *headers)
        return "".join(f"{line}\r\n" for line in lines).encode()

    def request(self, method: str = "GET", path: str = "/health/live", *headers: str, body: bytes = b"") -> bytes:
        """Return a complete request, after whose response the connection is closed."""
        length = (f"Content-Length: {len(body)}",) if body else ()
        return self.head(method, path, "Connection: close", *length, *headers) + b"\r\n" + body


def heard(connection: socket.socket) -> bytes:
    data = b""
    with suppress(ConnectionError, TimeoutError):
        while part := connection.recv(65536):
            data += part
            connection.settimeout(SILENCE_SECONDS)
    return data


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in STATUS_LINE.findall(answer)]


def content(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def new_door(platform: Platform, name: str) -> Door:
    """Return the origin, behind which course responds, or a service's own endpoint."""
    keys = platform.state.service_keys()
    if name == "origin":
        return Door(platform.ports.public, "course", keys, is_origin=True)
    return Door(platform.ports.services[name], name, keys)


@pytest.fixture(params=DOORS)
def door(platform: Platform, request: pytest.FixtureRequest) -> Door:
    """Return each of the ways in, one after the other."""
    return new_door(platform, request.param)


@pytest.fixture(autouse=True)
def _others_are_served(platform: Platform, visitor: Visitor) -> Iterator[None]:
    """Check that nothing done here ends a process or keeps it from serving others."""
    before = {name: platform.children[name].pid for name in (*SERVICES, "gateway")}
    yield
    for name in SERVICES:
        expect(visitor.get(f"{name}/health/live"), 200)
    assert before == {name: platform.children[name].pid for name in before}


class TestSlowClients:
    def dribble(self, door: Door, opening: bytes, drop: bytes) -> float:
        """Send a drop now and then until the other side closes the connection; return how many seconds that took."""
        started = time.monotonic()
        with door.open() as connection, suppress(ConnectionError):
            connection.sendall(opening)
            connection.settimeout(PAUSE_SECONDS)
            while time.monotonic() - started < 2 * BOUND_SECONDS:
                with suppress(TimeoutError):
                    while connection.recv(65536):
                        pass
                    break
                connection.sendall(drop)
        return time.monotonic() - started

    def slow(self, door: Door) -> dict[str, tuple[bytes, bytes]]:
        """Return what each slow client sends first, and then now and again."""
        chunked = ("Content-Type: application/json", "Transfer-Encoding: chunked")
        return {
            "silent": (b"", b""),
            "empty lines": (b"", b"\r\n"),
            "headers": (door.head(), b"X-A: a\r\n"),
            "half a header": (door.head(), b"a"),
            "body": (door.head("POST", "/nothing", chunked[0], "Content-Length: 1000") + b"\r\n", b" "),
            "no body": (door.head("POST", "/nothing", chunked[0], "Content-Length: 1000") + b"\r\n", b""),
            "chunks": (door.head("POST", "/nothing", *chunked) + b"\r\n", b"1\r\n \r\n"),
            "unread body": (door.head("GET", "/health/live", "Content-Length: 1000") + b"\r\n", b" "),
            "second request": (door.head() + b"\r\n" + door.head(), b"X-A: a\r\n"),
        }

    def test_are_hung_up_on_and_take_nothing_from_others(self, platform: Platform, student: Student) -> None:
        """At every way in at once, since each of them waits for its time limit."""
        doors = {name: new_door(platform, name) for name in DOORS}
        clients = {
            (name, kind): (door, *sent) for name, door in doors.items() for kind, sent in self.slow(door).items()
        }
        with ThreadPoolExecutor(len(clients)) as pool:
            lasting = {which: pool.submit(self.dribble, *client) for which, client in clients.items()}
            while not all(done.done() for done in lasting.values()):
                answer, seconds = timed(lambda: student.get("course/courses"))
                assert answer.status_code == 200
                assert seconds < SLACK_SECONDS
                time.sleep(PAUSE_SECONDS)
        assert {which: done.result() for which, done in lasting.items() if done.result() > BOUND_SECONDS} == {}


class TestSizes:
    @pytest.mark.parametrize("framing", ["length", "chunked"])
    def test_too_large_a_body(self, door: Door, framing: str) -> None:
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        answer = door.say(
            door.request("POST", "/nothing", "Content-Type: application/json", body=b" " * (2 * MIB))
            if framing == "length"
            else door.head("POST", "/nothing", "Content-Type: application/json", "Transfer-Encoding: chunked")
            + b"\r\n"
            + chunk * 32
            + b"0\r\n\r\n"
        )
        assert statuses(answer) in ([413], [])  # the response may be lost when the client continues sending

    def test_a_length_that_nothing_could_hold(self, door: Door) -> None:
        headers = ("Content-Type: application/json", f"Content-Length: {2**62}")
        assert statuses(door.say(door.head("POST", "/nothing", *headers) + b"\r\n{}"))[:1] == [413]

    @pytest.mark.parametrize("digits", ["9" * 5000, "0" * 5000 + "2"], ids=["nines", "zeros"])
    def test_a_length_of_too_many_digits(self, door: Door, digits: str) -> None:
        answer = door.say(door.head("POST", "/nothing", JSON, f"Content-Length: {digits}") + b"\r\n{}")
        # The origin frames each request again: behind it, a length with leading zeros is 2.
        assert statuses(answer) == ([404] if door.is_origin and digits.startswith("0") else [400])

    @pytest.mark.parametrize("size", [MAX_ADDRESS_BYTES, 10 * MIB])
    def test_too_long_an_address(self, door: Door, size: int) -> None:
        # The origin counts a long target as part of a long head.
        assert statuses(door.say(door.request(path="/health/live?" + "a" * size))) in ([414], [431], [])

    @pytest.mark.parametrize(
        "headers",
        [
            ["X-A: " + "a" * MAX_HEAD_BYTES],
            ["X-A: " + "a" * 10 * MIB],
            [f"X-{'a' * MAX_HEAD_BYTES}: a"],
            [f"X-{number}: a" for number in range(MAX_HEADERS + 1)],
        ],
        ids=["long", "huge", "long name", "many"],
    )
    def test_too_many_headers(self, door: Door, headers: list[str]) -> None:
        assert statuses(door.say(door.request("GET", "/health/live", *headers))) in ([431], [])

    def test_too_many_trailers(self, door: Door) -> None:
        body = b"2\r\n{}\r\n0\r\n" + b"X-A: a\r\n" * 100_000 + b"\r\n"
        head = door.head("POST", "/nothing", "Content-Type: application/json", "Transfer-Encoding: chunked")
        assert len(statuses(door.say(head + b"\r\n" + body))) <= 1

    def test_what_is_just_small_enough(self, door: Door) -> None:
        headers = [f"X-{number}: {'a' * 200}" for number in range(MAX_HEADERS - 10)]
        assert statuses(door.say(door.request("GET", "/health/live?" + "a" * 4000, *headers))) == [200]


SMUGGLED = b"GET /api/course/health/live HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize("door", SERVICES, indirect=True)  # the origin has a suite of its own: test_smuggling.py
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([JSON, "Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n" + SMUGGLED),
        ([JSON, "Transfer-Encoding: chunked", "Content-Length: 100"], b"0\r\n\r\n" + SMUGGLED),
        ([JSON, "Content-Length: 2", "Content-Length: 60"], b"{}" + SMUGGLED),
        ([JSON, "Content-Length: 2, 60"], b"{}" + SMUGGLED),
        ([JSON, "Content-Length: +2"], b"{}" + SMUGGLED),
        ([JSON, "Content-Length: 0x2"], b"{}" + SMUGGLED),
        ([JSON, "Content-Length: -2"], b"{}" + SMUGGLED),
        ([JSON, f"Content-Length: {2**64 + 2}"], b"{}" + SMUGGLED),
        ([JSON, "Transfer-Encoding: xchunked"], b"0\r\n\r\n" + SMUGGLED),
        ([JSON, "Transfer-Encoding: chunked, identity"], b"0\r\n\r\n" + SMUGGLED),
        ([JSON, "Transfer-Encoding : chunked"], b"0\r\n\r\n" + SMUGGLED),
        ([JSON, "Transfer-Encoding: chunked", "Transfer-Encoding: identity"], b"0\r\n\r\n" + SMUGGLED),
        ([JSON, "X: a\r\n Transfer-Encoding: chunked", "Content-Length: 2"], b"{}" + SMUGGLED),
        ([JSON, "X: a\nTransfer-Encoding: chunked", "Content-Length: 2"], b"{}" + SMUGGLED),
        ([JSON, "X: a\rTransfer-Encoding: chunked", "Content-Length: 2"], b"{}" + SMUGGLED),
        ([JSON, "X: a\0b", "Content-Length: 2"], b"{}" + SMUGGLED),
        ([JSON, "Transfer-Encoding: chunked"], b"-1\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
        ([JSON, "Transfer-Encoding: chunked"], b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
        ([JSON, "Transfer-Encoding: chunked"], b"2\n{}\n0\n\n" + SMUGGLED),
        ([JSON, "Transfer-Encoding: chunked"], b"2;a\nb\r\n{}\r\n0\r\n\r\n" + SMUGGLED),
    ],
)
def test_a_request_within_a_request_is_not_served(door: Door, headers: list[str], body: bytes) -> None:
    answered = statuses(door.say(door.head("POST", "/nothing", *headers) + b"\r\n" + body))

    assert len(answered) <= 1  # none if the body does not end where it should: then the connection is just closed
    assert all(status >= 400 for status in answered)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /api/course/health/live HTTP/1.1\nHost: a\n\n",
        b"GET /api/course/health/live\r\n\r\n",
        b"GET /api/course/health/live HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET /api/course/health/live HTTP/1.1\r\nHost: a\r\n: a\r\n\r\n",
        b"GET /api/course/health/live HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"GET /api/course/health/\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"BREW /api/course/health/live HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
        bytes(range(256)),
    ],
)
def test_what_is_no_http_is_refused(door: Door, head: bytes) -> None:
    answer = door.say(head)

    if door.is_origin and b"HTTP/1.1\n" in head:
        assert statuses(answer) == [200]  # a bare line feed may end a line (RFC 9112, section 2.2)
    elif door.is_origin:
        assert statuses(answer) in ([400], [404], [405], [505], [])  # at HTTP/2's preface it only closes
    else:
        assert statuses(answer)[:1] in ([400], [404], [405])
        assert len(statuses(answer)) == 1


HIDDEN = ("internal/events", "internal", "metrics")


@pytest.mark.parametrize(
    "path",
    [
        "/{hidden}",
        "//{hidden}",
        "/./{hidden}",
        "/..%2f{hidden}",
        "/%2e%2e/{hidden}",
        "/..;/{hidden}",
        "/;/{hidden}",
        "/{hidden};x",
        "/{hidden}%00",
        "/%00/{hidden}",
        "/{hidden}%20",
        "/%2f{hidden}",
        "/%5c{hidden}",
        "/\\{hidden}",
        "/courses/../{hidden}",
        "/courses/%2e%2e/{hidden}",
        "/courses%2f..%2f{hidden}",
        "/courses/..%5c{hidden}",
        "/%252e%252e/{hidden}",
        "/../../{hidden}",
        "/../{service}/{hidden}",
        "/%69nternal/events",
        "/%6detrics",
        "/%c0%af{hidden}",
        "/.%00./{hidden}",
        "/{hidden}/",
        "/{hidden}?a=b",
        "/{hidden}#a",
        "/INTERNAL/events",
        "/Metrics",
    ],
)
def test_no_spelling_leads_inside(door: Door, path: str) -> None:
    token = tokens_of("identity", door.keys).issue(door.service)
    prefixes = [
        f"/api/{door.service}",
        f"//api/{door.service}",
        f"/api//{door.service}",
        f"http://a/api/{door.service}",
    ]
    for hidden in HIDDEN:
        for prefix in prefixes:
            address = prefix + path.format(hidden=hidden, service=door.service)
            for method in ("GET", "POST"):
                lines = (f"{method} {address} HTTP/1.1", "Host: a", "Connection: close")
                body = (f"Authorization: Bearer {token}", "Content-Type: application/json", "Content-Length: 2")
                answer = door.say("".join(f"{line}\r\n" for line in (*lines, *body)).encode() + b"\r\n[]")
                # A service token opens only internal routes: 401 shows that this is not one.
                assert statuses(answer)[0] in {400, 401, 404, 405}, address
                assert b"process_cpu_seconds" not in answer
                assert b"delivered" not in answer


READS_JSON = {
    "identity": ("POST", "/login"),
    "course": ("POST", "/courses"),
    "enrollment": ("POST", "/enrollments"),
    "payment": ("POST", "/payments"),
    "notification": ("PUT", "/notifications/preferences"),
}


@pytest.fixture
def send_json(door: Door, student: Student) -> Callable[..., bytes]:
    """Send a body to a route that reads one, as a signed-in user."""

    def send(body: bytes, *headers: str) -> bytes:
        credentials = (JSON, f"Authorization: Bearer {student.access_token}", "Idempotency-Key: abcdefgh", *headers)
        return door.say(door.request(*READS_JSON[door.service], *credentials, body=body))

    return send


def deep(opening: bytes, closing: bytes, depth: int) -> bytes:
    return opening * depth + closing * depth


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        deep(b"[", b"]", 400_000),
        deep(b'{"a":', b"}", 100_000)[:MIB],
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 500_000 + b"}",
        b'{"a": 1e999999999}',
        b'{"a": 1, "a": 2, "email": "a@b.c", "email": []}',
        b'{"email": "\xff\xfe"}',
        b'{"email": "\xed\xa0\x80"}',
        b'{"email": "\\ud800"}',
        b'{"email": "\\u0000"}',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"[" + b"1," * 400_000 + b"1]",
        b"{" + b",".join(b'"%d": 1' % number for number in range(70_000)) + b"}",
        b'{"__proto__": {"a": 1}, "constructor": 1}',
        b"true",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_json_of_any_kind_is_refused_in_time(send_json: Callable[..., bytes], body: bytes) -> None:
    started = time.monotonic()
    answer = send_json(body)

    assert statuses(answer)[0] in {200, 400, 401, 403, 404, 413, 422}, answer[:500]
    assert time.monotonic() - started < REQUEST_SECONDS + SLACK_SECONDS


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_compressed_body_is_not_unpacked(send_json: Callable[..., bytes], encoding: str) -> None:
    """Unpacking would bypass the limit, which applies to the compressed size."""
    bomb = gzip.compress(b" " * (100 * MIB))
    answer = send_json(bomb, f"Content-Encoding: {encoding}")

    assert statuses(answer)[0] in {400, 401, 415}, answer[:500]
    assert json.loads(content(answer))["code"]


def test_an_upgrade_to_a_websocket_is_a_plain_request(door: Door) -> None:
    headers = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: YQ==",
    )
    answered = statuses(door.say(door.head("GET", "/health/live", *headers) + b"\r\n" + SMUGGLED))

    assert 101 not in answered
    assert answered[0] in {200, 400}


def test_an_upgrade_to_http_2_is_a_plain_request(door: Door) -> None:
    headers = ("Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk")
    assert statuses(door.say(door.head("GET", "/health/live", *headers) + b"\r\n"))[0] in {200, 400}


def test_many_requests_at_once_on_one_connection_are_answered_in_their_order(door: Door) -> None:
    ids = [f"number-{number:04}" for number in range(200)]
    requests = [door.head("GET", "/nothing", f"X-Request-ID: {name}") + b"\r\n" for name in ids]
    answer = door.say(b"".join(requests) + door.request())

    assert re.findall(rb"(?i)x-request-id: (number-\d+)", answer) == [name.encode() for name in ids]
