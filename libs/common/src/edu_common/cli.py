"""The command line of a service: `python -m edu_<service> serve` and `… migrate`."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import structlog
from pydantic import ValidationError

from edu_common.database import migrations
from edu_common.observability import logging
from edu_common.settings import Misconfigured, ServiceSettings

log = structlog.get_logger(__name__)

SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


def main(package: str, settings_type: type[SettingsT], application: str) -> None:
    """Serve or migrate, depending on the arguments.

    `application` is `module:function`; the function creates the application from its settings. It is imported only by
    `serve`, since a migration needs none of it.
    """
    arguments = _parser(package, settings_type.service).parse_args()
    settings = _settings(settings_type)
    logging.configure(settings.service, settings.log_level)
    if arguments.command == "migrate":
        try:
            reached = migrations.upgrade(package, settings.database_url.get_secret_value(), arguments.revision)
        except Misconfigured as fault:
            sys.exit(str(fault))
        log.info("migrated", revision=reached)
        if arguments.summary:
            arguments.summary.write_text(json.dumps({"revision": reached}))
    else:
        _serve(application, settings)


def _parser(package: str, service: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=f"The {service} service. Settings come from the environment; see docs/reference/settings.md.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve requests until stopped")
    migrate = commands.add_parser("migrate", help="bring the database to a revision")
    migrate.add_argument("revision", nargs="?", default="head", help="revision to go to (default: the newest)")
    migrate.add_argument(
        "--summary", type=Path, metavar="FILE", help="write the revision that was reached there, as JSON"
    )
    return parser


def _settings(settings_type: type[SettingsT]) -> SettingsT:
    try:
        return settings_type()  # pyright: ignore[reportCallIssue] - the environment fills it
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in item['loc']).upper()}: {item['msg']}" for item in error.errors()]
        sys.exit("Settings are missing or wrong; set these environment variables:\n  " + "\n  ".join(faults))


def _serve(application: str, settings: ServiceSettings) -> None:
    from edu_common.web.server import serve

    module, _, create = application.partition(":")
    try:
        serve(getattr(import_module(module), create)(settings), settings)
    except Misconfigured as fault:
        sys.exit(str(fault))
