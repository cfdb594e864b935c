"""`test`, `doctor`, `openapi`: checks of this checkout and of this machine."""

from typing import Annotated

import typer

from edu_cli.devserver.state import State, default_state_directory
from edu_cli.ui import console, table


def run_tests(
    context: typer.Context,
    cluster: Annotated[
        bool, typer.Option("--cluster/--no-cluster", help="Include the tests on a Kubernetes cluster of kind.")
    ] = True,
) -> None:
    """Run every check: style, layers, types, and all tests.

    Each service's tests run in an environment with only that service's dependencies. Tests of the web pages run when
    a Chromium is installed, those on a cluster when docker and kind are. Further arguments go to pytest, and then
    only pytest runs:

        ./edu test services/course -k search
    """
    from edu_cli.checks import steps
    from edu_cli.checks.outcomes import Outcome

    outcomes: list[Outcome] = []
    for outcome in steps.only_pytest(context.args) if context.args else steps.everything(cluster=cluster):
        outcomes.append(outcome)
        mark = "[red]✗[/]" if outcome.failed else "[green]✓[/]"
        console.print(f"{mark} {outcome.name} [dim]{outcome.seconds:.1f} s[/]\n")
    rows = table("step", "passed", "failed", "skipped", "seconds", title="Summary")
    for outcome in outcomes:
        counts = (str(outcome.passed), str(outcome.failed), str(outcome.skipped))
        rows.add_row(outcome.name, *counts, f"{outcome.seconds:.1f}", style="red" if outcome.failed else "")
    console.print(rows)
    passed, failed, skipped = (
        sum(getattr(outcome, count) for outcome in outcomes) for count in ("passed", "failed", "skipped")
    )
    console.print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    if failed:
        raise typer.Exit(1)


def doctor() -> None:
    """Check whether this machine can run the platform."""
    from edu_cli.checks.doctor import examine

    rows = table("", "check", "result")
    findings = list(examine(State(default_state_directory())))
    for finding in findings:
        mark = "[green]✓[/]" if finding.passed else "[red]✗[/]" if finding.required else "[yellow]–[/]"
        rows.add_row(mark, finding.name, finding.detail)
    console.print(rows)
    missing = [finding.name for finding in findings if finding.required and not finding.passed]
    if missing:
        console.print(f"\nNot ready: {', '.join(missing)}.")
        raise typer.Exit(1)
    console.print("\nThis machine can run the platform: [bold]./edu up[/]")


def openapi() -> None:
    """Update the OpenAPI documents and the front end's types.

    Run it after changing an endpoint; the tests fail while the copies are outdated.
    """
    from edu_cli.checks.openapi import write_documents
    from edu_cli.checks.web_tests import prepare_build

    changed = write_documents()
    if not changed:
        console.print("The documents are up to date.")
        return
    prepare_build().run_script("api")
    console.print(f"Changed: {', '.join(changed)}. Commit frontend/src/lib/api.")
