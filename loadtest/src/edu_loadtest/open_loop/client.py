"""A small HTTP/1.1 client that leaves the CPU to the platform it measures.

A request costs it 30 µs of CPU, with aiohttp 3.14 110 to 190 µs, with httpx2 2.16 1.2 ms, which is more
than the platform needs to serve it: a general client would be the bottleneck of what it measures. It sends bytes over
kept connections, has httptools parse what comes back, and looks at nothing but status and body.

Latency counts from when a request was due, so it includes the time spent waiting for a connection, or for the driver
itself.
"""

import asyncio
import contextlib
import json
import ssl
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import httptools

from edu_loadtest.request import Conversation, Request, ResultT

CONNECT_SECONDS = 5.0
IDLE_SECONDS = 3.0
"""Connections idle for longer are not reused: the server may be closing them at this moment."""
TIMEOUT_CHECK_SECONDS = 0.1
MAX_CONNECTIONS = 1_000
RETRY_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before a conversation retries a request that was rejected as overload."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One request and its response."""

    request: Request
    due: float
    done: "Callable[[Exchange], None]"
    data: bytes = b""
    finished: float = 0.0
    status: int = 0
    body: bytes = b""
    failure: str | None = None
    """Why there is no response."""
    connection: "Connection | None" = None

    @property
    def error(self) -> str | None:
        """Return what went wrong; None for success, and for errors that the request tolerates."""
        if self.failure or HTTPStatus.OK <= self.status < HTTPStatus.BAD_REQUEST:
            return self.failure
        code = self._code()
        tolerated = {code, str(self.status)}.intersection(self.request.tolerated)
        return None if tolerated else f"{self.status} {code}".strip()

    def _code(self) -> str:
        try:
            return json.loads(self.body)["code"]
        except (ValueError, KeyError, TypeError):
            return ""


class Client:
    """Sends requests to the platform's public origin, or to the services whose URLs are given.

    `timeout` is in seconds from when a request was due.
    """

    def __init__(self, origin: str, services: Mapping[str, str] | None = None, timeout: float = 10.0) -> None:
        self._timeout = timeout
        self._origins: dict[str, Origin] = {}
        self._public = self._origin(origin)
        self._services = {name: self._origin(url) for name, url in (services or {}).items()}
        self._pending: dict[Exchange, None] = {}
        self._drained: asyncio.Future[None] | None = None
        self._timeouts = asyncio.get_running_loop().create_task(self._enforce_timeouts())

    @property
    def in_flight(self) -> int:
        """Return how many requests have no response yet."""
        return len(self._pending)

    def send(self, request: Request, due: float, done: Callable[[Exchange], None]) -> None:
        """Send at once; call `done` with the finished exchange."""
        origin = self._services.get(request.path.split("/", 2)[1], self._public)
        exchange = Exchange(request, due, done, origin.render(request))
        self._pending[exchange] = None
        origin.send(exchange, self._finish)

    async def fetch(self, request: Request) -> Exchange:
        """Send a request and wait for its response."""
        finished: asyncio.Future[Exchange] = asyncio.get_running_loop().create_future()
        self.send(request, time.perf_counter(), finished.set_result)
        return await finished

    async def drain(self) -> None:
        """Wait until every request has a response or has timed out."""
        if self._pending:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained
            self._drained = None

    async def converse(self, conversation: Conversation[ResultT], failed: Callable[[Exchange], None]) -> ResultT:
        """Run a conversation; `failed` receives each exchange with an error."""
        content: Any = None
        while True:
            try:
                exchange = await self._fetch_with_retries(conversation.send(content))
            except StopIteration as end:
                return end.value
            content = json.loads(exchange.body) if exchange.body and not exchange.error else None
            if exchange.error:
                failed(exchange)

    async def _fetch_with_retries(self, request: Request) -> Exchange:
        """Fetch a request that prepares or accompanies a run, which a moment of overload should not end."""
        for pause in RETRY_PAUSES:
            exchange = await self.fetch(request)
            if exchange.status != HTTPStatus.SERVICE_UNAVAILABLE:
                return exchange
            await asyncio.sleep(pause)
        return await self.fetch(request)

    async def close(self) -> None:
        """Close all connections."""
        self._timeouts.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._timeouts
        for origin in self._origins.values():
            origin.close()

    def _origin(self, url: str) -> "Origin":
        return self._origins.setdefault(url, Origin(url))

    def _finish(self, exchange: Exchange) -> None:
        if exchange in self._pending:
            del self._pending[exchange]
            exchange.finished = time.perf_counter()
            exchange.done(exchange)
            if self._drained and not self._pending and not self._drained.done():
                self._drained.set_result(None)

    async def _enforce_timeouts(self) -> None:
        """Finish exchanges that have taken too long."""
        while True:
            await asyncio.sleep(TIMEOUT_CHECK_SECONDS)
            limit = time.perf_counter() - self._timeout
            for exchange in [pending for pending in self._pending if pending.due < limit]:
                exchange.failure = f"no response within {self._timeout:g} s"
                self._finish(exchange)
                if exchange.connection:
                    exchange.connection.close()


