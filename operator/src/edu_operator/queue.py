"""One worker per platform: it never runs two passes at once, and at most one is pending."""

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
PASS_SECONDS = 180.0
STALLED_SECONDS = 2 * PASS_SECONDS

Permission = Callable[[str], Awaitable[None]]
"""Returns when the platforms of a namespace may be reconciled."""
Reconcile = Callable[[Key], Awaitable[float | None]]
"""Reconciles a platform; returns after how many seconds to do so again, or None when it is gone."""


class Queue:
    def __init__(self, reconcile: Reconcile, permission: Permission) -> None:
        self._reconcile = reconcile
        self._permission = permission
        self._wake_events: dict[Key, asyncio.Event] = {}
        self._workers: dict[Key, asyncio.Task[None]] = {}
        self._started: dict[Key, float] = {}

    def wake(self, key: Key) -> None:
        """Have a platform reconciled soon, once however often this is called."""
        self._wake_events.setdefault(key, asyncio.Event()).set()
        if key not in self._workers:
            self._workers[key] = asyncio.create_task(self._work(key), name=f"{key.namespace}/{key.name}")
        metrics.QUEUE_DEPTH.set(self._depth())

    async def idle(self) -> None:
        """Return once no platform is left."""
        while self._workers:
            await asyncio.wait(self._workers.values())

    def stalled(self) -> bool:
        """Return whether a worker's current pass has exceeded the time limit."""
        now = time.monotonic()
        return any(now - started > STALLED_SECONDS for started in self._started.values())

    async def close(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)

    def _depth(self) -> int:
        return sum(event.is_set() for event in self._wake_events.values())

    async def _work(self, key: Key) -> None:
        wake_event = self._wake_events[key]
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            await self._permission(key.namespace)
            wake_event.clear()
            metrics.QUEUE_DEPTH.set(self._depth())
            try:
                pause = await self._run_pass(key)
                backoff = FIRST_BACKOFF_SECONDS
            except Exception:
                log.exception("reconcile failed, will retry", platform=key.name, namespace=key.namespace)
                pause, backoff = backoff, min(backoff * 2, LAST_BACKOFF_SECONDS)
            if pause is None and not wake_event.is_set():
                del self._workers[key], self._wake_events[key]
                return
            await self._rest(wake_event, pause or 0)

    async def _run_pass(self, key: Key) -> float | None:
        self._started[key] = time.monotonic()
        result = "error"
        try:
            with metrics.RECONCILE_SECONDS.time():
                async with asyncio.timeout(PASS_SECONDS):
                    pause = await self._reconcile(key)
            result = "ok"
            return pause
        finally:
            del self._started[key]
            metrics.RECONCILES.labels(result).inc()

    async def _rest(self, wake_event: asyncio.Event, seconds: float) -> None:
        """Wait for a wake event or until the time is over; a burst of events causes one pass."""
        try:
            async with asyncio.timeout(seconds):
                await wake_event.wait()
        except TimeoutError:
            return
        await asyncio.sleep(LEAST_PAUSE_SECONDS)
