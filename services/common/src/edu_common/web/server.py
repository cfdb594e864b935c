"""The process of a service: `python -m edu_<service> serve` and `… migrate`."""

import argparse
import sys
from collections.abc import Callable
from socket import SO_REUSEADDR, SO_REUSEPORT, SOCK_STREAM, SOL_SOCKET, getaddrinfo, socket
from threading import Timer
from types import FrameType
from typing import TypeVar

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from edu_common import logging, migrations
from edu_common.runtime import Runtime
from edu_common.settings import ServiceSettings

log = structlog.get_logger(__name__)

GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 30
BACKLOG = 2048


SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


def main(package: str, settings_type: type[SettingsT], create: Callable[[SettingsT], FastAPI]) -> None:
    """The command line of a service."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=f"The {settings_type.service} service. Settings come from the environment; see docs/settings.md.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve requests until stopped")
    migrate = commands.add_parser("migrate", help="bring the database to a revision")
    migrate.add_argument("revision", nargs="?", default="head", help="revision to go to (default: the newest)")
    arguments = parser.parse_args()
    settings = _settings(settings_type)
    logging.configure(settings.service, settings.log_level)
    if arguments.command == "migrate":
        migrations.upgrade(package, settings.database_url.get_secret_value(), arguments.revision)
        log.info("migrated", revision=arguments.revision)
    else:
        serve(create(settings), settings)


def _settings(settings_type: type[SettingsT]) -> SettingsT:
    try:
        return settings_type()  # pyright: ignore[reportCallIssue] - the environment fills it
    except ValidationError as error:
        faults = [f"{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        sys.exit("Settings are missing or wrong; set these environment variables:\n  " + "\n  ".join(faults))


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until SIGTERM or SIGINT: readiness goes first, then the listener, then what is in flight."""
    log.info("serving", host=settings.host, port=settings.listen_port)
    DrainingServer(configuration(app, settings), app.state.runtime).run(listeners(settings))


def listeners(settings: ServiceSettings) -> list[socket] | None:
    """The port that processes share and this process's own; None where one port is all, which uvicorn opens."""
    if not settings.process_port:
        return None
    return [_bind(settings.host, settings.listen_port, shared=True), _bind(settings.host, settings.process_port)]


def _bind(host: str, port: int, *, shared: bool = False) -> socket:
    family, kind, protocol, _, address = getaddrinfo(host, port, type=SOCK_STREAM)[0]
    listener = socket(family, kind, protocol)
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    listener.setsockopt(SOL_SOCKET, SO_REUSEPORT, shared)
    listener.bind(address)
    return listener


def configuration(app: FastAPI, settings: ServiceSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.listen_port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `client_address` alone decides whom to believe
        log_config=None,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class DrainingServer(uvicorn.Server):
    """Tells readiness first, so that a balancer stops sending before the listener closes."""

    def __init__(self, config: uvicorn.Config, runtime: Runtime) -> None:
        super().__init__(config)
        self._runtime = runtime

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        seconds = self._runtime.settings.drain_seconds
        if self._runtime.draining or not seconds:
            super().handle_exit(sig, frame)
            return
        self._runtime.draining = True
        timer = Timer(seconds, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()
