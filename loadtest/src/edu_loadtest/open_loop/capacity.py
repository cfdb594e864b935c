"""Search for the highest rate that a platform sustains: doubled until it fails, then bisected."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

LOWEST_RATE = 1.0
CONFIRMATIONS = 5


@dataclass
class RateSearch:
    """Chooses the next rate to try from the outcomes so far."""

    start: float
    precision: float = 0.05
    """Width of the interval, relative to the rate, at which the search ends."""
    highest_passed: float = 0.0
    lowest_failed: float = field(default=float("inf"))

    def record(self, rate: float, *, passed: bool) -> None:
        """Take the outcome of a rate into account."""
        if passed:
            self.highest_passed = max(self.highest_passed, rate)
        else:
            self.lowest_failed = min(self.lowest_failed, rate)

    def next(self) -> float | None:
        """Return the next rate; None when the interval is narrow enough, or even the lowest rate failed."""
        if self.lowest_failed == float("inf"):
            return self.highest_passed * 2 or self.start
        if not self.highest_passed:
            lower = self.lowest_failed / 2
            return lower if lower >= LOWEST_RATE else None
        narrow = self.lowest_failed - self.highest_passed <= self.precision * self.highest_passed
        return None if narrow else (self.highest_passed + self.lowest_failed) / 2


async def find_capacity(
    search: RateSearch, passes: Callable[[float], Awaitable[bool]], confirms: Callable[[float], Awaitable[bool]]
) -> float:
    """Return the highest rate that passed a short run and then a longer one; 0 when none did."""
    while rate := search.next():
        search.record(rate, passed=await passes(rate))
    rate = search.highest_passed
    for _ in range(CONFIRMATIONS):
        if not rate or await confirms(rate):
            return rate
        rate *= 1 - search.precision
    return 0.0
