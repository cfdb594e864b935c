"""Request smuggling at the origin: the end of a request is unambiguous, and no client gets another's response.

One service is replaced by a server that strictly parses and records all that the origin sends to it. Every attack hides
a request that the origin itself never forwards, so the server sees it only if it was smuggled. Other clients use the
same pooled connections meanwhile, and each must get the response to its own request.
"""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import h11
import httpx2
import pytest

from edu_cli.devserver.platform import Platform
from edu_cli.devserver.services import HOST

SERVICE = "payment"
HIDDEN = b"GET /api/payment/internal/smuggled HTTP/1.1\r\nHost: a\r\nX-Mark: smuggled\r\n\r\n"
VICTIMS = 2
SILENCE_SECONDS = 0.3
STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass
class Received:
    """A request as the service received it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass
class Recorder:
    """A service that records every request and responds with the mark of the request."""

    requests: list[Received] = field(default_factory=list[Received])
    malformed: list[str] = field(default_factory=list[str])
    _listener: socket.socket = field(default_factory=socket.socket)
    _connections: list[socket.socket] = field(default_factory=list[socket.socket])

    def listen(self, port: int) -> None:
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((HOST, port))
        self._listener.listen(128)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening, and close every connection: the origin would reuse those that it keeps."""
        for connection in (self._listener, *self._connections):
            with suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        parser = h11.Connection(h11.SERVER)
        with connection, suppress(OSError):
            try:
                while self._exchange(connection, parser):
                    parser.start_next_cycle()
            except h11.ProtocolError as error:
                if "closed connection" not in str(error):  # it may be aborted when the client's body is
                    self.malformed.append(str(error))

    def _exchange(self, connection: socket.socket, parser: h11.Connection) -> bool:
        """Serve one request; return False when there is no further one on this connection."""
        head = self._next(connection, parser)
        if not isinstance(head, h11.Request):
            return False
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers]
        received = Received(head.method.decode(), head.target.decode("latin-1"), headers)
        self.requests.append(received)
        early = received.target.endswith("/early")
        if early:
            self._respond(connection, parser, received)
        while isinstance(part := self._next(connection, parser), h11.Data):
            received.body += bytes(part.data)
        if not early:
            self._respond(connection, parser, received)
        if received.target.endswith("/talkative"):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned")
        return isinstance(part, h11.EndOfMessage) and parser.our_state is h11.DONE and parser.their_state is h11.DONE

    def _next(self, connection: socket.socket, parser: h11.Connection) -> Any:
        while (event := parser.next_event()) is h11.NEED_DATA:
            parser.receive_data(connection.recv(65536))
        return event

    def _respond(self, connection: socket.socket, parser: h11.Connection, received: Received) -> None:
        content = json.dumps({"mark": received.values("x-mark"), "target": received.target}).encode()
        head = h11.Response(status_code=200, headers=[("Content-Length", str(len(content)))])
        for event in (head, h11.Data(data=content), h11.EndOfMessage()):
            connection.sendall(parser.send(event) or b"")


@pytest.fixture(scope="module")
def recorder(platform: Platform) -> Iterator[Recorder]:
    """Start the recorder where the origin expects the service."""
    platform.kill(SERVICE)
    recorder = Recorder()
    recorder.listen(platform.ports.services[SERVICE])
    yield recorder
    recorder.close()
    platform.restart(SERVICE)


@pytest.fixture
def attack(platform: Platform, recorder: Recorder) -> Iterator[Callable[[bytes], bytes]]:
    """Send bytes and return what is received, while others use the origin; check at the end that nothing leaked."""
    recorder.requests.clear()
    recorder.malformed.clear()

    def send(data: bytes, rest: bytes = b"") -> bytes:
        with socket.create_connection((HOST, platform.ports.public), timeout=10) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(ConnectionError):  # a response may come before everything was sent
                connection.sendall(data)
                if rest:
                    check_victims(platform, "between")
                    connection.sendall(rest)
            return heard(connection)

    check_victims(platform, "before")
    yield send
    check_victims(platform, "after")
    assert recorder.malformed == []
    for request in recorder.requests:
        assert "smuggled" not in [request.target.rpartition("/")[2], *request.values("x-mark")]
        assert request.target.startswith(f"/api/{SERVICE}/")
        assert request.values("x-forwarded-for") == ["127.0.0.1"]
        assert len(request.values("host")) == 1
        assert len(request.values("content-length") + request.values("transfer-encoding")) <= 1


