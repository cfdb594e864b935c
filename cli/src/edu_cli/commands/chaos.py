"""`chaos`: purchases on a platform whose processes are killed all the time."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from edu_cli.chaos.run import Plan, Report, run
from edu_cli.commands.audit import show_findings
from edu_cli.commands.running import Stop, stop_on_signals
from edu_cli.devserver.platform import Platform, silent
from edu_cli.devserver.services import Ports
from edu_cli.devserver.state import default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, progress, step, tell_error
from edu_common.fault_injection.safeguards import Safeguard
from edu_seed.errors import SeedError

SHOWN = 10


def chaos(
    purchases: Annotated[int, typer.Option(help="How many courses are bought.", min=1)] = 10_000,
    kill_every: Annotated[
        float, typer.Option(help="At most so many seconds pass between two kills, at least 0.4 times as many.", min=0.1)
    ] = 0.5,
    crowd: Annotated[int, typer.Option(help="How many students buy at once.", min=1, max=200)] = 24,
    seed: Annotated[int, typer.Option(help="Of the random choices; who is killed depends on timing as well.")] = 1,
    minutes: Annotated[
        float, typer.Option(help="No purchase is begun later; what is under way then ends within 6 minutes.", min=0.1)
    ] = 60.0,
    without: Annotated[
        list[Safeguard] | None, typer.Option(help="Switch a safeguard off, to see that the audit notices.")
    ] = None,
    report_file: Annotated[Path | None, typer.Option("--report", help="Write the report there, as JSON.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Kill random processes of a platform (Postgres too) while students buy, then audit the books.

    The platform is one of its own, with its own ports and data; each student repeats a request until it is answered.
    Ends with status 1 when a promise was broken; the data then stays to be looked at.
    """
    plan = Plan(purchases, kill_every, crowd, seed, minutes, tuple(without or ()))
    platform = Platform(default_state_directory() / "chaos", Ports.free(), plan.options())
    stop_on_signals(platform)
    try:
        report = _run(platform, plan, shown=not as_json)
    except Stop:
        raise typer.Exit(130) from None
    except SeedError as error:
        raise LocalError(f"The audit could not be made: {error}") from error
    finally:
        platform.stop()
    told = json.dumps(_as_dict(report), indent=2)
    if report_file:
        report_file.write_text(told)
    console.print_json(told) if as_json else _show(report)
    if not report.kept:
        home = platform.state.root
        tell_error(f"Promises were broken. Look at it: EDU_HOME={home} ./edu audit --receipts {home}/receipts.json")
        raise typer.Exit(1)
    _discard(platform)


def _run(platform: Platform, plan: Plan, *, shown: bool) -> Report:
    _discard(platform)
    platform.start(step if shown else silent)
    if not shown:
        return run(platform, plan)
    with progress("Opening the shop") as tell:
        return run(platform, plan, tell)


def _discard(platform: Platform) -> None:
    platform.state.prepare()
    platform.postgres.discard()
    platform.state.erase()


def _show(report: Report) -> None:
    killed = ", ".join(f"{name} {count}" for name, count in report.kills.items())
    acknowledged = ", ".join(f"{count} {name}" for name, count in report.receipts.items())
    bought = f"{report.purchases} of {report.plan.purchases} purchases"
    console.print(f"{bought} in {report.seconds} s, settled {report.settled_after} s later")
    console.print(f"killed {sum(report.kills.values())} times: {killed}")
    console.print(f"acknowledged: {acknowledged}, {report.refreshed} refreshed")
    console.print(f"{report.requests} requests, of which {report.retries} repeated")
    console.print(f"{len(report.faulty)} answers were faults, such as 500\n")
    show_findings(report.findings)
    _tell_some(report.refused, "requests that were never acknowledged")
    _tell_some(report.faulty, "answers that were faults")


def _tell_some(happenings: list[str], what: str) -> None:
    for happening in happenings[:SHOWN]:
        tell_error(happening)
    if len(happenings) > SHOWN:
        tell_error(f"… and {len(happenings) - SHOWN} more {what}")


def _as_dict(report: Report) -> dict[str, Any]:
    told = asdict(report)
    del told["findings"]
    return told | {"broken": report.broken, "kept": report.kept}
