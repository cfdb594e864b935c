"""The process: kopf watches, the queue reconciles, a small server responds to probes and scrapes."""

import asyncio
from typing import Any

import kopf
import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from edu_operator.api import KINDS, Api, connect, login
from edu_operator.leases import Leases
from edu_operator.observe import BUILTIN_KINDS
from edu_operator.queue import Queue
from edu_operator.reconcile import Reconciler
from edu_operator.settings import OperatorSettings
from edu_operator.types import PLATFORM_LABEL, Key

log = structlog.get_logger(__name__)


async def run(settings: OperatorSettings) -> None:
    """Run until the process receives a termination signal."""
    async with Api(await connect()) as api, asyncio.TaskGroup() as tasks:
        leases = Leases(api.client, settings.identity, settings.watch_namespaces)
        elections = tasks.create_task(leases.run(), name="leases")
        queue = Queue(Reconciler(api, settings), leases.wait)
        ready = asyncio.Event()
        server = await _serve(settings, queue, ready)
        try:
            await kopf.operator(
                registry=_handlers(queue),
                settings=_kopf_settings(),
                namespaces=settings.watch_namespaces,
                standalone=True,
                ready_flag=ready,
            )
        finally:
            elections.cancel()
            await queue.close()
            await server.cleanup()


def _kopf_settings() -> kopf.OperatorSettings:
    """Return settings that restart a silent watch and request nothing outside the namespaces."""
    settings = kopf.OperatorSettings()
    settings.watching.server_timeout = 300
    settings.watching.client_timeout = 310
    settings.watching.connect_timeout = 30
    settings.scanning.disabled = True
    settings.posting.enabled = False
    return settings


def _handlers(queue: Queue) -> kopf.OperatorRegistry:
    """Return handlers that use nothing of an event but the key of its platform."""
    registry = kopf.OperatorRegistry()

    async def platform_changed(namespace: str | None, name: str, **_: Any) -> None:
        queue.wake(Key(str(namespace), name))

    async def child_changed(namespace: str | None, labels: kopf.Labels, **_: Any) -> None:
        queue.wake(Key(str(namespace), labels[PLATFORM_LABEL]))

    kopf.on.login(registry=registry)(login)
    kopf.on.event(*_resource("EduPlatform"), registry=registry)(platform_changed)
    for kind in BUILTIN_KINDS:
        kopf.on.event(*_resource(kind), labels={PLATFORM_LABEL: kopf.PRESENT}, registry=registry)(child_changed)
    return registry


def _resource(kind: str) -> tuple[str, str, str]:
    api, plural = KINDS[kind]
    group, _, version = api.rpartition("/")
    return group, version, plural


async def _serve(settings: OperatorSettings, queue: Queue, ready: asyncio.Event) -> web.AppRunner:
    async def live(_: web.Request) -> web.Response:
        stalled = queue.stalled()
        return web.Response(status=503 if stalled else 200, text="stalled" if stalled else "ok")

    async def is_ready(_: web.Request) -> web.Response:
        return web.Response(status=200 if ready.is_set() else 503)

    async def scrape(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    routes = {"/health/live": live, "/health/ready": is_ready, "/metrics": scrape}
    app.add_routes([web.get(path, handler) for path, handler in routes.items()])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", settings.port).start()  # noqa: S104 - in a pod
    return runner
