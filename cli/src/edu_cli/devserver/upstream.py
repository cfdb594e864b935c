"""A small HTTP/1.1 client for the gateway: pooled connections that pass bodies on as they come.

A general client costs more than everything else in the gateway; this one does what a proxy needs, on the same
parser that the server uses.
"""

import asyncio
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, cast

import httptools

from edu_cli.devserver.services import GATEWAY_ADDRESS

Header = tuple[bytes, bytes]
CONNECT_SECONDS = 1.0
HIGH_WATER_BYTES = 256 * 1024
IDLE_SECONDS = 3.0
"""Older idle connections are not used again: their other side may be ending them, and a write that meets it is lost."""


class UpstreamError(Exception):
    """The service could not be reached, broke off, or took too long."""


class Unreachable(UpstreamError):
    """No byte of an answer came; the request may be sent again when that is harmless."""


class Broken(UpstreamError):
    """The answer ended before its end."""


class TooSlow(UpstreamError):
    """The time budget ran out."""


class Parser(Protocol):
    def feed_data(self, data: bytes) -> None: ...
    def get_status_code(self) -> int: ...
    def should_keep_alive(self) -> bool: ...


class Connection(asyncio.Protocol):
    """One connection to a service; one exchange at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._lost = False
        self.reused = False
        self.idle_since = 0.0
        """By the event loop's clock."""
        self._reset()

    def _reset(self) -> None:
        self._parser: Parser = httptools.HttpResponseParser(self)
        self.status = 0
        self.headers: list[Header] = []
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._head_done = False
        self._complete = False
        self._keeps_alive = False
        self._without_body = False
        self._error: UpstreamError | None = None

    # what the gateway calls

    @property
    def usable(self) -> bool:
        return not self._lost and self._transport is not None and not self._transport.is_closing()

    def begin(self, head: bytes, *, without_body: bool) -> None:
        """Send a request's head; `without_body` says that the answer has none (HEAD)."""
        self._reset()
        self._without_body = without_body
        self._write(head)

    async def write(self, data: bytes) -> None:
        await self._may_write.wait()
        self._write(data)

    async def response(self) -> None:
        """Wait until `status` and `headers` are there."""
        while not self._head_done:
            self._raise_if_broken(Unreachable)
            await self._wait()

    async def chunk(self) -> bytes:
        """The next part of the body; empty at its end."""
        while not self._chunks:
            if self._complete:
                return b""
            self._raise_if_broken(Broken)
            await self._wait()
        data = b"".join(self._chunks)
        self._chunks.clear()
        if self._buffered > HIGH_WATER_BYTES and self._transport and not self._lost:
            self._transport.resume_reading()
        self._buffered = 0
        return data

    @property
    def finished(self) -> bool:
        """Whether all of the answer has arrived."""
        return self._complete

    @property
    def can_serve_again(self) -> bool:
        return self.usable and self._complete and not self._without_body and self._keeps_alive

    def fail(self, error: UpstreamError) -> None:
        """Break the exchange off; whoever waits gets `error`."""
        if not self._error and not self._complete:
            self._error = error
        self.close()
        self._wake()

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        if self._transport and not self._lost:
            self._transport.write(data)

    def _raise_if_broken(self, when_lost: type[UpstreamError]) -> None:
        if self._error:
            raise self._error
        if self._lost:
            raise when_lost

    async def _wait(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.fail(Broken())
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._may_write.set()
        if self._head_done and exc is None and self._ends_with_connection():
            self._complete = True
        self._wake()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    # what the parser calls

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status < 200:
            self.headers.clear()
            return
        self._head_done = True
        self._complete = self._without_body

    def on_body(self, data: bytes) -> None:
        self._chunks.append(data)
        self._buffered += len(data)
        if self._buffered > HIGH_WATER_BYTES and self._transport:
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        self._complete = self._head_done
        self._keeps_alive = self._parser.should_keep_alive()  # afterwards the parser has forgotten it

    def _ends_with_connection(self) -> bool:
        return not any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)


class Pool:
    """Idle connections to one service."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._idle: list[Connection] = []
        self.awaited = 0
        """Requests whose answer has not begun, those included that have no connection yet."""

    @contextmanager
    def awaiting(self) -> Generator[None]:
        """One request more, until its answer begins."""
        self.awaited += 1
        try:
            yield
        finally:
            self.awaited -= 1

    async def acquire(self, *, fresh: bool = False) -> Connection:
        """An idle connection, or a new one; `Unreachable` when the service does not listen."""
        lately = asyncio.get_running_loop().time() - IDLE_SECONDS
        while self._idle and not fresh:
            connection = self._idle.pop()
            if connection.usable and connection.idle_since > lately:
                connection.reused = True
                return connection
            connection.close()
        return await self._connect()

    def release(self, connection: Connection) -> None:
        """Give a connection back; one that cannot serve again is closed."""
        if connection.can_serve_again:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            connection.close()

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await loop.create_connection(
                    Connection, self._host, self._port, local_addr=(GATEWAY_ADDRESS, 0)
                )
        except OSError as error:
            raise Unreachable from error
        return connection
