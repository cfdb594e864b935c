"""The command line of a service: `python -m edu_<service> serve` and `… migrate`."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
import typer
from pydantic import ValidationError

from edu_common.database import migrations
from edu_common.observability import logging
from edu_common.settings import Misconfigured, ServiceSettings

log = structlog.get_logger(__name__)

SettingsT = TypeVar("SettingsT", bound=ServiceSettings)

Revision = Annotated[str, typer.Argument(help="Revision to go to, head for the newest.")]
Summary = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the revision that was reached there, as JSON.")
]


def main(package: str, settings_type: type[SettingsT], application: str) -> None:
    """Serve or migrate, depending on the arguments.

    `application` is `module:function`; the function creates the application from its settings. It is imported only by
    `serve`, since a migration needs none of it.
    """
    app = typer.Typer(
        help=f"The {settings_type.service} service. Settings: environment variables, see docs/reference/settings.md.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # plain text, which is read in logs
        pretty_exceptions_enable=False,
    )

    @app.command(help="Serve requests until stopped.")
    def serve() -> None:  # pyright: ignore[reportUnusedFunction] - a command
        _serve(application, _settings(settings_type))

    @app.command(help="Bring the database to a revision.")
    def migrate(revision: Revision = "head", summary: Summary = None) -> None:  # pyright: ignore[reportUnusedFunction]
        _migrate(package, _settings(settings_type), revision, summary)

    app(prog_name=f"python -m {package}")


def _settings(settings_type: type[SettingsT]) -> SettingsT:
    """Return the settings, which also configure the log; exit with a sentence when some are missing or wrong."""
    try:
        settings = settings_type()  # pyright: ignore[reportCallIssue] - the environment fills it
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in item['loc']).upper()}: {item['msg']}" for item in error.errors()]
        sys.exit("Settings are missing or wrong; set these environment variables:\n  " + "\n  ".join(faults))
    logging.configure(settings.service, settings.log_level)
    return settings


def _migrate(package: str, settings: ServiceSettings, revision: str, summary: Path | None) -> None:
    try:
        reached = migrations.upgrade(package, settings.database_url.get_secret_value(), revision)
    except Misconfigured as fault:
        sys.exit(str(fault))
    log.info("migrated", revision=reached)
    if summary:
        summary.write_text(json.dumps({"revision": reached}))


def _serve(application: str, settings: ServiceSettings) -> None:
    from edu_common.web.server import serve

    module, _, create = application.partition(":")
    try:
        serve(getattr(import_module(module), create)(settings), settings)
    except Misconfigured as fault:
        sys.exit(str(fault))
