"""One worker a platform: never two at once for the same one, never two waiting for the same reason."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from edu_operator import metrics
from edu_operator.types import Key

log = structlog.get_logger(__name__)

LEAST_PAUSE_SECONDS = 1.0
FIRST_BACKOFF_SECONDS = 2.0
LAST_BACKOFF_SECONDS = 60.0
TURN_SECONDS = 180.0
STALLED_SECONDS = 2 * TURN_SECONDS

Reconcile = Callable[[Key], Awaitable[float | None]]
"""Makes a platform true; returns after how many seconds to look again, None when it is gone."""


class Queue:
    def __init__(self, reconcile: Reconcile) -> None:
        self._reconcile = reconcile
        self._bells: dict[Key, asyncio.Event] = {}
        self._workers: dict[Key, asyncio.Task[None]] = {}
        self._turns: dict[Key, float] = {}

    def wake(self, key: Key) -> None:
        """Have a platform looked at soon, however often this is called."""
        self._bells.setdefault(key, asyncio.Event()).set()
        if key not in self._workers:
            self._workers[key] = asyncio.create_task(self._work(key), name=f"{key.namespace}/{key.name}")
        metrics.QUEUE_DEPTH.set(self._depth())

    async def idle(self) -> None:
        """Return when no platform is left to look after."""
        while self._workers:
            await asyncio.wait(self._workers.values())

    def stalled(self) -> bool:
        """Whether a worker has been at one turn for longer than any turn may last."""
        now = time.monotonic()
        return any(now - started > STALLED_SECONDS for started in self._turns.values())

    async def close(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)

    def _depth(self) -> int:
        return sum(bell.is_set() for bell in self._bells.values())

    async def _work(self, key: Key) -> None:
        bell = self._bells[key]
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            bell.clear()
            metrics.QUEUE_DEPTH.set(self._depth())
            try:
                pause = await self._turn(key)
                backoff = FIRST_BACKOFF_SECONDS
            except Exception:
                log.exception("reconcile failed, trying again", platform=key.name, namespace=key.namespace)
                pause, backoff = backoff, min(backoff * 2, LAST_BACKOFF_SECONDS)
            if pause is None and not bell.is_set():
                del self._workers[key], self._bells[key]
                return
            await self._rest(bell, pause or 0)

    async def _turn(self, key: Key) -> float | None:
        self._turns[key] = time.monotonic()
        result = "error"
        try:
            with metrics.RECONCILE_SECONDS.time():
                async with asyncio.timeout(TURN_SECONDS):
                    pause = await self._reconcile(key)
            result = "ok"
            return pause
        finally:
            del self._turns[key]
            metrics.RECONCILES.labels(result).inc()

    async def _rest(self, bell: asyncio.Event, seconds: float) -> None:
        """Until somebody rings or the time is over; a burst of events is one turn."""
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            return
        await asyncio.sleep(LEAST_PAUSE_SECONDS)