def heard(connection: socket.socket) -> bytes:
    """Return all that is received until the other side closes the connection or is silent."""
    data = b""
    connection.settimeout(10)
    with suppress(ConnectionError, TimeoutError):
        while part := connection.recv(65536):
            data += part
            connection.settimeout(SILENCE_SECONDS)
    return data


def check_victims(platform: Platform, when: str) -> None:
    """Check that others, on reused connections of their own, all get the response to their own request."""
    for number in range(VICTIMS):
        with httpx2.Client(base_url=platform.url, timeout=15, trust_env=False) as http:
            for method in ("GET", "POST", "GET"):
                mark = f"{when}-{number}-{method}"
                content = b'{"a": 1}' if method == "POST" else None
                answer = http.request(method, f"/api/{SERVICE}/victim", headers={"X-Mark": mark}, content=content)
                assert answer.json() == {"mark": [mark], "target": f"/api/{SERVICE}/victim"}


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in STATUS_LINE.findall(answer)]


def post(*headers: str, body: bytes = b"") -> bytes:
    lines = (f"POST /api/{SERVICE}/attack HTTP/1.1", "Host: a", "X-Mark: attack", *headers)
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


LENGTH = f"Content-Length: {len(HIDDEN)}"
CHUNKED = "Transfer-Encoding: chunked"
NO_CHUNKS = b"0\r\n\r\n"
ONE_CHUNK = b"%x\r\n%b\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)


@pytest.mark.parametrize(
    "named",
    [
        "Content-Length",
        "content-length, x",
        "close, Content-Length",
        "Host",
        "X-Forwarded-For",
        "Authorization",
        "X-Mark",
    ],
)
def test_connection_cannot_name_away_what_frames_or_forwards(
    attack: Callable[..., bytes], recorder: Recorder, named: str
) -> None:
    answer = attack(post(f"Connection: {named}", LENGTH, "X-Forwarded-For: 6.6.6.6", body=HIDDEN))

    assert statuses(answer) == [200]
    (request,) = [request for request in recorder.requests if request.target.endswith("/attack")]
    assert request.body == HIDDEN


