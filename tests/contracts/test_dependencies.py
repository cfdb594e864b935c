"""No route without its dependencies: they are solved on every request, the first and every later one.

Parsed parameters and whole responses are cached by URL (docs/adr/0005-response-cache-on-the-route.md). Here every GET
route of the five services is requested repeatedly, with a dependency that sometimes lets the request through and
sometimes rejects it, on the route itself and on the application.
"""

import importlib
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.types import Scope

from edu_common.errors import PROBLEM_JSON, DomainError
from edu_common.ids import new_id
from edu_common.testing.app import client_of, running
from edu_common.testing.keys import secret_settings
from edu_common.testing.tokens import Signer
from edu_common.web import app as web_app
from edu_common.web.dependencies import current_user, optional_user
from edu_common.web.error_responses import Application
from edu_common.web.routing import Router
from edu_topology import SERVICES

GATED = "/gated"
NO_SERVICE = "http://127.0.0.1:1"


class Rejected(DomainError):
    status = 418
    code = "rejected"


class Gate:
    """A dependency that rejects while it is closed, and counts its calls."""

    def __init__(self) -> None:
        self.is_open = True
        self.asked = 0

    async def __call__(self) -> None:
        self.asked += 1
        if not self.is_open:
            raise Rejected


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def gates() -> dict[str, Gate]:
    """Return one gate for the application, one for a twin of each route."""
    return {"application": Gate(), "route": Gate()}


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    private = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path_factory.mktemp("keys") / "jwt.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture(scope="module")
def gated(service: str, migrated_database: Callable[[str], str], key_file: Path, gates: dict[str, Gate]) -> FastAPI:
    """Return a service's application with a gate, and at `/gated` a twin of each GET route with its own gate."""

    def with_gate(**options: Any) -> Application:
        return Application(**options, dependencies=[Depends(gates["application"])])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_app, "Application", with_gate)
        app = create(service, database_url=migrated_database(f"edu_{service}"), key_file=key_file)
    twins = Router(prefix=GATED)
    for context in routes_of(app):
        assert isinstance(context.original_route, APIRoute)
        endpoint: Any = context.original_route.endpoint
        twins.add_api_route(context.path or "", endpoint, dependencies=[Depends(gates["route"])], response_model=None)
    app.include_router(twins)
    return app


def create(service: str, database_url: str, key_file: Path) -> FastAPI:
    settings = getattr(importlib.import_module(f"edu_{service}.settings"), f"{service.capitalize()}Settings")
    values = {
        "database_url": database_url,
        **secret_settings(service),
        "rate_limits": "off",
        "db_pool_timeout": 30,
        "max_queue_delay": 30,
        "jwt_private_key_file": key_file,
        **{f"{name}_url": NO_SERVICE for name in SERVICES},
    }
    known = {name: value for name, value in values.items() if name in settings.model_fields}
    return importlib.import_module(f"edu_{service}.app").create(settings.model_validate(known))


@pytest_asyncio.fixture(scope="module")
async def app(gated: FastAPI, signer: Signer) -> AsyncGenerator[FastAPI]:
    async with running(gated, signer):
        yield gated


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx2.AsyncClient]:
    async with client_of(app) as client:
        yield client


def routes_of(app: FastAPI) -> list[RouteContext]:
    """Return the GET routes of a service that have FastAPI dependencies, without the twins."""
    return [
        context
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
        and context.methods == {"GET"}
        and not (context.path or "").startswith(GATED)
    ]


def url_of(context: RouteContext) -> str:
    return re.sub(r"{\w+}", str(new_id()), context.path or "") + "?limit=7"


def code_of(response: httpx2.Response) -> str | None:
    """Return the code of a problem, or None for any other response."""
    is_problem = response.headers.get("content-type") == PROBLEM_JSON
    return response.json()["code"] if is_problem else None


def requirements(dependant: Dependant) -> Iterator[Any]:
    for needed in dependant.dependencies:
        yield needed.call
        yield from requirements(needed)


async def test_every_service_has_routes_to_test(app: FastAPI) -> None:
    assert len(routes_of(app)) > 3


@pytest.mark.parametrize(("where", "prefix"), [("application", ""), ("route", GATED)])
async def test_a_dependency_that_rejects_is_asked_on_every_request(
    app: FastAPI, client: httpx2.AsyncClient, gates: dict[str, Gate], signer: Signer, where: str, prefix: str
) -> None:
    gate = gates[where]
    headers = signer.headers()
    for context in routes_of(app):
        url, before = prefix + url_of(context), gate.asked
        statuses: list[int] = []
        for gate.is_open in (True, False, True, False, True):
            statuses.append((await client.get(url, headers=headers)).status_code)
        assert statuses[1::2] == [Rejected.status] * 2, url
        assert Rejected.status not in statuses[0::2], url
        assert gate.asked - before == 5, url


async def test_the_user_is_checked_on_every_request(app: FastAPI, client: httpx2.AsyncClient, signer: Signer) -> None:
    checked = 0
    for context in routes_of(app):
        needed = set(requirements(context.dependant))
        if optional_user not in needed:
            continue
        checked += 1
        url = url_of(context)
        for _ in range(2):
            signed_in = await client.get(url, headers=signer.headers())
            forged = await client.get(url, headers={"Authorization": "Bearer forged"})
            anonymous = await client.get(url)
            assert code_of(signed_in) not in {"invalid_access_token", "unauthenticated"}, url
            assert code_of(forged) == "invalid_access_token", url
            assert (code_of(anonymous) == "unauthenticated") == (current_user in needed), url
    assert checked > 0


async def test_every_route_is_found_as_fastapi_finds_it(app: FastAPI) -> None:
    """The index in front of all routes finds the first of them that matches the path and the method."""
    index, *others = app.router.routes
    for context in iter_route_contexts(others):
        for method in context.methods or ():
            scope: Scope = {"type": "http", "method": method, "path": url_of(context).partition("?")[0], "headers": []}
            expected = next(other for other in iter_route_contexts(others) if other.matches(scope)[0].value == 2)
            assert index.matches(scope)[1]["route"] is expected.original_route, (method, context.path)
