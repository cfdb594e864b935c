"""The search for the highest rate, on curves that are known, and the judgement of what gave out."""

import pytest

from edu_loadtest.open_loop.capacity import Search, find_capacity
from edu_loadtest.open_loop.resources import Kind, Use, gave_out
from edu_loadtest.open_loop.scrape import parse

METRICS = """\
# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
process_cpu_seconds_total 12.5
db_pool_size{service="course"} 10.0
db_pool_wait_seconds_bucket{le="0.001",service="course"} 7.0
db_pool_wait_seconds_sum{service="course"} 0.5
db_pool_wait_seconds_count{service="course"} 10.0
cache_requests_total{cache="lists",result="hit",service="course"} 3.0
cache_requests_total{cache="courses",result="hit",service="course"} 4.0
cache_requests_total{cache="lists",result="miss",service="course"} 5.0
http_requests_total{method="GET"} 4.0
"""


async def found(limit: float, start: float = 50, confirmed: float = float("inf")) -> tuple[float, list[float]]:
    """What is found on a platform that holds rates up to `limit`, and the rates tried."""
    tried: list[float] = []

    async def holds(rate: float) -> bool:
        tried.append(rate)
        return rate <= limit

    async def confirms(rate: float) -> bool:
        tried.append(rate)
        return rate <= min(limit, confirmed)

    return await find_capacity(Search(start), holds, confirms), tried


@pytest.mark.parametrize("limit", [3, 49, 50, 51, 109, 640, 1000, 7_300])
async def test_the_highest_rate_is_found_to_five_percent(limit: float) -> None:
    capacity, tried = await found(limit)

    assert limit / 1.06 <= capacity <= limit
    assert len(tried) <= 16


async def test_a_platform_that_holds_nothing_has_no_capacity() -> None:
    capacity, tried = await found(0.1)

    assert capacity == 0
    assert len(tried) < 10


async def test_a_rate_that_a_longer_run_does_not_confirm_is_lowered() -> None:
    capacity, _ = await found(1000, confirmed=930)

    assert 850 <= capacity <= 930


async def test_what_is_never_confirmed_does_not_count() -> None:
    capacity, _ = await found(1000, confirmed=1)

    assert capacity == 0


def test_metrics_are_summed_over_labels() -> None:
    scrape = parse(METRICS)

    assert scrape.get("process_cpu_seconds_total") == 12.5
    assert scrape.mean("db_pool_wait_seconds") == 0.05
    assert scrape.get("cache_requests_total hit") == 7
    assert scrape.get("cache_requests_total") == 5
    assert scrape.get("http_requests_total") == 0
    assert scrape.since(parse(METRICS)).mean("db_pool_wait_seconds") == 0


def use(kind: Kind, part: float) -> Use:
    return Use(kind, kind.name, part, "")


@pytest.mark.parametrize(
    ("uses", "first"),
    [
        ([use(Kind.POOL, 1.0), use(Kind.PROCESS, 0.4), use(Kind.MACHINE, 0.5)], Kind.POOL),
        ([use(Kind.POOL, 1.0), use(Kind.PROCESS, 0.97), use(Kind.MACHINE, 0.9)], Kind.PROCESS),
        ([use(Kind.POOL, 1.0), use(Kind.DATABASE, 0.5), use(Kind.MACHINE, 0.99)], Kind.MACHINE),
        ([use(Kind.MACHINE, 1.0), use(Kind.OTHERS, 0.4)], Kind.OTHERS),
        ([use(Kind.DRIVER, 0.9), use(Kind.PROCESS, 0.95)], Kind.DRIVER),
        ([use(Kind.HASHING, 1.5), use(Kind.PROCESS, 0.5)], Kind.HASHING),
    ],
)
def test_a_cause_is_named_before_what_it_brings_about(uses: list[Use], first: Kind) -> None:
    named = gave_out(uses)

    assert named
    assert named.kind is first


def test_nothing_is_named_when_nothing_is_used_up() -> None:
    assert gave_out([use(Kind.POOL, 0.6), use(Kind.MACHINE, 0.5)]) is None
