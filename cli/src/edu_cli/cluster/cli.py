"""The subcommands of `edu cluster`."""

import typer

from edu_cli.cluster import build, commands, compare

app = typer.Typer(no_args_is_help=True, help="The platform on a Kubernetes cluster of kind.")
app.command()(commands.up)
app.command()(commands.status)
app.command()(commands.down)
app.command()(build.build)
app.command()(compare.compare)
app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(commands.run_tests)
