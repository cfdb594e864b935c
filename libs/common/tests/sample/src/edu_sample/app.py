"""The sample services' settings, handlers and endpoints."""

import asyncio
from collections import Counter
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import Depends, FastAPI, Query, Request, Security
from pydantic import BaseModel, Field
from sqlalchemy import Float, bindparam, insert, text

from edu_common.auth.access_tokens import Claims, Role
from edu_common.context import ServiceContext, service_context
from edu_common.database.models import binds
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Event, Routes
from edu_common.request_context import current_request_id
from edu_common.settings import ServiceSettings
from edu_common.types import Body
from edu_common.web.app import create_app
from edu_common.web.conditional import IfMatch, require_match
from edu_common.web.dependencies import MaybeUser, User, user_with_role
from edu_common.web.rate_limits import Per, Policy
from edu_common.web.routing import Router
from edu_common.web.url_parameters import from_url
from edu_sample.models import Applied

PACKAGE = "edu_sample"
COUNTED = "sample.counted"
ROUTES: Routes = {COUNTED: ("enrollment",), "sample.told_to_all": ("course", "enrollment")}

SLEEP = text("SELECT pg_sleep(:seconds)").bindparams(bindparam("seconds", type_=Float))
FIND = text("SELECT CAST(:name AS text) || CAST(:number AS integer)::text")
APPLY = insert(Applied).values(binds(("subject", "number", "request_id")))

broken: set[UUID] = set()
"""Aggregates whose events the receiver's handler cannot apply for now."""

forever = asyncio.Event()
"""What a hanging request waits for."""


class SenderSettings(ServiceSettings):
    service: ClassVar[str] = "payment"
    default_port: ClassVar[int] = 8004


class ReceiverSettings(ServiceSettings):
    service: ClassVar[str] = "enrollment"
    default_port: ClassVar[int] = 8003


parsed: Counter[int] = Counter()
"""How often FastAPI parsed `times` from a URL."""


class Greeting(BaseModel):
    name: str
    times: int


class Thing(Body):
    name: str = Field(max_length=100)
    size: Annotated[float | None, Field(allow_inf_nan=False)] = None
    tags: list[Any] = Field(default_factory=list[Any])


router = Router(prefix="/things")

Keeper = Annotated[Claims, Security(user_with_role, scopes=[Role.TEACHER, Role.ADMIN])]


@router.get("")
async def list_things() -> dict[str, list[str]]:
    return {"items": []}


@router.post("", status_code=201)
async def make_thing(thing: Thing) -> dict[str, str]:
    return {"name": thing.name}


@router.get("/me")
async def read_me(user: User) -> dict[str, str]:
    return {"name": user.name, "role": user.role}


@from_url
async def read_times(times: Annotated[int, Query(ge=1, le=3)] = 1) -> int:
    parsed[times] += 1
    return times


@router.get("/greeting")
async def greet(user: User, times: Annotated[int, Depends(read_times)]) -> Greeting:
    return Greeting(name=user.name, times=times)


@router.get("/request-id")
async def tell_request_id() -> dict[str, str]:
    return {"request_id": current_request_id()}


@router.get("/hanging")
async def hang() -> None:
    await forever.wait()


@router.get("/failing")
async def fail() -> None:
    raise RuntimeError("the inside")


@router.get("/statement")
async def run_statement(request: Request, seconds: Annotated[float, Query(ge=0, le=30)] = 0) -> None:
    """Holds a connection of the pool for some time."""
    async with service_context(request).database.unit_of_work() as unit:
        await unit.execute(SLEEP, seconds=seconds)


@router.get("/by-name")
async def find_by_name(request: Request, name: str, number: int = 0) -> dict[str, str]:
    """Hands its parameters to Postgres unchecked, as a service should not."""
    async with service_context(request).database.read() as connection:
        return {"found": await connection.scalar(FIND, name=name, number=number) or ""}


@router.get("/who")
async def tell_who(user: MaybeUser) -> str:
    return user.name if user else "nobody"


@router.put("/{thing_id}")
async def keep_thing(_: Keeper, thing_id: UUID, thing: Thing, if_match: IfMatch = None) -> Thing:
    require_match(if_match, 1)
    return thing


@router.get("/{thing_id}")
async def read_thing(thing_id: UUID) -> dict[str, str]:
    return {"id": str(thing_id)}


POLICIES = (Policy("thing-making", Per.CLIENT, "3/minute", paths=frozenset({"/things"}), methods=frozenset({"POST"})),)


async def count(unit: UnitOfWork, event: Event) -> None:
    if event.subject in broken:
        raise RuntimeError("cannot apply it")
    await unit.execute(APPLY, subject=event.subject, number=event.data["number"], request_id=current_request_id())


def create_sender(settings: SenderSettings) -> FastAPI:
    return create_app(ServiceContext(PACKAGE, settings, ROUTES, {}), description="Sends", routers=[])


def create_receiver(settings: ReceiverSettings) -> FastAPI:
    runtime = ServiceContext(PACKAGE, settings, {}, {"payment": {COUNTED: count, "sample.told_to_all": count}})
    return create_app(runtime, description="Receives", routers=[router], policies=POLICIES)
