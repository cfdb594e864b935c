"""Whether more comes than is done: then refusing at once is better than answering everything too late."""

import time
from collections.abc import Callable

MAX_QUEUE_DELAY = 0.3
"""Seconds: at twice the capacity accepted requests are as fast as with 0.05, and a short peak is not refused."""

SUSTAINED_SECONDS = 0.5
CALM_SECONDS = 5.0


class OverloadDetector:
    """Waiting that has become standing.

    A burst makes some wait and is over. When no wait has been shorter than `target`, in seconds, for as long as
    `SUSTAINED_SECONDS`, the queue does not end by itself, and whoever joins it only waits in turn (the rule of CoDel,
    RFC 8289). From then on a single wait above the target is enough, until `CALM_SECONDS` have passed without one.
    """

    def __init__(self, target: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.target = target
        self._clock = clock
        self._above_since: float | None = None
        self._stood_at = float("-inf")

    def note(self, waited: float) -> None:
        """Something waited so many seconds for its turn."""
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
        """Whether what comes now should be refused."""
        return self._above_since is not None and self.was_recently_overloaded
