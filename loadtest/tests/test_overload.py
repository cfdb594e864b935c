"""Whether a platform met the requirements under overload, and whether memory keeps growing."""

import math
import subprocess
import sys

import pytest

from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.overload import Outcome, Phase, Requirements, Response
from edu_loadtest.open_loop.soak import MemorySeries, private_memory

CAPACITY = 10.0
SECONDS = 15
FAST, SLOW = 0.05, 1.5


def phase(*seconds: list[Response]) -> Phase:
    """Return a phase with these responses, by the second in which their requests were due."""
    return Phase("", Load(CAPACITY, SECONDS), [response for second in seconds for response in second])


def responses(second: int, accepted: int = 10, rejected: int = 0, took: float = FAST) -> list[Response]:
    outcomes = [Outcome.ACCEPTED] * accepted + [Outcome.REJECTED] * rejected
    return [Response(second + 0.5, took, outcome) for outcome in outcomes]


GOOD = phase(*(responses(second) for second in range(SECONDS)))
SHEDDING = phase(*(responses(second, rejected=10) for second in range(SECONDS)))


def test_rejecting_half_in_time_meets_the_requirements() -> None:
    assert not Requirements().violations(CAPACITY, SHEDDING, GOOD)


@pytest.mark.parametrize(
    ("overload", "after", "expected"),
    [
        (phase(*(responses(second, took=SLOW) for second in range(SECONDS))), GOOD, "p99 of the accepted"),
        (phase(*(responses(second, 1, 19) for second in range(SECONDS))), GOOD, "only 1 requests/s were accepted"),
        (
            phase([Response(1, FAST, Outcome.FAILED, "list: 500")], *(responses(n) for n in range(SECONDS))),
            GOOD,
            "1 × list",
        ),
        (SHEDDING, phase(*(responses(second, 9, 1) for second in range(SECONDS))), "had not recovered"),
        (
            SHEDDING,
            phase(*(responses(second, took=SLOW if second < 12 else FAST) for second in range(SECONDS))),
            "had not recovered",
        ),
    ],
)
def test_a_missed_requirement_is_named(overload: Phase, after: Phase, expected: str) -> None:
    (violation,) = Requirements().violations(CAPACITY, overload, after)

    assert expected in violation


def test_a_platform_has_recovered_from_the_first_of_several_good_seconds() -> None:
    again = phase(
        responses(0, rejected=3), responses(1), responses(2, rejected=1), *(responses(n) for n in range(3, SECONDS))
    )

    assert GOOD.recovered_after(1.0) == 0
    assert again.recovered_after(1.0) == 3
    assert phase(*(responses(second, took=SLOW) for second in range(SECONDS))).recovered_after(1.0) is None


def series(*values: float) -> MemorySeries:
    return MemorySeries("", [(float(minute), value) for minute, value in enumerate(values)])


def test_memory_that_fills_caches_and_then_stays_does_not_grow() -> None:
    filling = series(*(100 + 50 * (1 - math.exp(-minute / 5)) for minute in range(60)))

    assert not filling.keeps_growing
    assert filling.slope < 10


def test_memory_that_climbs_to_the_end_grows() -> None:
    leaking = series(*(100 + minute / 2 for minute in range(60)))

    assert leaking.keeps_growing
    assert leaking.slope == pytest.approx(30)


def test_memory_that_goes_up_and_down_does_not_grow() -> None:
    assert not series(*(100 + 20 * (minute % 7) for minute in range(60))).keeps_growing


def test_a_single_point_shows_no_growth() -> None:
    assert not series(100).keeps_growing
    assert series(100).slope == 0


def test_memory_is_that_of_a_process_and_its_children() -> None:
    script = "data = bytes(range(256)) * 200_000; print(flush=True); input()"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {script!r}])"
    with subprocess.Popen(  # noqa: S603 - the test's own command
        [sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline()
        mebibytes = private_memory(process.pid)
        process.communicate(b"\n")

    assert mebibytes
    assert 48 < mebibytes < 200
    assert private_memory(process.pid) is None
