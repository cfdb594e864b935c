"""Times: microseconds since 2000-01-01 UTC, as Postgres stores them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from edu_seed.rng import Ints

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
UNIX_OFFSET = int(POSTGRES_EPOCH.timestamp()) * SECOND
WINDOW_DAYS = 730


@dataclass(frozen=True)
class Clock:
    """The two years in which all data originated; `end` is the time of the snapshot."""

    end: int
    window: int = WINDOW_DAYS * DAY

    @classmethod
    def at(cls, day: date) -> "Clock":
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return cls(end=int((midnight - POSTGRES_EPOCH).total_seconds()) * SECOND)

    @property
    def start(self) -> int:
        return self.end - self.window

    def before_end(self, age: Ints) -> Ints:
        """Return the times `age` microseconds before the end."""
        return self.end - age


def unix_milliseconds(moments: Ints) -> Ints:
    return (moments + UNIX_OFFSET) // 1000
