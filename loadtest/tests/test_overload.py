"""What counts as a promise that was kept under too much load, and as memory that keeps growing."""

import math
import subprocess
import sys

import pytest

from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.overload import Answer, Outcome, Phase, Promise
from edu_loadtest.open_loop.soak import Course, memory

CAPACITY = 10.0
SECONDS = 15
FAST, SLOW = 0.05, 1.5


def phase(*seconds: list[Answer]) -> Phase:
    """Answers by the second in which their requests were due."""
    return Phase("", Load(CAPACITY, SECONDS), [answer for second in seconds for answer in second])


def answers(second: int, accepted: int = 10, refused: int = 0, took: float = FAST) -> list[Answer]:
    outcomes = [Outcome.ACCEPTED] * accepted + [Outcome.REFUSED] * refused
    return [Answer(second + 0.5, took, outcome) for outcome in outcomes]


GOOD = phase(*(answers(second) for second in range(SECONDS)))
SHEDDING = phase(*(answers(second, refused=10) for second in range(SECONDS)))


def test_refusing_half_in_time_is_what_was_promised() -> None:
    assert not Promise().broken(CAPACITY, SHEDDING, GOOD)


@pytest.mark.parametrize(
    ("overload", "after", "words"),
    [
        (phase(*(answers(second, took=SLOW) for second in range(SECONDS))), GOOD, "p99 of the accepted"),
        (phase(*(answers(second, 1, 19) for second in range(SECONDS))), GOOD, "only 1 requests/s were accepted"),
        (
            phase([Answer(1, FAST, Outcome.FAILED, "list: 500")], *(answers(n) for n in range(SECONDS))),
            GOOD,
            "1 × list",
        ),
        (SHEDDING, phase(*(answers(second, 9, 1) for second in range(SECONDS))), "not well again"),
        (SHEDDING, phase(*(answers(second, took=SLOW if second < 12 else FAST) for second in range(SECONDS))), "not w"),
    ],
)
def test_a_broken_promise_is_named(overload: Phase, after: Phase, words: str) -> None:
    (told,) = Promise().broken(CAPACITY, overload, after)

    assert words in told


def test_a_platform_is_well_from_the_first_of_several_good_seconds() -> None:
    again = phase(answers(0, refused=3), answers(1), answers(2, refused=1), *(answers(n) for n in range(3, SECONDS)))

    assert GOOD.well_after(1.0) == 0
    assert again.well_after(1.0) == 3
    assert phase(*(answers(second, took=SLOW) for second in range(SECONDS))).well_after(1.0) is None


def course(*values: float) -> Course:
    return Course("", [(float(minute), value) for minute, value in enumerate(values)])


def test_memory_that_fills_caches_and_then_stays_does_not_grow() -> None:
    filling = course(*(100 + 50 * (1 - math.exp(-minute / 5)) for minute in range(60)))

    assert not filling.keeps_growing
    assert filling.slope < 10


def test_memory_that_climbs_to_the_end_grows() -> None:
    leaking = course(*(100 + minute / 2 for minute in range(60)))

    assert leaking.keeps_growing
    assert leaking.slope == pytest.approx(30)


def test_memory_that_goes_up_and_down_does_not_grow() -> None:
    assert not course(*(100 + 20 * (minute % 7) for minute in range(60))).keeps_growing


def test_nothing_can_be_said_of_a_moment() -> None:
    assert not course(100).keeps_growing
    assert course(100).slope == 0


def test_memory_is_that_of_a_process_and_its_children() -> None:
    held = "held = bytes(range(256)) * 200_000; print(flush=True); input()"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    with subprocess.Popen(  # noqa: S603 - the test's own words
        [sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline()
        taken = memory(process.pid)
        process.communicate(b"\n")

    assert taken
    assert 48 < taken < 200
    assert memory(process.pid) is None
