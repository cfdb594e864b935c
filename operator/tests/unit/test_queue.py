"""One worker per platform."""

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


async def always(_: str) -> None:
    """Allow reconciling at any time."""


class Recorder:
    """Counts passes; each lasts until `finish`."""

    def __init__(self, *outcomes: float | Exception | None) -> None:
        self.started: asyncio.Queue[Key] = asyncio.Queue()
        self.finish = asyncio.Semaphore(0)
        self.most_at_once: dict[Key, int] = {}
        self._now: dict[Key, int] = {}
        self._outcomes = list(outcomes)

    async def __call__(self, key: Key) -> float | None:
        self._now[key] = self._now.get(key, 0) + 1
        self.most_at_once[key] = max(self._now[key], self.most_at_once.get(key, 0))
        await self.started.put(key)
        await self.finish.acquire()
        self._now[key] -= 1
        outcome = self._outcomes.pop(0) if self._outcomes else LONG
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def next_pass(self) -> Key:
        async with asyncio.timeout(5):
            return await self.started.get()


async def test_many_events_during_a_pass_are_one_further_pass() -> None:
    recorder = Recorder()
    made = Queue(recorder, always)
    made.wake(DEMO)
    await recorder.next_pass()
    for _ in range(50):
        made.wake(DEMO)
    recorder.finish.release()
    await recorder.next_pass()
    recorder.finish.release()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(recorder.started.get(), 0.2)
    assert recorder.most_at_once == {DEMO: 1}
    await made.close()


async def test_one_platform_does_not_wait_for_another() -> None:
    recorder = Recorder()
    made = Queue(recorder, always)
    made.wake(DEMO)
    await recorder.next_pass()
    made.wake(OTHER)
    assert await recorder.next_pass() == OTHER
    await made.close()


async def test_a_failed_pass_is_tried_again() -> None:
    recorder = Recorder(RuntimeError("the API server is away"))
    made = Queue(recorder, always)
    made.wake(DEMO)
    recorder.finish.release()
    await recorder.next_pass()
    assert await recorder.next_pass() == DEMO
    await made.close()


async def test_a_platform_made_again_gets_a_new_worker() -> None:
    recorder = Recorder(None)
    made = Queue(recorder, always)
    made.wake(DEMO)
    await recorder.next_pass()
    recorder.finish.release()
    await asyncio.wait_for(made.idle(), 5)
    made.wake(DEMO)
    assert await recorder.next_pass() == DEMO
    await made.close()


async def test_a_pass_that_never_ends_is_a_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    made = Queue(recorder, always)
    made.wake(DEMO)
    await recorder.next_pass()
    assert not made.stalled()
    monkeypatch.setattr(queue, "STALLED_SECONDS", 0.0)
    assert made.stalled()
    await made.close()


async def test_a_platform_waits_until_its_namespace_is_this_operator_s() -> None:
    recorder, held = Recorder(), asyncio.Event()

    async def permission(namespace: str) -> None:
        assert namespace == DEMO.namespace
        await held.wait()

    made = Queue(recorder, permission)
    made.wake(DEMO)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(recorder.started.get(), 0.1)
    held.set()
    assert await recorder.next_pass() == DEMO
    await made.close()
