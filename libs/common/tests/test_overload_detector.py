"""When waiting counts as overload, by the test's own clock."""

import pytest

from edu_common.overload import CALM_SECONDS, SUSTAINED_SECONDS, OverloadDetector

TARGET = 0.1
SHORT, LONG = 0.01, 0.3


class Clock:
    """A clock that the test advances."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backlog(clock: Clock) -> OverloadDetector:
    return OverloadDetector(TARGET, clock)


def wait_for(backlog: OverloadDetector, clock: Clock, waits: list[float]) -> list[bool]:
    """Return whether it is overloaded after each of several waits, a tenth of a second apart."""
    stands: list[bool] = []
    for wait in waits:
        backlog.note(wait)
        stands.append(backlog.is_overloaded)
        clock.now += 0.1
    return stands


def test_nothing_stands_at_first(backlog: OverloadDetector) -> None:
    assert not backlog.is_overloaded


def test_long_waits_stand_once_they_have_lasted(backlog: OverloadDetector, clock: Clock) -> None:
    stands = wait_for(backlog, clock, [LONG] * 10)

    assert stands.index(True) == pytest.approx(SUSTAINED_SECONDS / 0.1, abs=1)
    assert all(stands[stands.index(True) :])


def test_a_burst_does_not_stand(backlog: OverloadDetector, clock: Clock) -> None:
    assert not any(wait_for(backlog, clock, [LONG, LONG, LONG, SHORT] * 20))


def test_one_short_wait_ends_it(backlog: OverloadDetector, clock: Clock) -> None:
    assert wait_for(backlog, clock, [LONG] * 10)[-1]

    backlog.note(SHORT)

    assert not backlog.is_overloaded


def test_soon_afterwards_one_long_wait_is_enough(backlog: OverloadDetector, clock: Clock) -> None:
    wait_for(backlog, clock, [LONG] * 10)

    assert wait_for(backlog, clock, [SHORT, LONG, SHORT, LONG]) == [False, True, False, True]


def test_after_a_calm_while_it_is_forgotten(backlog: OverloadDetector, clock: Clock) -> None:
    wait_for(backlog, clock, [LONG] * 10)
    wait_for(backlog, clock, [SHORT])
    clock.now += CALM_SECONDS

    assert not any(wait_for(backlog, clock, [LONG, LONG, SHORT]))
