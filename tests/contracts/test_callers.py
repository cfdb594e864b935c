"""Every `/internal` route of the five services, called by every service: only those that it names are allowed."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module

import httpx2
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from edu_cli.devserver.platform import Platform
from edu_common.ids import new_id
from edu_common.service_keys import KeyRing
from edu_common.testing.keys import tokens_of
from edu_topology import SERVICES

Route = tuple[str, str, str]

CALLERS: Mapping[Route, set[str]] = {
    ("identity", "POST", "/internal/one-time-tokens"): {"notification"},
    ("identity", "POST", "/internal/emails"): {"enrollment"},
    ("course", "GET", "/internal/courses/{course_id}"): {"enrollment", "payment"},
    ("enrollment", "GET", "/internal/enrollments"): {"course", "payment"},
    ("enrollment", "GET", "/internal/courses/{course_id}/enrollment-count"): {"course"},
    ("payment", "GET", "/internal/payments"): {"enrollment"},
    ("payment", "GET", "/internal/payments/{payment_id}"): {"enrollment"},
    ("payment", "GET", "/internal/courses/{course_id}/payment-count"): {"course"},
    ("identity", "POST", "/internal/events"): {"identity", "course", "payment", "notification"},
    ("course", "POST", "/internal/events"): {"identity", "enrollment"},
    ("enrollment", "POST", "/internal/events"): {"identity", "course", "payment"},
    ("payment", "POST", "/internal/events"): {"identity", "enrollment"},
    ("notification", "POST", "/internal/events"): {"identity", "course", "enrollment", "payment"},
}


def internal_routes(platform: Platform) -> Iterator[Route]:
    for service in SERVICES:
        settings_type = getattr(import_module(f"edu_{service}.settings"), f"{service.title()}Settings")
        environment = platform.environment(service)
        known = {name: environment[name.upper()] for name in settings_type.model_fields if name.upper() in environment}
        app = import_module(f"edu_{service}.app").create(settings_type.model_validate(known))
        for context in iter_route_contexts(app.routes):
            if isinstance(context.original_route, APIRoute) and (context.path or "").startswith("/internal"):
                yield from ((service, method, context.path or "") for method in context.methods or ())


@pytest.fixture(scope="module")
def keys(platform: Platform) -> KeyRing:
    return platform.state.service_keys()


def status(platform: Platform, route: Route, token: str | None) -> int:
    service, method, path = route
    url = platform.service_url(service) + re.sub(r"{\w+}", str(new_id()), path)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.request(method, url, headers=headers, json=[] if method == "POST" else None).status_code


def test_every_route_is_listed(platform: Platform) -> None:
    assert sorted(internal_routes(platform)) == sorted(CALLERS)


@pytest.mark.parametrize("issuer", SERVICES)
@pytest.mark.parametrize("route", CALLERS, ids=" ".join)
def test_only_the_callers_that_a_route_names_get_in(
    platform: Platform, keys: KeyRing, route: Route, issuer: str
) -> None:
    got = status(platform, route, tokens_of(issuer, keys).issue(route[0]))
    if issuer in CALLERS[route]:
        assert got not in (401, 403)
    else:
        assert got == 403


@pytest.mark.parametrize("route", CALLERS, ids=" ".join)
def test_nobody_else_gets_in(platform: Platform, keys: KeyRing, route: Route) -> None:
    """Not without a token, nor as a service of another platform, nor with a token for another service."""
    caller = next(iter(CALLERS[route]))
    elsewhere = next(name for name in SERVICES if name != route[0])
    assert status(platform, route, None) == 401
    assert status(platform, route, tokens_of(caller, KeyRing.new(SERVICES)).issue(route[0])) == 401
    assert status(platform, route, tokens_of(caller, keys).issue(elsewhere)) == 401
