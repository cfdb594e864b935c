"""One worker a platform."""

import asyncio

import pytest

from edu_operator import queue
from edu_operator.queue import Queue
from edu_operator.types import Key

DEMO, OTHER = Key("edu", "demo"), Key("edu", "other")
LONG = 1000.0


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LEAST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(queue, "FIRST_BACKOFF_SECONDS", 0.01)


class Recorder:
    """Counts turns; each lasts until `finish`."""

    def __init__(self, *outcomes: float | Exception | None) -> None:
        self.turns: asyncio.Queue[Key] = asyncio.Queue()
        self.finish = asyncio.Semaphore(0)
        self.most_at_once: dict[Key, int] = {}
        self._now: dict[Key, int] = {}
        self._outcomes = list(outcomes)

    async def __call__(self, key: Key) -> float | None:
        self._now[key] = self._now.get(key, 0) + 1
        self.most_at_once[key] = max(self._now[key], self.most_at_once.get(key, 0))
        await self.turns.put(key)
        await self.finish.acquire()
        self._now[key] -= 1
        outcome = self._outcomes.pop(0) if self._outcomes else LONG
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def next_turn(self) -> Key:
        async with asyncio.timeout(5):
            return await self.turns.get()


async def test_many_events_during_a_turn_are_one_further_turn() -> None:
    turns = Recorder()
    made = Queue(turns)
    made.wake(DEMO)
    await turns.next_turn()
    for _ in range(50):
        made.wake(DEMO)
    turns.finish.release()
    await turns.next_turn()
    turns.finish.release()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(turns.turns.get(), 0.2)
    assert turns.most_at_once == {DEMO: 1}
    await made.close()


async def test_one_platform_does_not_wait_for_another() -> None:
    turns = Recorder()
    made = Queue(turns)
    made.wake(DEMO)
    await turns.next_turn()
    made.wake(OTHER)
    assert await turns.next_turn() == OTHER
    await made.close()


async def test_a_failed_turn_is_tried_again() -> None:
    turns = Recorder(RuntimeError("the API server is away"))
    made = Queue(turns)
    made.wake(DEMO)
    turns.finish.release()
    await turns.next_turn()
    assert await turns.next_turn() == DEMO
    await made.close()


async def test_a_platform_made_again_gets_a_new_worker() -> None:
    turns = Recorder(None)
    made = Queue(turns)
    made.wake(DEMO)
    await turns.next_turn()
    turns.finish.release()
    await asyncio.wait_for(made.idle(), 5)
    made.wake(DEMO)
    assert await turns.next_turn() == DEMO
    await made.close()


async def test_a_turn_that_never_ends_is_a_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Recorder()
    made = Queue(turns)
    made.wake(DEMO)
    await turns.next_turn()
    assert not made.stalled()
    monkeypatch.setattr(queue, "STALLED_SECONDS", 0.0)
    assert made.stalled()
    await made.close()