@pytest.mark.parametrize("named", ["Transfer-Encoding", "transfer-encoding, keep-alive"])
def test_connection_cannot_name_away_the_chunks(attack: Callable[..., bytes], recorder: Recorder, named: str) -> None:
    answer = attack(post(f"Connection: {named}", CHUNKED, body=ONE_CHUNK))

    assert statuses(answer) == [200]
    (request,) = [request for request in recorder.requests if request.target.endswith("/attack")]
    assert request.body == HIDDEN


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", CHUNKED),
        (CHUNKED, "Content-Length: 5"),
        (LENGTH, CHUNKED),
        ("Content-Length: 5", "Transfer-Encoding:\tchunked"),
        ("Content-Length: 5", "Transfer-Encoding: cHuNkEd"),
        ("Content-Length: 5", "transfer-encoding: chunked "),
    ],
)
def test_chunks_prevail_over_a_length(
    attack: Callable[..., bytes], recorder: Recorder, headers: tuple[str, ...]
) -> None:
    """What follows the last chunk is treated as the same client's next request: there is nothing at its URL."""
    answer = attack(post(*headers, body=NO_CHUNKS + HIDDEN))

    assert statuses(answer) in ([200, 404], [400])
    assert all(request.body == b"" for request in recorder.requests if request.target.endswith("/attack"))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Transfer-Encoding: chunked, identity"], NO_CHUNKS),
        (["Transfer-Encoding: identity, chunked"], NO_CHUNKS),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], NO_CHUNKS),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], NO_CHUNKS),
        (["Transfer-Encoding: xchunked"], NO_CHUNKS),
        (["Transfer-Encoding: \x0bchunked"], NO_CHUNKS),
        (['Transfer-Encoding: "chunked"'], NO_CHUNKS),
        (["Transfer-Encoding : chunked"], NO_CHUNKS),
        (["Transfer-Encoding\t: chunked"], NO_CHUNKS),
        ([" Transfer-Encoding: chunked", "Content-Length : 5"], NO_CHUNKS),
        (["Content-Length: 0", LENGTH], b""),
        ([LENGTH, "Content-Length: 0"], b""),
        (["Content-Length: 0, 5"], b""),
        (["Content-Length: -1"], b""),
        (["Content-Length: +0"], b""),
        (["Content-Length: 0x0"], b""),
        (["Content-Length: 0 0"], b""),
        (["Content-Length: 1_0"], b""),
        (["Content-Length: \xb2"], b""),
        ([f"Content-Length: {2**64}"], b""),
        ([f"Content-Length: {'9' * 5000}"], b""),
        (["X: a\rContent-Length: 0", LENGTH], b""),
        (["X: a\0b"], b""),
        (["no colon"], b""),
        (["Host: b"], b""),
        (["Host:"], b""),
    ],
)
def test_what_has_no_clear_end_is_rejected_and_ends_the_connection(
    attack: Callable[..., bytes], recorder: Recorder, headers: list[str], body: bytes
) -> None:
    answer = attack(post(*headers, body=body + HIDDEN))

    assert statuses(answer) in ([400], [501])
    assert not [request for request in recorder.requests if request.target.endswith("/attack")]


@pytest.mark.parametrize(
    "body",
    [
        b"-1\r\n",
        b"+1\r\na\r\n0\r\n\r\n",
        b"0x1\r\na\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\na",
        b"g\r\n",
        b"\r\n",
        b"1\na\n0\n\n",
        b"1\r\nab\r\n0\r\n\r\n",
        b"1;a\nb\r\na\r\n0\r\n\r\n",
        b"1;" + b"a" * 100_000 + b"\r\na\r\n0\r\n\r\n",
        b"1\x00\r\na\r\n0\r\n\r\n",
        b"0\r\nno colon\r\n\r\n",
        b"0\r\n folded\r\n\r\n",
    ],
)
def test_a_faulty_chunk_ends_the_connection(attack: Callable[..., bytes], recorder: Recorder, body: bytes) -> None:
    answer = attack(post(CHUNKED, body=body + HIDDEN))

    assert statuses(answer) == [400]


@pytest.mark.parametrize(
    "body",
    [
        b"5;a=b\r\nhello\r\n0\r\n\r\n",
        b'5;a="0\\r\\n"\r\nhello\r\n0;z\r\n\r\n',
        b"0005\r\nhello\r\n000\r\n\r\n",
        b"5\r\nhello\r\n0\r\nContent-Length: 70\r\nTransfer-Encoding: chunked\r\nX-Mark: smuggled\r\n\r\n",
    ],
)
def test_extensions_and_trailers_change_nothing(attack: Callable[..., bytes], recorder: Recorder, body: bytes) -> None:
    attack(post(CHUNKED, body=body + HIDDEN))

    (request,) = [request for request in recorder.requests if request.target.endswith("/attack")]
    assert request.body == b"hello"


@pytest.mark.parametrize("fold", [" ", "\t"])
def test_a_folded_line_belongs_to_the_header_before_it(
    attack: Callable[..., bytes], recorder: Recorder, fold: str
) -> None:
    attack(post(f"X-Folded: a\r\n{fold}Transfer-Encoding: chunked", "Content-Length: 5", body=NO_CHUNKS + HIDDEN))

    for request in recorder.requests:
        if request.target.endswith("/attack"):
            assert request.body == NO_CHUNKS
            assert request.values("x-folded") == ["a Transfer-Encoding: chunked"]


