"""The `edu` command line."""

import os
import sys

import typer

from edu_cli.bench import capacity, compare, locust, overload, soak
from edu_cli.checks import doctor
from edu_cli.checks import run as checks
from edu_cli.cluster import cli as cluster
from edu_cli.commands import audit, chaos, data, logs, mail, monitor, openapi, running
from edu_cli.errors import LocalError, explain
from edu_cli.ui import tell_error

app = typer.Typer(
    name="edu",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""EduPlatform on this machine.

    **./edu up** starts everything and prints one address; Ctrl-C ends it. What it keeps (data, keys, logs,
    mails) is in the folder .edu, or where EDU_HOME says. EDU_DEBUG=1 shows the traceback of an error.
    """,
)
app.command()(running.up)
app.command()(running.status)
app.command()(logs.logs)
app.command()(running.down)
app.command("open")(running.open_browser)
app.command()(mail.mail)
app.command()(data.seed)
app.command()(data.reset)
app.command()(locust.load)
app.command()(capacity.capacity)
app.command()(compare.compare)
app.command()(overload.overload)
app.command()(soak.soak)
app.command()(audit.audit)
app.command()(chaos.chaos)
app.command()(openapi.openapi)
app.command()(monitor.monitor)
app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(checks.run_tests)
app.add_typer(cluster.app, name="cluster")
app.command()(doctor.doctor)


def main() -> None:
    """Run the command line; an expected error is one sentence, without a traceback."""
    try:
        app(prog_name="./edu")
    except (LocalError, PermissionError) as error:
        if os.environ.get("EDU_DEBUG"):
            raise
        tell_error(explain(error) if isinstance(error, OSError) else str(error))
        sys.exit(1)
