"""The subcommands of `edu cluster`."""

import typer

from edu_local.cluster import build

app = typer.Typer(no_args_is_help=True, help="The platform on a Kubernetes cluster of kind.")
app.command()(build.build)
