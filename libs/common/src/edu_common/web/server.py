"""Serving a service's application until it is told to stop."""

from socket import socket
from threading import Timer
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI

from edu_common.context import ServiceContext
from edu_common.settings import ServiceSettings
from edu_common.web.garbage_collection import freeze_startup_objects
from edu_common.web.listeners import listen
from edu_common.web.protocol import BoundedProtocol

log = structlog.get_logger(__name__)

GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 30
BACKLOG = 2048


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until SIGTERM or SIGINT; then fail readiness, close the listener, finish requests in flight."""
    log.info("serving", host=settings.host, port=settings.listen_port)
    freeze_startup_objects()
    DrainingServer(configuration(app, settings), app.state.runtime).run(listeners(settings))


def listeners(settings: ServiceSettings) -> list[socket]:
    """Return the listeners of the port that processes may share, and of this process's own port if it has one."""
    if not settings.process_port:
        return listen(settings.host, settings.listen_port)
    return [*listen(settings.host, settings.listen_port, shared=True), *listen(settings.host, settings.process_port)]


def configuration(app: FastAPI, settings: ServiceSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.listen_port,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `client_ip` alone decides which proxies to trust
        log_config=None,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class DrainingServer(uvicorn.Server):
    """A server that first fails readiness, so that a load balancer stops sending before the listener closes."""

    def __init__(self, config: uvicorn.Config, runtime: ServiceContext) -> None:
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
