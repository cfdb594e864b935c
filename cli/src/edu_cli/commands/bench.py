"""`bench`: measurements of a running platform, and comparisons of two."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from edu_cli.devserver.seeding import Size
from edu_cli.devserver.state import State, default_state_directory

app = typer.Typer(no_args_is_help=True, help="Measure the platform: capacity, comparison, overload, soak, users.")

ROUNDS = 3


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

    from edu_cli.bench.capacity import CapacitySearch, find_target, parse_mix
    from edu_loadtest.open_loop.capacity import Search
    from edu_loadtest.open_loop.driver import Arrivals
    from edu_loadtest.open_loop.steps import Goal

    weights = parse_mix(requests)
    found = find_target(target, size, direct=direct)
    search = CapacitySearch(found, Goal(p99, errors), weights, duration, Arrivals(arrivals))
    uvloop.run(search.run(rate, Search(start)))
    if report:
        search.write(report)
    if not search.capacity:
        raise typer.Exit(1)


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="A profile or settings: baseline, course.DB_POOL_SIZE=5, CACHE=none, …")],
    b: Annotated[str, typer.Argument(help="What to compare it with.")],
    rounds: Annotated[int, typer.Option(help="How often each variant is measured.", min=1, max=5)] = ROUNDS,
    rate: Annotated[float, typer.Option(help="Requests per second, all operations together.", min=1)] = 50,
    duration: Annotated[float, typer.Option(help="Length of a round in seconds.", min=1, max=60)] = 12,
    size: Annotated[Size, typer.Option(help="The demonstration data to compare on.")] = "full",
    report: Annotated[Path | None, _report("compare")] = None,
) -> None:
    """Measure two settings in turns, A B A B, and show the latencies of each operation side by side.

    It runs a separate platform, whose data is kept for the next comparison. The requests are searches for frequent
    and for rare words, lists, curricula, sign-ins and /me, at a low and fixed rate, timed from when each was due.
    """
    import uvloop

    from edu_cli.bench.compare import Comparison, Variant
    from edu_cli.devserver.platform import Options, Platform
    from edu_cli.devserver.services import Ports
    from edu_cli.ui import step
    from edu_loadtest.open_loop.driver import Load

    comparison = Comparison(Variant.parse(a), Variant.parse(b), Load(rate, duration))
    os.environ["SEED_SIZE"] = size
    platform = Platform(
        default_state_directory() / f"compare-{size}", Ports.free(), Options(rate_limits="off", seed=size)
    )
    try:
        platform.start(step)
        uvloop.run(comparison.run(platform, rounds))
    finally:
        platform.stop(step)
    comparison.show()
    if report:
        comparison.write(report)


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

    from edu_cli.bench.capacity import find_target
    from edu_cli.bench.overload import Overload, measure_capacity
    from edu_loadtest.open_loop.overload import Promise

    target = find_target()
    run = Overload(rate or measure_capacity(target), factor, duration, Promise(p99=p99))
    uvloop.run(run.run(target))
    run.show()
    if report:
        run.write(report)
    if run.broken:
        raise typer.Exit(1)


@app.command()
def soak(
    rate: Annotated[float, typer.Option(help="The platform's capacity, as ./edu bench capacity finds it.", min=1)],
    minutes: Annotated[float, typer.Option(help="How long half of it is sent.", min=0.1)] = 60,
    report: Annotated[Path | None, _report("soak")] = None,
) -> None:
    """Send half the platform's capacity for a long time, and check whether memory keeps growing.

    Status 1 says that a process used more memory in each fifth of the time than in the one before, or was
    restarted. Start the platform with --rate-limits off.
    """
    import uvloop

    from edu_cli.bench.capacity import find_target
    from edu_cli.bench.soak import Soak

    run = Soak(find_target(), rate / 2, minutes)
    uvloop.run(run.run())
    run.show()
    if report:
        run.write(report)
    if run.broken:
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