def test_a_bare_line_feed_ends_a_header_for_everybody_alike(attack: Callable[..., bytes], recorder: Recorder) -> None:
    attack(post("X-Bare: a\nContent-Length: 5", body=NO_CHUNKS + HIDDEN))

    for request in recorder.requests:
        if request.target.endswith("/attack"):
            assert request.body == NO_CHUNKS
            assert request.values("x-bare") == ["a"]


def test_an_early_response_leaves_nothing_for_the_next_request(attack: Callable[..., bytes]) -> None:
    """The rest of the body is not parsed as a request, neither here nor at the service."""
    head = f"POST /api/{SERVICE}/early HTTP/1.1\r\nHost: a\r\nX-Mark: attack\r\nContent-Length: {5 + len(HIDDEN)}"
    answer = attack(f"{head}\r\n\r\nbegun".encode(), HIDDEN)

    assert statuses(answer) == [200]
    assert b'"mark": ["attack"]' in answer


def test_a_body_that_breaks_off_leaves_nothing_for_the_next_request(
    attack: Callable[..., bytes], platform: Platform
) -> None:
    for framing, begun in (("Content-Length: 1000", b"begun"), (CHUNKED, b"100\r\nbegun")):
        with socket.create_connection((HOST, platform.ports.public)) as connection:
            connection.sendall(post(framing, body=begun))
            check_victims(platform, "meanwhile")


def test_pipelined_requests_are_each_judged_and_answered_in_their_order(
    attack: Callable[..., bytes], recorder: Recorder
) -> None:
    first = f"GET /api/{SERVICE}/first HTTP/1.1\r\nHost: a\r\nX-Mark: one\r\n\r\n".encode()
    last = f"GET /api/{SERVICE}/last HTTP/1.1\r\nHost: a\r\nX-Mark: two\r\nConnection: close\r\n\r\n".encode()
    answer = attack(first + HIDDEN + last)

    assert statuses(answer) == [200, 404, 200]
    assert answer.index(b"/first") < answer.index(b"not_found") < answer.index(b"/last")


@pytest.mark.parametrize("kept", ["Connection: keep-alive", "Connection: close", "X: a"])
def test_http_1_0_has_no_chunks(attack: Callable[..., bytes], recorder: Recorder, kept: str) -> None:
    head = f"POST /api/{SERVICE}/attack HTTP/1.0\r\nHost: a\r\n{kept}\r\n{CHUNKED}\r\n\r\n".encode()
    answer = attack(head + NO_CHUNKS + HIDDEN)

    assert statuses(answer)[:1] in ([200], [400], [501])
    assert len(statuses(answer)) <= 2


@pytest.mark.parametrize("expected", ["100-continue", "100-Continue, 100-continue", "100-continue\r\nExpect: x"])
def test_an_expectation_is_met_by_the_origin_alone(
    attack: Callable[..., bytes], recorder: Recorder, expected: str
) -> None:
    answer = attack(post(f"Expect: {expected}", LENGTH, body=HIDDEN))

    assert statuses(answer)[-1:] in ([200], [417])
    assert not [request for request in recorder.requests if request.values("expect")]


@pytest.mark.parametrize("host", ["a", "b.example"])
def test_an_absolute_target_names_the_host_for_everybody_alike(
    attack: Callable[..., bytes], recorder: Recorder, host: str
) -> None:
    request = f"GET http://{host}/api/{SERVICE}/attack HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    answer = attack(request)

    assert statuses(answer) == [200]
    (request,) = [request for request in recorder.requests if request.target.endswith("/attack")]
    assert request.values("host") == request.values("x-forwarded-host") == [host]


def test_what_a_service_says_unasked_reaches_nobody(attack: Callable[..., bytes], platform: Platform) -> None:
    for _ in range(5):
        answer = attack(f"GET /api/{SERVICE}/talkative HTTP/1.1\r\nHost: a\r\nX-Mark: attack\r\n\r\n".encode())
        assert statuses(answer) == [200]
        assert b"poisoned" not in answer
        check_victims(platform, "after talk")
