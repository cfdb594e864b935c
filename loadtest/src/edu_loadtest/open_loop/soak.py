"""Memory of processes over a long time: how it is sampled, and whether it keeps growing."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import linear_regression, median

import psutil

MIB = 1024 * 1024
FIFTHS = 5
GROWTH_FRACTION = 0.01
GROWTH_MIB = 0.5


def private_memory(pid: int) -> float | None:
    """Return the resident, unshared memory of a process and its children in MiB; None when it has ended."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return sum(map(_unshared_bytes, (process, *process.children(recursive=True)))) / MIB
    return None


def _unshared_bytes(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        memory = process.memory_info()
        return memory.rss - getattr(memory, "shared", 0)
    return 0


@dataclass
class MemorySeries:
    """The memory of one process over time."""

    name: str
    points: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """Minutes since the start, and MiB."""

    @property
    def _settled(self) -> Sequence[tuple[float, float]]:
        """Return the points without the first fifth, in which caches and pools fill."""
        return self.points[len(self.points) // FIFTHS :]

    @property
    def slope(self) -> float:
        """Return the growth in MiB per hour, once caches and pools are full."""
        if len(self._settled) < 2:
            return 0.0
        minutes, values = zip(*self._settled, strict=True)
        return linear_regression(minutes, values).slope * 60

    @property
    def keeps_growing(self) -> bool:
        """Return whether each fifth of the time used notably more memory than the one before, except the first."""
        size = len(self._settled) // (FIFTHS - 1)
        if not size:
            return False
        medians = [median(value for _, value in self._settled[size * n : size * (n + 1)]) for n in range(FIFTHS - 1)]
        return all(later - earlier > max(GROWTH_MIB, GROWTH_FRACTION * earlier) for earlier, later in pairwise(medians))


def sample(series: Mapping[str, MemorySeries], pids: Mapping[str, int], minutes: float) -> None:
    """Add a point to the series of each process that runs."""
    for name, pid in pids.items():
        mebibytes = private_memory(pid)
        if mebibytes is not None:
            series[name].points.append((minutes, mebibytes))
