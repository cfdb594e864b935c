"""`chaos`: purchases on a platform whose processes are killed all the time."""

import json
from pathlib import Path
from typing import Annotated

import typer

from edu_cli.devserver.platform import Platform, no_step
from edu_cli.devserver.runner import Stop, stop_on_signals
from edu_cli.devserver.services import Ports
from edu_cli.devserver.state import default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, print_error, progress, step


def chaos(
    purchases: Annotated[int, typer.Option(help="How many courses are bought.", min=1)] = 10_000,
    kill_every: Annotated[
        float, typer.Option(help="Longest time between two kills, in seconds; the shortest is 0.4 times that.", min=0.1)
    ] = 0.5,
    students: Annotated[
        int, typer.Option("--students", "--crowd", help="How many students buy at once.", min=1, max=200)
    ] = 24,
    seed: Annotated[
        int, typer.Option(help="Seed of the random choices; which process is killed depends on timing as well.")
    ] = 1,
    minutes: Annotated[
        float, typer.Option(help="No purchase starts later; those under way then end within 6 minutes.", min=0.1)
    ] = 60.0,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Disable a safeguard, to see that the audit notices.", metavar="inbox|idempotency"),
    ] = None,
    report_file: Annotated[
        Path | None, typer.Option("--report", help="Write the report to this file, as JSON.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Kill processes while students buy, then audit the databases.

    Random processes, Postgres included, of a separate platform with its own ports and data are killed; each student
    retries a request until it is answered.
    Ends with status 1 when an invariant was violated; the data then stays for inspection.
    """
    from edu_cli.chaos.report import as_dict, show
    from edu_cli.chaos.run import Plan, Report, run
    from edu_common.fault_injection.safeguards import Safeguard
    from edu_seed.errors import SeedError

    try:
        disabled = tuple(map(Safeguard, without or ()))
    except ValueError as error:
        raise typer.BadParameter(f"{error}. Safeguards are {', '.join(Safeguard)}.") from error
    plan = Plan(purchases, kill_every, students, seed, minutes, disabled)
    platform = Platform(default_state_directory() / "chaos", Ports.free(), plan.options())

    def execute() -> Report:
        _discard(platform)
        platform.start(no_step if as_json else step)
        if as_json:
            return run(platform, plan)
        with progress("Opening the shop") as update:
            return run(platform, plan, update)

    stop_on_signals(platform)
    try:
        report = execute()
    except Stop:
        raise typer.Exit(130) from None
    except SeedError as error:
        raise LocalError(f"The audit failed: {error}") from error
    finally:
        platform.stop()
    document = json.dumps(as_dict(report), indent=2)
    if report_file:
        report_file.write_text(document)
    console.print_json(document) if as_json else show(report)
    if not report.passed:
        home = platform.state.root
        print_error(f"Invariants were violated. Inspect: EDU_HOME={home} ./edu audit --receipts {home}/receipts.json")
        raise typer.Exit(1)
    _discard(platform)


def _discard(platform: Platform) -> None:
    platform.state.prepare()
    platform.postgres.discard()
    platform.state.erase()