class Origin:
    """The connections to one URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is not a URL; it should look like http://127.0.0.1:3001.")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host, self._port = parts.hostname, parts.port or (443 if self._tls else 80)
        self._head = f"Host: {parts.netloc}\r\nAccept: application/json\r\n"
        self._prefix = parts.path.rstrip("/")
        self._idle: list[Connection] = []
        self._waiting: deque[Exchange] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._connections: set[Connection] = set()
        self._done: Callable[[Exchange], None] = lambda _: None

    def render(self, request: Request) -> bytes:
        """Return the bytes of a request."""
        path = request.path if request.page else f"/api{request.path}"
        lines = f"{request.method} {self._prefix}{path} HTTP/1.1\r\n{self._head}"
        if request.token:
            lines += f"Authorization: Bearer {request.token}\r\n"
        if request.method == "POST":
            lines += f"Idempotency-Key: {uuid.uuid4()}\r\n"
        if request.body is None:
            return f"{lines}\r\n".encode()
        body = json.dumps(request.body).encode()
        return f"{lines}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    def send(self, exchange: Exchange, done: Callable[[Exchange], None]) -> None:
        self._done = done
        connection = self._take_idle()
        if connection:
            connection.begin(exchange)
            return
        self._waiting.append(exchange)
        self._connect_more()

    def finish(self, exchange: Exchange) -> None:
        self._done(exchange)

    def release(self, connection: "Connection") -> None:
        """Assign a waiting exchange to this idle connection."""
        while self._waiting:
            exchange = self._waiting.popleft()
            if not exchange.failure:
                connection.begin(exchange)
                return
        self._idle.append(connection)

    def lost(self, connection: "Connection") -> None:
        self._connections.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if self._waiting:
            self._connect_more()

    def close(self) -> None:
        for task in self._connecting:
            task.cancel()
        for connection in list(self._connections):
            connection.close()

    def _take_idle(self) -> "Connection | None":
        if not self._idle:
            return None
        connection = self._idle.pop()
        if time.perf_counter() - connection.idle_since < IDLE_SECONDS:
            return connection
        for old in (connection, *self._idle):
            old.close()
        self._idle.clear()
        return None

    def _connect_more(self) -> None:
        needed = len(self._waiting) > len(self._connecting)
        if needed and len(self._connections) + len(self._connecting) < MAX_CONNECTIONS:
            task = asyncio.get_running_loop().create_task(self._connect())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await loop.create_connection(
                    lambda: Connection(self), self._host, self._port, ssl=self._tls
                )
        except OSError as error:  # a timeout is one, too
            while self._waiting:
                exchange = self._waiting.popleft()
                exchange.failure = f"cannot connect: {error.strerror or type(error).__name__}"
                self._done(exchange)
            return
        self._connections.add(connection)
        self.release(connection)


class Parser(Protocol):
    def feed_data(self, data: bytes) -> None: ...
    def get_status_code(self) -> int: ...
    def should_keep_alive(self) -> bool: ...


class Connection(asyncio.Protocol):
    """A connection with one exchange at a time."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._parser: Parser = httptools.HttpResponseParser(self)
        self._exchange: Exchange | None = None
        self._chunks: list[bytes] = []
        self.idle_since = time.perf_counter()

    def begin(self, exchange: Exchange) -> None:
        self._exchange, exchange.connection = exchange, self
        self._chunks = []
        self._transport.write(exchange.data)

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end("the response is not HTTP")
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end("the connection was closed")
        self._origin.lost(self)

    # callbacks of the parser

    def on_body(self, data: bytes) -> None:
        self._chunks.append(data)

    def on_message_complete(self) -> None:
        exchange = self._exchange
        if exchange is None or self._parser.get_status_code() < HTTPStatus.OK:
            return
        exchange.status = self._parser.get_status_code()
        exchange.body = b"".join(self._chunks)
        self._end(None)
        if self._parser.should_keep_alive():
            self.idle_since = exchange.finished
            self._origin.release(self)
        else:
            self.close()

    def _end(self, failure: str | None) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange:
            exchange.failure = exchange.failure or failure
            exchange.connection = None
            self._origin.finish(exchange)
