"""Liveness, readiness and metrics."""

from functools import partial

import structlog
from fastapi import Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from edu_common import __version__
from edu_common.context import ServiceContext, service_context
from edu_common.database.migrations import current_revision
from edu_common.errors import Unavailable
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router

log = structlog.get_logger(__name__)

router = Router(tags=["health"])


class Live(BaseModel):
    status: str
    service: str
    version: str


class Ready(Live):
    revision: str


class NotReady(Unavailable):
    code = "not_ready"


@router.get("/health/live")
async def live(request: Request) -> Live:
    """Whether the process serves requests; looks at nothing else."""
    return Live(status="ok", service=service_context(request).settings.service, version=__version__)


@router.get("/health/ready", responses=error_responses(NotReady))
async def ready(request: Request) -> Ready:
    """Whether requests should be sent here: not draining, database reachable, its schema not behind the code."""
    runtime = service_context(request)
    if runtime.draining:
        raise NotReady("Shutting down.", code="draining")
    revision = await runtime.ready_revision.get("revision", None, partial(_usable_revision, runtime))
    return Ready(status="ok", service=runtime.settings.service, version=__version__, revision=revision)


async def _usable_revision(runtime: ServiceContext) -> str:
    """Return the revision of the database; raise `NotReady` if it is behind the code."""
    revision = await _revision(runtime)
    if revision is None or revision in runtime.schema.older:
        raise NotReady("The database is not migrated. Run the service's 'migrate' command.", code="not_migrated")
    return revision


async def _revision(runtime: ServiceContext) -> str | None:
    try:
        async with runtime.database.read() as connection:
            return await current_revision(connection)
    except (OSError, SQLAlchemyError) as error:
        log.warning("database unavailable", error=repr(error))
        raise NotReady("The database does not answer.", code="database_unavailable") from error


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
