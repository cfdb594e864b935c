"""The `edu` command line."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from edu_cli.commands import bench, chaos, checks, cluster, data, logs, platform
from edu_cli.errors import LocalError, explain
from edu_cli.ui import print_error, warn

Parameters = ParamSpec("Parameters")

app = typer.Typer(
    name="edu",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""EduPlatform on this machine.

    **./edu up** starts everything and prints one URL; Ctrl-C ends it. Its state (data, keys, logs, mails) is in the
    folder .edu, or the one that EDU_HOME names. EDU_DEBUG=1 shows the traceback of an error.
    """,
)

RUN, DATA, TEST, MEASURE, KUBERNETES = "Run", "Data", "Test", "Measure", "Kubernetes"

app.command(rich_help_panel=RUN)(platform.up)
app.command(rich_help_panel=RUN)(platform.status)
app.command(rich_help_panel=RUN)(logs.logs)
app.command(rich_help_panel=RUN)(platform.down)
app.command("open", rich_help_panel=RUN)(platform.open_browser)
app.command(rich_help_panel=RUN)(logs.mail)
app.command(rich_help_panel=RUN)(platform.monitor)
app.command(rich_help_panel=DATA)(data.seed)
app.command(rich_help_panel=DATA)(data.reset)
app.command(rich_help_panel=DATA)(data.audit)
app.command("test", rich_help_panel=TEST, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    checks.run_tests
)
app.command(rich_help_panel=TEST)(checks.doctor)
app.command(rich_help_panel=TEST)(checks.openapi)
app.command(rich_help_panel=TEST)(chaos.chaos)
app.add_typer(bench.app, name="bench", rich_help_panel=MEASURE)
app.add_typer(cluster.app, name="cluster", rich_help_panel=KUBERNETES)


def _add_alias(old: str, new: str, command: Callable[Parameters, None]) -> None:
    """Keep the old name of a command for one release, hidden."""

    @wraps(command)
    def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        warn(f"`./edu {old}` is now `./edu {new}`; the old name will be removed in the next release.")
        command(*arguments, **options)

    app.command(old, hidden=True)(run)


_add_alias("capacity", "bench capacity", bench.capacity)
_add_alias("compare", "bench compare", bench.compare)
_add_alias("overload", "bench overload", bench.overload)
_add_alias("soak", "bench soak", bench.soak)
_add_alias("load", "bench locust", bench.locust)


def main() -> None:
    """Run the command line; an expected error is printed as one sentence, without a traceback."""
    try:
        app(prog_name="./edu")
    except (LocalError, PermissionError) as error:
        if os.environ.get("EDU_DEBUG"):
            raise
        print_error(explain(error) if isinstance(error, OSError) else str(error))
        sys.exit(1)
