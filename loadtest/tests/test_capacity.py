"""The search for the highest rate on platforms with a known limit, and the choice of the bottleneck."""

import pytest

from edu_loadtest.open_loop.capacity import RateSearch, find_capacity
from edu_loadtest.open_loop.resources import Kind, Usage, bottleneck
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
    """Return the capacity of a platform that sustains rates up to `limit`, and the rates tried."""
    tried: list[float] = []

    async def passes(rate: float) -> bool:
        tried.append(rate)
        return rate <= limit

    async def confirms(rate: float) -> bool:
        tried.append(rate)
        return rate <= min(limit, confirmed)

    return await find_capacity(RateSearch(start), passes, confirms), tried


@pytest.mark.parametrize("limit", [3, 49, 50, 51, 109, 640, 1000, 7_300])
async def test_the_highest_rate_is_found_to_five_percent(limit: float) -> None:
    capacity, tried = await found(limit)

    assert limit / 1.06 <= capacity <= limit
    assert len(tried) <= 16


async def test_a_platform_that_sustains_no_rate_has_no_capacity() -> None:
    capacity, tried = await found(0.1)

    assert capacity == 0
    assert len(tried) < 10


async def test_a_rate_that_a_longer_run_does_not_confirm_is_lowered() -> None:
    capacity, _ = await found(1000, confirmed=930)

    assert 850 <= capacity <= 930


async def test_a_rate_that_is_never_confirmed_does_not_count() -> None:
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


def usage(kind: Kind, fraction: float) -> Usage:
    return Usage(kind, kind.name, fraction, "")


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([usage(Kind.POOL, 1.0), usage(Kind.PROCESS, 0.4), usage(Kind.MACHINE, 0.5)], Kind.POOL),
        ([usage(Kind.POOL, 1.0), usage(Kind.PROCESS, 0.97), usage(Kind.MACHINE, 0.9)], Kind.PROCESS),
        ([usage(Kind.POOL, 1.0), usage(Kind.DATABASE, 0.5), usage(Kind.MACHINE, 0.99)], Kind.MACHINE),
        ([usage(Kind.MACHINE, 1.0), usage(Kind.OTHERS, 0.4)], Kind.OTHERS),
        ([usage(Kind.DRIVER, 0.9), usage(Kind.PROCESS, 0.95)], Kind.DRIVER),
        ([usage(Kind.HASHING, 1.5), usage(Kind.PROCESS, 0.5)], Kind.HASHING),
    ],
)
def test_a_cause_is_named_before_its_effects(resources: list[Usage], expected: Kind) -> None:
    named = bottleneck(resources)

    assert named
    assert named.kind is expected


def test_nothing_is_named_when_nothing_is_saturated() -> None:
    assert bottleneck([usage(Kind.POOL, 0.6), usage(Kind.MACHINE, 0.5)]) is None
