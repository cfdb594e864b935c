"""The client of the platform's Redis: commands time out fast, and none are sent while Redis is unavailable."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Any, TypeVar, cast

import structlog

from edu_common.observability import metrics
from edu_common.settings import ServiceSettings

log = structlog.get_logger(__name__)

ResultT = TypeVar("ResultT")
Command = tuple[str | bytes | int, ...]
Batch = tuple[Sequence[Command], asyncio.Future[list[Any]]]

PROBE_SECONDS = 0.1
MAX_PROBE_SECONDS = 2.0


class RedisUnavailable(ConnectionError):
    """Redis does not respond, responds too late, or returns an error."""


class Redis:
    """One process's connection to Redis.

    Commands that arrive during a round trip are sent together in the next one. The first round trip that fails opens
    the circuit: from then on every command raises `RedisUnavailable` at once, until a probe in the background succeeds.
    Keys start with a name derived from the platform's secret, so that platforms that share a Redis do not collide.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        # Imported here: it takes a tenth of a service's start-up time, which processes without Redis need not spend.
        from redis import asyncio as driver
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError

        self._patience = settings.redis_timeout
        self._failures: tuple[type[Exception], ...] = (RedisError, OSError)
        self.client: Any = cast("Any", driver.Redis).from_url(
            settings.redis_url.get_secret_value(),
            socket_connect_timeout=settings.redis_timeout,
            socket_timeout=None,  # every call has its own timeout here, longer for those that wait for an event
            retry=Retry(NoBackoff(), 0),
        )
        self._up = metrics.REDIS_UP.labels(settings.service)
        self._up.set(1)
        self._waiting: list[Batch] = []
        self._sender: asyncio.Task[None] | None = None
        self._probe: asyncio.Task[None] | None = None
        secret = settings.platform_secret.get_secret_value().encode()
        self._platform = blake2b(b"redis", key=secret[:64], digest_size=6).hexdigest()

    def key(self, *parts: str) -> str:
        return ":".join(("edu", self._platform, *parts))

    async def execute(self, *command: str | bytes | int) -> Any:
        """Return the result of one command; raise `RedisUnavailable`."""
        return (await self.execute_all(command))[0]

    async def execute_all(self, *commands: Command) -> list[Any]:
        """Return the results of commands that are run in order; raise `RedisUnavailable`."""
        if self._probe:
            raise RedisUnavailable("known to be away")
        results: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append((commands, results))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send())
        return await results

    async def wait_for(self, call: Awaitable[ResultT], seconds: float) -> ResultT:
        """Run a call of `client` that may take `seconds`, even while the circuit is open; raise `RedisUnavailable`."""
        try:
            async with asyncio.timeout(seconds):
                return await call
        except self._failures as error:
            raise RedisUnavailable(f"{type(error).__name__}: {error}") from error

    async def back(self) -> None:
        """Return once Redis is not known to be unavailable."""
        if self._probe:
            await asyncio.wait([self._probe])

    async def close(self) -> None:
        for task in (self._sender, self._probe):
            if task:
                task.cancel()
        with suppress(*self._failures):
            await self.client.aclose()

    async def _send(self) -> None:
        """Send the waiting commands until there are none."""
        try:
            while self._waiting:
                batches, self._waiting = self._waiting, []
                await self._execute_together(batches)
        finally:
            self._sender = None

    async def _execute_together(self, batches: list[Batch]) -> None:
        pipeline = self.client.pipeline(transaction=False)
        for commands, _ in batches:
            for command in commands:
                pipeline.execute_command(*command)
        try:
            results = iter(await self.wait_for(pipeline.execute(raise_on_error=False), self._patience))
        except RedisUnavailable as error:
            self._open_circuit(error)
            for _, waiting in (*batches, *self._waiting):
                _resolve(waiting, [error])
            self._waiting = []
        else:
            for commands, waiting in batches:
                _resolve(waiting, [next(results) for _ in commands])

    def _open_circuit(self, error: RedisUnavailable) -> None:
        if self._probe:
            return
        log.warning("redis is away, going on without", error=str(error))
        self._up.set(0)
        self._probe = asyncio.create_task(self._until_back())

    async def _until_back(self) -> None:
        pause = PROBE_SECONDS
        while True:
            await asyncio.sleep(pause)
            with suppress(RedisUnavailable):
                await self.wait_for(self.client.ping(), self._patience)
                break
            pause = min(2 * pause, MAX_PROBE_SECONDS)
        log.info("redis is back")
        self._up.set(1)
        self._probe = None


def _resolve(waiting: asyncio.Future[list[Any]], results: list[Any]) -> None:
    if waiting.done():  # the caller was cancelled
        return
    error = next((result for result in results if isinstance(result, Exception)), None)
    if error:
        waiting.set_exception(RedisUnavailable(str(error)))
    else:
        waiting.set_result(results)
