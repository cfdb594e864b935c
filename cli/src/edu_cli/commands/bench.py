"""`bench`: measurements of a running platform, and comparisons of two."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from edu_cli.devserver.seeding import Size
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError

if TYPE_CHECKING:
    from edu_cli.bench.compare import Comparison
    from edu_loadtest.open_loop.driver import Load

app = typer.Typer(no_args_is_help=True, help="Measure the platform: capacity, comparison, overload, soak, users.")


def _report(name: str) -> typer.models.OptionInfo:
    return typer.Option(help=f"Folder that gets {name}.json, .csv, .html and .svg.", file_okay=False)


@app.command()
def capacity(
    target: Annotated[
        str | None, typer.Option(help="URL of a platform that runs elsewhere; by default the one of ./edu up.")
    ] = None,
    direct: Annotated[
        bool, typer.Option("--direct", help="Send requests to the services, bypassing the gateway.")
    ] = False,
    p99: Annotated[float, typer.Option(help="Highest p99 latency to allow, in ms.", min=1)] = 200,
    errors: Annotated[float, typer.Option(help="Percentage of errors to allow.", min=0, max=100)] = 0,
    requests: Annotated[
        str, typer.Option("--mix", help="standard, or operations by weight: search=2,login=1.")
    ] = "standard",
    rate: Annotated[float | None, typer.Option(help="Measure this rate only, without a search.", min=0.1)] = None,
    start: Annotated[float, typer.Option(help="The first rate to try.", min=1)] = 50,
    duration: Annotated[float, typer.Option(help="How long each rate is measured, in seconds.", min=1)] = 8,
    arrivals: Annotated[Literal["poisson", "constant"], typer.Option(help="How requests arrive.")] = "poisson",
    size: Annotated[
        Size | None, typer.Option(help="Size of the demonstration data at --target, whose accounts are used.")
    ] = None,
    report: Annotated[Path | None, _report("capacity")] = None,
) -> None:
    """Find the highest rate of requests with p99 below a limit and no errors, and the bottleneck beyond it.

    Requests arrive at a fixed rate, whether or not earlier ones have been answered, and their latency counts from
    when they were due. The rate is doubled until it fails, then narrowed down to 5 %, then confirmed by a run of
    twice the length; this takes two to four minutes. Start the platform with --rate-limits off.
    """
    import uvloop

    from edu_cli.bench.capacity import CapacitySearch
    from edu_cli.bench.target import find_target, parse_mix
    from edu_loadtest.open_loop.capacity import RateSearch
    from edu_loadtest.open_loop.driver import Arrivals
    from edu_loadtest.open_loop.steps import Goal

    weights = parse_mix(requests)
    found = find_target(target, size, direct=direct)
    search = CapacitySearch(found, Goal(p99, errors), weights, duration, Arrivals(arrivals))
    uvloop.run(search.run(RateSearch(start), rate))
    search.show()
    if report:
        search.write(report)
    if not search.capacity:
        raise typer.Exit(1)


@app.command()
def compare(
    a: Annotated[
        str | None, typer.Argument(help="A profile or settings: baseline, course.DB_POOL_SIZE=5, CACHE=none, …")
    ] = None,
    b: Annotated[str | None, typer.Argument(help="What to compare it with.")] = None,
    build: Annotated[
        list[Path] | None,
        typer.Option(help="A checkout to compare instead of settings; give it twice.", file_okay=False, exists=True),
    ] = None,
    rounds: Annotated[int, typer.Option(help="How often each variant is measured.", min=1, max=20)] = 3,
    rate: Annotated[float, typer.Option(help="Requests per second, all operations together.", min=1)] = 50,
    duration: Annotated[float, typer.Option(help="Length of a round in seconds.", min=1, max=120)] = 12,
    requests: Annotated[
        str | None,
        typer.Option(
            "--mix",
            help="standard, or operations by weight: search=2,login=1. By default reads and sign-ins for settings, "
            "the standard mix for builds.",
        ),
    ] = None,
    size: Annotated[Size, typer.Option(help="The demonstration data to compare on.")] = "full",
    capacity: Annotated[
        bool, typer.Option("--capacity", help="Also search for the capacity in each round, two to four minutes each.")
    ] = False,
    report: Annotated[Path | None, _report("compare")] = None,
) -> None:
    """Measure two settings or two builds in turns, A B A B, and show their latencies side by side.

    `compare A B` runs a separate platform of this checkout with two settings; its data is kept for the next time.
    `compare --build PATH --build PATH` runs two checkouts, one at a time, each by its own ./edu with its own data and
    ports. In each round both receive the same requests at the same times, at a low and fixed rate; latencies count
    from when a request was due. Ratios are B / A.
    """
    from edu_cli.bench.target import parse_mix
    from edu_loadtest.open_loop.driver import Load

    load = Load(rate, duration)
    if build:
        if a or len(build) != 2:
            raise LocalError("Give --build twice and no settings, or two settings and no --build.")
        comparison = _compare_builds(build, size, load, rounds, parse_mix(requests or "standard"), capacity=capacity)
    else:
        if not a or not b:
            raise LocalError("Name two variants to compare, such as: ./edu bench compare baseline standard")
        comparison = _compare_settings(a, b, size, load, rounds, requests, capacity=capacity)
    comparison.show()
    if report:
        comparison.write(report)


def _compare_builds(
    paths: list[Path], size: Size, load: "Load", rounds: int, weights: dict[str, float] | None, *, capacity: bool
) -> "Comparison":
    import uvloop

    from edu_cli.bench import builds

    if size == "x10":
        raise LocalError("Builds are compared on the small or the full data: ./edu up knows no other.")
    a, b = (builds.Build.at(path, size) for path in paths)
    builds.prepare((a, b))
    return uvloop.run(builds.compare(a, b, load, rounds, weights=weights, capacity=capacity))


def _compare_settings(
    a: str, b: str, size: Size, load: "Load", rounds: int, requests: str | None, *, capacity: bool
) -> "Comparison":
    import uvloop

    from edu_cli.bench import settings
    from edu_cli.bench.target import parse_mix
    from edu_cli.devserver.platform import Options, Platform
    from edu_cli.devserver.services import Ports
    from edu_cli.ui import step

    variants = settings.Settings.parse(a), settings.Settings.parse(b)
    weights = parse_mix(requests) if requests else settings.OPERATIONS
    os.environ["SEED_SIZE"] = size
    folder = default_state_directory() / f"compare-{size}"
    platform = Platform(folder, Ports.free(), Options(rate_limits="off", seed=size))
    try:
        platform.start(step)
        return uvloop.run(settings.compare(*variants, platform, load, rounds, weights=weights, capacity=capacity))
    finally:
        platform.stop(step)


@app.command()
def overload(
    rate: Annotated[
        float | None, typer.Option(help="The capacity in requests per second; measured first when not given.", min=1)
    ] = None,
    factor: Annotated[float, typer.Option(help="Multiple of the capacity to send.", min=1)] = 2,
    duration: Annotated[float, typer.Option(help="Length of the overload in seconds.", min=2, max=600)] = 15,
    p99: Annotated[float, typer.Option(help="Highest p99 latency of accepted requests to allow, in ms.")] = 1000,
    report: Annotated[Path | None, _report("overload")] = None,
) -> None:
    """Send twice the platform's capacity, then half of it, and report how the platform coped.

    It must answer what it accepts in time, reject the rest with 503, fail no request, and recover within ten
    seconds; status 1 says that it did not. Start the platform with --rate-limits off.
    """
    import uvloop

    from edu_cli.bench.overload import Overload, measure_capacity
    from edu_cli.bench.target import find_target
    from edu_loadtest.open_loop.overload import Requirements

    target = find_target()
    run = Overload(rate or measure_capacity(target), factor, duration, Requirements(p99=p99))
    uvloop.run(run.run(target))
    run.show()
    if report:
        run.write(report)
    if run.violations:
        raise typer.Exit(1)


@app.command()
def soak(
    rate: Annotated[float, typer.Option(help="The platform's capacity, as ./edu bench capacity finds it.", min=1)],
    minutes: Annotated[float, typer.Option(help="How long half of it is sent.", min=0.1)] = 60,
    distinct: Annotated[
        bool, typer.Option("--distinct", help="Request every URL once, most of them unknown, instead of the mix.")
    ] = False,
    report: Annotated[Path | None, _report("soak")] = None,
) -> None:
    """Send half the platform's capacity for a long time, and check whether memory keeps growing.

    With --distinct no two requests have the same URL: search words, filters, ids and paths of all services and pages
    that no one requested before. Whatever remembers them without a bound then grows with every request.

    Status 1 says that a process used more memory in each fifth of the time than in the one before, or was
    restarted. Start the platform with --rate-limits off.
    """
    import uvloop

    from edu_cli.bench.soak import Soak
    from edu_cli.bench.target import find_target
    from edu_loadtest.open_loop.distinct import distinct_urls
    from edu_loadtest.open_loop.virtual_users import standard_mix

    run = Soak(find_target(), rate / 2, minutes, distinct_urls if distinct else standard_mix)
    uvloop.run(run.run())
    run.show()
    if report:
        run.write(report)
    if run.violations:
        raise typer.Exit(1)


@app.command()
def locust(
    users: Annotated[int, typer.Option(help="How many users are active at once.", min=1)] = 50,
    spawn_rate: Annotated[float, typer.Option(help="How many of them start per second.", min=0.1)] = 10,
    duration: Annotated[int, typer.Option(help="Seconds from the first user to the end.", min=1)] = 60,
    report: Annotated[
        Path | None, typer.Option(help="Folder that gets report.html, load.json and load_*.csv.", file_okay=False)
    ] = None,
) -> None:
    """Let students, searchers and teachers (7 : 2 : 1) use the running platform, by Locust.

    Any error response counts as a failure, and the command then ends with status 1. Start the platform with
    --rate-limits off, or the limits are what you measure.
    """
    from edu_cli.bench.locust import run

    if not run(State(default_state_directory()), users, spawn_rate, duration, report):
        raise typer.Exit(1)
