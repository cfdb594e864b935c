"""A table as a source of blocks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from edu_seed.world import World

Units: TypeAlias = "slice[int, int, None]"


class Block(NamedTuple):
    """Rows in COPY's binary format, without its header."""

    rows: int
    data: bytes


@dataclass(frozen=True)
class Table:
    """A table. `render` returns the rows of some units (users, courses, enrollments …): block `number` is `units`."""

    database: str
    name: str
    columns: tuple[str, ...]
    units: Callable[[World], int]
    render: Callable[[World, int, Units], Block]
    block_units: int = 5_000

    @property
    def key(self) -> str:
        return f"{self.database}.{self.name}"

    def blocks(self, world: World) -> Iterator[tuple[int, Units]]:
        """Yield number and units of each block."""
        total = self.units(world)
        for number, start in enumerate(range(0, total, self.block_units)):
            yield number, slice(start, min(start + self.block_units, total))
