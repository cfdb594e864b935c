"""Rate limits by client IP or by user, reported in the RateLimit headers (draft-ietf-httpapi-ratelimit-headers).

The time per request is constant, however many clients there are. Processes share their counts through Redis; without
one, or while it is unavailable, each counts on its own.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from starlette.types import Scope

from edu_common.observability.metrics import RATE_LIMITED
from edu_common.redis_client import RedisUnavailable

READ_METHODS = frozenset({"GET", "HEAD"})
SWEEP_SECONDS = 60.0
MAX_WINDOWS = 100_000
"""About 30 MiB. Only who has that many networks is forgotten sooner, and they have that many quotas anyway."""
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
UNLIMITED_PREFIXES = ("/health/", "/metrics", "/internal/", "/.well-known/")


class Per(StrEnum):
    CLIENT = "client"
    USER = "user"


@dataclass(frozen=True)
class Rate:
    """At most `quota` requests in any period of `seconds`."""

    quota: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Parse "20/minute"; raise `ValueError` or `KeyError` for anything else."""
        quota, _, unit = text.partition("/")
        return cls(int(quota), SECONDS[unit])


@dataclass(frozen=True)
class Policy:
    """At most `rate` ("20/minute") per client or user on these paths; empty `methods` mean all that change something.

    Paths are compared as a whole, without the public prefix.
    """

    name: str
    per: Per
    rate: str
    paths: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()

    def covers(self, method: str, path: str) -> bool:
        if self.paths and path not in self.paths:
            return False
        return method in self.methods if self.methods else method not in READ_METHODS


READS = Policy("reads", Per.CLIENT, "6000/minute", methods=READ_METHODS)
"""High enough for a school behind one IP: 100 pages a second."""

WRITES = Policy("writes", Per.USER, "300/minute")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result for a request; after a rejection, `reset_seconds` is when the next one would be allowed."""

    allowed: bool
    remaining: int
    reset_seconds: int

    def headers(self, policy: Policy, rate: Rate) -> list[tuple[bytes, bytes]]:
        headers = [
            ("ratelimit-policy", f'"{policy.name}";q={rate.quota};w={rate.seconds}'),
            ("ratelimit", f'"{policy.name}";r={self.remaining};t={self.reset_seconds}'),
        ]
        return [(name.encode(), value.encode()) for name, value in headers]


@dataclass(slots=True)
class Window:
    """Requests allowed since `start`, and in the `seconds` before it."""

    start: float
    seconds: int
    current: int = 0
    previous: int = 0

    def used(self, elapsed: float) -> float:
        """Return the count `elapsed` seconds after the start, with the older window weighted by its overlap."""
        return self.current + self.previous * (1 - elapsed / self.seconds)


class SharedCounts(Protocol):
    """Counts shared by several processes."""

    async def hit(self, key: str, rate: Rate) -> Verdict:
        """Count a request as `SlidingWindows.hit` does; raise `RedisUnavailable`."""
        ...


class SlidingWindows:
    """Counts by key, of this process only; of more than `most` keys, those with the latest requests."""

    def __init__(self, most: int = MAX_WINDOWS) -> None:
        self._most = most
        self._windows: OrderedDict[Hashable, Window] = OrderedDict()
        self._next_sweep = 0.0

    def hit(self, key: Hashable, rate: Rate, now: float) -> Verdict:
        """Count a request at `now`, in seconds of any monotonic clock, unless it exceeds the limit."""
        self._sweep(now)
        window = self._window(key, rate, now)
        elapsed = now - window.start
        result = verdict(window, rate, elapsed, allowed=window.used(elapsed) + 1 <= rate.quota)
        window.current += result.allowed
        return result

    def _window(self, key: Hashable, rate: Rate, now: float) -> Window:
        start = now - now % rate.seconds
        window = self._windows.setdefault(key, Window(start, rate.seconds))
        self._windows.move_to_end(key)
        if len(self._windows) > self._most:
            self._windows.popitem(last=False)
        if window.start != start:
            window.previous = window.current if start - window.start <= rate.seconds else 0
            window.current = 0
            window.start = start
        return window

    def _sweep(self, now: float) -> None:
        """Once in a while, delete the windows of clients without a request for longer than a window counts."""
        if now < self._next_sweep:
            return
        self._next_sweep = now + SWEEP_SECONDS
        self._windows = OrderedDict(
            (key, window) for key, window in self._windows.items() if now < window.start + 2 * window.seconds
        )


def verdict(window: Window, rate: Rate, elapsed: float, *, allowed: bool) -> Verdict:
    """Return the verdict on a request that the window has not counted yet."""
    if not allowed:
        return Verdict(False, remaining=0, reset_seconds=_until_free(window, rate, elapsed))
    remaining = int(rate.quota - window.used(elapsed) - 1)
    return Verdict(True, remaining, reset_seconds=math.ceil(rate.seconds - elapsed))


def _until_free(window: Window, rate: Rate, elapsed: float) -> int:
    """Return the whole seconds until the older window overlaps so little that one request is allowed."""
    if window.current < rate.quota:
        gone = 1 - (rate.quota - 1 - window.current) / window.previous
    else:
        gone = 2 - (rate.quota - 1) / window.current
    return max(1, math.ceil(rate.seconds * gone - elapsed))


class RateLimiter:
    """Applies the first of `policies` that covers a request, or the platform's own for reads and writes."""

    def __init__(self, service: str, policies: Sequence[Policy] = (), shared: SharedCounts | None = None) -> None:
        self._shared = shared
        self._policies = [(policy, Rate.parse(policy.rate)) for policy in (*policies, READS, WRITES)]
        self._rejected = {policy.name: RATE_LIMITED.labels(service, policy.name) for policy, _ in self._policies}
        self._windows = SlidingWindows()

    def policy_for(self, scope: Scope, path: str) -> tuple[Policy, Rate] | None:
        if path.startswith(UNLIMITED_PREFIXES):
            return None
        return next((entry for entry in self._policies if entry[0].covers(scope["method"], path)), None)

    async def check(self, policy: Policy, rate: Rate, who: str) -> Verdict:
        """Count one request of the client or user `who` and return whether it is allowed."""
        result = await self._hit(f"{policy.name}:{who}", rate)
        if not result.allowed:
            self._rejected[policy.name].inc()
        return result

    async def _hit(self, key: str, rate: Rate) -> Verdict:
        if self._shared:
            with suppress(RedisUnavailable):
                return await self._shared.hit(key, rate)
        return self._windows.hit(key, rate, time.monotonic())
