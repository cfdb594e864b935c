"""Overload detection: reject requests at once rather than answer all of them too late."""

import time
from collections.abc import Callable

MAX_QUEUE_DELAY = 0.3
"""Seconds. At twice the capacity, accepted requests are as fast as with 0.05, and a short peak is not rejected."""

SUSTAINED_SECONDS = 0.5
CALM_SECONDS = 5.0


class OverloadDetector:
    """Detects a persistent queue by its delay (the rule of CoDel, RFC 8289).

    A burst makes some requests wait and passes. When no wait has been shorter than `target`, in seconds, for
    `SUSTAINED_SECONDS`, the queue will not drain without shedding. From then on a single wait above the target counts
    as overload, until `CALM_SECONDS` have passed without one.
    """

    def __init__(self, target: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.target = target
        self._clock = clock
        self._above_since: float | None = None
        self._stood_at = float("-inf")

    def note(self, waited: float) -> None:
        """Record a queue delay in seconds."""
        if waited < self.target:
            self._above_since = None
            return
        now = self._clock()
        if self._above_since is None:
            self._above_since = now
        if now - self._above_since >= SUSTAINED_SECONDS or self.was_recently_overloaded:
            self._stood_at = now

    @property
    def was_recently_overloaded(self) -> bool:
        return self._clock() - self._stood_at < CALM_SECONDS

    @property
    def is_overloaded(self) -> bool:
        """Return whether new requests should be rejected now."""
        return self._above_since is not None and self.was_recently_overloaded
