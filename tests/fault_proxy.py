"""A proxy for fault tests, in front of a real service: it can hang, refuse connections, or send invalid responses."""

import asyncio
import threading
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

ANSWER = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
INVALID_BODY = b'{"unexpected": true}'

ResultT = TypeVar("ResultT")


class FaultMode(StrEnum):
    NONE = "none"
    HANGING = "hanging"
    REFUSING = "refusing"
    FAILING = "failing"
    INVALID = "invalid"


class FaultProxy:
    """Forwards all bytes while its mode is `NONE`.

    `calls` counts requests since the mode last changed, by method: reads are GET, deliveries of events POST.
    """

    def __init__(self, real_url: str) -> None:
        self._real = urlsplit(real_url)
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._mode = FaultMode.NONE
        self.calls: Counter[str] = Counter()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._run(self._listen())}"

    def set_mode(self, mode: FaultMode) -> None:
        """Change the mode, for open connections too."""
        self._run(self._set_mode(mode))

    def close(self) -> None:
        self.set_mode(FaultMode.REFUSING)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> int:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return server.sockets[0].getsockname()[1]

    async def _set_mode(self, mode: FaultMode) -> None:
        self._mode = mode
        self.calls.clear()
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        self._open.discard(writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode is FaultMode.NONE:
            await self._pass_on(reader, writer)
        else:
            await self._misbehave(reader, writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(self._real.hostname, self._real.port)
        self._open.add(ours)
        await asyncio.gather(_pour(reader, ours), _pour(theirs, writer))
        self._open.discard(ours)

    async def _misbehave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            self.calls[head.partition(b" ")[0].decode()] += 1
            length = next(
                (line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0"
            )
            await reader.readexactly(int(length))
            if self._mode is FaultMode.REFUSING:
                writer.transport.abort()
            elif self._mode is not FaultMode.HANGING:
                failing = self._mode is FaultMode.FAILING
                status = b"500 Internal Server Error" if failing else b"200 OK"
                writer.write(ANSWER % (status, len(INVALID_BODY), INVALID_BODY))


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()
