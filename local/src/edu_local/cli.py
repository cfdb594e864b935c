"""The `edu` command line."""

import os
import sys

import typer

from edu_local.commands import logs, running
from edu_local.errors import LocalError
from edu_local.ui import tell_error

app = typer.Typer(
    name="edu",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""EduPlatform on this machine.

    [bold]./edu up[/] starts everything and prints one address; Ctrl-C ends it. What it keeps (data, keys, logs,
    mails) is in the folder .edu, or where EDU_HOME says. EDU_DEBUG=1 shows the traceback of an error.
    """,
)
app.command()(running.up)
app.command()(running.status)
app.command()(logs.logs)
app.command()(running.down)
app.command("open")(running.open_browser)


def main() -> None:
    """Run the command line; an expected error is one sentence, without a traceback."""
    try:
        app(prog_name="./edu")
    except LocalError as error:
        if os.environ.get("EDU_DEBUG"):
            raise
        tell_error(str(error))
        sys.exit(1)
