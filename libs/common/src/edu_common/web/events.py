"""The endpoint at which a service takes events."""

from typing import Annotated

from fastapi import Body, Request

from edu_common.context import service_context
from edu_common.events.envelope import Event
from edu_common.events.inbox import Delivery, receive
from edu_common.web.dependencies import EventSource
from edu_common.web.routing import Router

router = Router(prefix="/internal/events", include_in_schema=False)


@router.post("")
async def take_events(
    request: Request, source: EventSource, events: Annotated[list[Event], Body(max_length=1000)]
) -> Delivery:
    runtime = service_context(request)
    return await receive(runtime.database, runtime.subscriptions, source, events)
