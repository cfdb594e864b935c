"""Memory of processes over a long time: how it is taken, and whether it keeps growing."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import linear_regression, median

import psutil

MIB = 1024 * 1024
PARTS = 5
GROWTH_PART = 0.01
GROWTH_MIB = 0.5


def memory(pid: int) -> float | None:
    """MiB that are the process's and its children's own: resident and not shared. None when it is gone."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return sum(map(_own, (process, *process.children(recursive=True)))) / MIB
    return None


def _own(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        taken = process.memory_info()
        return taken.rss - getattr(taken, "shared", 0)
    return 0


@dataclass
class Course:
    """What one process had, over time."""

    name: str
    points: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """Minutes since the start, MiB."""

    @property
    def _settled(self) -> Sequence[tuple[float, float]]:
        """Without the first part, in which caches and pools fill."""
        return self.points[len(self.points) // PARTS :]

    @property
    def slope(self) -> float:
        """MiB an hour, once caches and pools are full."""
        if len(self._settled) < 2:
            return 0.0
        minutes, values = zip(*self._settled, strict=True)
        return linear_regression(minutes, values).slope * 60

    @property
    def keeps_growing(self) -> bool:
        """Whether each part of the time had notably more than the one before it, the first one left aside."""
        size = len(self._settled) // (PARTS - 1)
        if not size:
            return False
        parts = [median(value for _, value in self._settled[size * n : size * (n + 1)]) for n in range(PARTS - 1)]
        return all(later - earlier > max(GROWTH_MIB, GROWTH_PART * earlier) for earlier, later in pairwise(parts))


def sample(courses: Mapping[str, Course], pids: Mapping[str, int], minutes: float) -> None:
    for name, pid in pids.items():
        taken = memory(pid)
        if taken is not None:
            courses[name].points.append((minutes, taken))
