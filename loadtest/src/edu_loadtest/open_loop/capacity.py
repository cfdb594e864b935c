"""Finds the highest rate that a platform holds: doubled until it fails, then halved in between."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

LOWEST_RATE = 1.0
CONFIRMATIONS = 5


@dataclass
class Search:
    """Which rate to try next, from how the ones before went."""

    start: float
    precision: float = 0.05
    """The interval's width, as a part of the rate, at which the search ends."""
    held: float = 0.0
    failed: float = field(default=float("inf"))

    def note(self, rate: float, *, good: bool) -> None:
        if good:
            self.held = max(self.held, rate)
        else:
            self.failed = min(self.failed, rate)

    def next(self) -> float | None:
        """None when the interval is narrow enough, or when not even the lowest rate is held."""
        if self.failed == float("inf"):
            return self.held * 2 or self.start
        if not self.held:
            lower = self.failed / 2
            return lower if lower >= LOWEST_RATE else None
        narrow = self.failed - self.held <= self.precision * self.held
        return None if narrow else (self.held + self.failed) / 2


async def find_capacity(
    search: Search, holds: Callable[[float], Awaitable[bool]], confirms: Callable[[float], Awaitable[bool]]
) -> float:
    """The highest rate that was held in a short run and then in a longer one; 0 when none was."""
    while rate := search.next():
        search.note(rate, good=await holds(rate))
    rate = search.held
    for _ in range(CONFIRMATIONS):
        if not rate or await confirms(rate):
            return rate
        rate *= 1 - search.precision
    return 0.0
