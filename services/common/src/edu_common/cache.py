"""A cache in the memory of the process: short-lived, bounded, filled once for all who wait."""

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from edu_common import metrics

ValueT = TypeVar("ValueT")

Place = tuple[Hashable, Hashable]
"""Where a value lies: its group and its key within the group."""


@dataclass(frozen=True, slots=True)
class _Entry(Generic[ValueT]):
    value: ValueT
    size: int
    expires: float


class Cache(Generic[ValueT]):
    """Values by group and key; `drop` forgets a group.

    Whoever writes drops the group once the write is durable (`after_commit`). A value whose load began before that
    goes to those who were waiting for it already and is not kept, so nobody who asks after the drop gets it.
    `ttl` is in seconds; `max_bytes` bounds the sum of `size_of` over the values, least recently used first out.
    With `enabled` false every `get` loads.
    """

    def __init__(
        self,
        service: str,
        name: str,
        *,
        ttl: float,
        max_bytes: int,
        size_of: Callable[[ValueT], int],
        enabled: bool = True,
    ) -> None:
        self._ttl = ttl
        self._max_bytes = max_bytes
        self._size_of = size_of
        self._enabled = enabled
        self._bytes = 0
        self._entries: OrderedDict[Place, _Entry[ValueT]] = OrderedDict()
        self._loading: dict[Place, asyncio.Task[ValueT]] = {}
        self._places: defaultdict[Hashable, set[Place]] = defaultdict(set)
        self._hits = metrics.CACHE_REQUESTS.labels(service, name, "hit")
        self._misses = metrics.CACHE_REQUESTS.labels(service, name, "miss")

    async def get(self, group: Hashable, key: Hashable, load: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """The value, loaded when it is not there; what `load` raises is raised to all who wait, and not kept."""
        place = (group, key)
        entry = self._entries.get(place)
        if entry and entry.expires > time.monotonic():
            self._entries.move_to_end(place)
            self._hits.inc()
            return entry.value
        self._misses.inc()
        if not self._enabled:
            return await load()
        task = self._loading.get(place) or self._start(place, load)
        # Shielded: who started the load may leave, the others still wait for it.
        return await asyncio.shield(task)

    def drop(self, group: Hashable) -> None:
        for place in self._places.pop(group, ()):
            self._loading.pop(place, None)
            if entry := self._entries.pop(place, None):
                self._bytes -= entry.size

    def _start(self, place: Place, load: Callable[[], Awaitable[ValueT]]) -> asyncio.Task[ValueT]:
        task = asyncio.create_task(_run(load))
        self._loading[place] = task
        self._places[place[0]].add(place)
        task.add_done_callback(lambda done: self._finish(place, done))
        return task

    def _finish(self, place: Place, task: asyncio.Task[ValueT]) -> None:
        failed = task.cancelled() or task.exception() is not None
        if self._loading.get(place) is not task:
            return
        del self._loading[place]
        self._remove(place)
        if not failed:
            self._keep(place, task.result())

    def _keep(self, place: Place, value: ValueT) -> None:
        size = self._size_of(value)
        self._entries[place] = _Entry(value, size, time.monotonic() + self._ttl)
        self._places[place[0]].add(place)
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._remove(next(iter(self._entries)))

    def _remove(self, place: Place) -> None:
        """Forget one place, and its group when that was the last of it."""
        if entry := self._entries.pop(place, None):
            self._bytes -= entry.size
        places = self._places[place[0]]
        places.discard(place)
        if not places:
            del self._places[place[0]]


async def _run(load: Callable[[], Awaitable[ValueT]]) -> ValueT:
    return await load()
