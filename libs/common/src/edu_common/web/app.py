"""The application of a service, assembled from its routers and the shared middleware."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware import Middleware

from edu_common import __version__, errors
from edu_common.context import ServiceContext
from edu_common.observability import loop_lag, metrics
from edu_common.overload import OverloadDetector
from edu_common.web.api_pages import router as api_pages_router
from edu_common.web.error_responses import Application
from edu_common.web.events import router as events_router
from edu_common.web.health import router as health_router
from edu_common.web.middleware import BodyGuard, Edge, RateLimit
from edu_common.web.rate_limit_counts import RedisCounts
from edu_common.web.rate_limits import Policy, RateLimiter
from edu_common.web.route_index import RouteIndex
from edu_common.web.url_parameters import ParsedParameters

log = structlog.get_logger(__name__)

RESTART_SECONDS = 1.0
CANCEL_AGAIN_SECONDS = 0.5

Task = Callable[[], Coroutine[Any, Any, None]]


def create_app(
    runtime: ServiceContext,
    *,
    description: str,
    routers: Sequence[APIRouter],
    policies: Sequence[Policy] = (),
    tasks: Sequence[Task] = (),
    unbounded: Sequence[str] = (),
    other_bodies: Sequence[str] = (),
) -> FastAPI:
    """Return the service's application.

    `policies` are rate limits that take precedence over the platform's own. `tasks` run in the background as long as
    the service does. `unbounded` are paths without a time budget (event streams), `other_bodies` paths that accept
    other content types than JSON; both without the public prefix.
    """
    settings = runtime.settings
    counts = RedisCounts(runtime.redis, settings.service) if runtime.redis else None
    loop = OverloadDetector(settings.max_queue_delay)
    app = Application(
        title=f"EduPlatform {settings.service}",
        description=description,
        version=__version__,
        contact={"name": "EduPlatform"},
        servers=[{"url": f"/api/{settings.service}"}],
        lifespan=_lifespan(runtime, loop, tasks),
        docs_url=None,
        redoc_url=None,  # served by `api_pages`
        generate_unique_id_function=_function_name,
        telemetry={"metrics": False, "logs": False},  # we have our own; traces go where a tracer provider is set up
        middleware=[
            Middleware(Edge, settings=settings, unbounded=unbounded, loop=loop),
            Middleware(BodyGuard, settings=settings, other_bodies=other_bodies),
            Middleware(RateLimit, runtime=runtime, limiter=RateLimiter(settings.service, policies, counts)),
        ],
    )
    app.state.runtime = runtime
    app.state.parsed_parameters = ParsedParameters()
    app.state.route_index = RouteIndex(app.router.routes)
    app.router.routes.insert(0, app.state.route_index)
    errors.install(app)
    for router in (*routers, health_router, events_router, api_pages_router):  # tried in this order on every request
        app.include_router(router)
    return app


def _function_name(route: APIRoute) -> str:
    """Return a route's operation id in the OpenAPI document, from which client generators name their methods."""
    return route.name


def _lifespan(runtime: ServiceContext, loop: OverloadDetector, tasks: Sequence[Task]) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        metrics.announce(runtime.settings.service, events_router.prefix)
        runtime.database.watch()
        watch: Task = lambda: runtime.revocations.watch(runtime.database)  # noqa: E731 - a name for the task
        observe = metrics.EVENT_LOOP_LAG.labels(runtime.settings.service).observe
        lag: Task = lambda: loop_lag.measure(observe, loop.note)  # noqa: E731
        with suppress(SQLAlchemyError, OSError):  # the database may become available later; readiness reports it
            await runtime.revocations.load(runtime.database)
        streams = [runtime.subscriber.run] if runtime.subscriber else []
        running = [asyncio.create_task(_keep(task)) for task in (runtime.relay.run, watch, lag, *streams, *tasks)]
        try:
            yield
        finally:
            await _end(running)
            with suppress(OSError):
                await runtime.close()

    return lifespan


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until all have ended: an error at the same moment may replace a cancellation."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)


async def _keep(task: Task) -> None:
    """Keep a background task running: one that fails is logged and restarted."""
    while True:
        try:
            await task()
        except Exception:
            log.exception("background task failed, starting it again")
        await asyncio.sleep(RESTART_SECONDS)
