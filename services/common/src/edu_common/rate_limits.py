"""Rate limits by client address or by user, told in the RateLimit headers (draft-ietf-httpapi-ratelimit-headers)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

from edu_common.metrics import RATE_LIMITED

READ_METHODS = frozenset({"GET", "HEAD"})
UNLIMITED_PREFIXES = ("/health/", "/metrics", "/internal/", "/.well-known/")


class Per(StrEnum):
    CLIENT = "client"
    USER = "user"


@dataclass(frozen=True)
class Policy:
    """At most `rate` ("20/minute") a client or user on these paths; `methods` empty means all that change things.

    Paths are matched whole, without the public prefix.
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

    @property
    def limit(self) -> RateLimitItem:
        return parse(self.rate)


READS = Policy("reads", Per.CLIENT, "6000/minute", methods=READ_METHODS)
"""Wide enough for a school behind one address: 100 pages a second."""

WRITES = Policy("writes", Per.USER, "300/minute")


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    policy: str
    quota: int
    window_seconds: int
    remaining: int
    reset_seconds: int

    def headers(self) -> list[tuple[bytes, bytes]]:
        told = [
            ("ratelimit-policy", f'"{self.policy}";q={self.quota};w={self.window_seconds}'),
            ("ratelimit", f'"{self.policy}";r={self.remaining};t={self.reset_seconds}'),
        ]
        return [(name.encode(), value.encode()) for name, value in told]


class RateLimiter:
    """Applies the first of `policies` that covers a request, then the platform's own for reads and writes."""

    def __init__(self, service: str, policies: Sequence[Policy] = ()) -> None:
        self._service = service
        self._policies = [(policy, policy.limit) for policy in (*policies, READS, WRITES)]
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def policy_for(self, scope: Scope, path: str) -> tuple[Policy, RateLimitItem] | None:
        if path.startswith(UNLIMITED_PREFIXES):
            return None
        return next((entry for entry in self._policies if entry[0].covers(scope["method"], path)), None)

    async def check(self, policy: Policy, limit: RateLimitItem, who: str) -> Verdict:
        """Count one request of `who` and say whether it may pass."""
        key = (self._service, policy.name, who)
        allowed = await self._limiter.hit(limit, *key)
        stats = await self._limiter.get_window_stats(limit, *key)
        if not allowed:
            RATE_LIMITED.labels(self._service, policy.name).inc()
        return Verdict(
            allowed=allowed,
            policy=policy.name,
            quota=limit.amount,
            window_seconds=limit.get_expiry(),
            remaining=stats.remaining,
            reset_seconds=max(1, round(stats.reset_time - time.time())),
        )
