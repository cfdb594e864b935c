"""Each route, each method, each kind of caller: who is allowed and who is rejected.

The routes are those of the services' own OpenAPI documents: a route without a rule fails, and so does a rule without
its route.
"""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from abuse.callers import ADMIN, CALLERS, ENDED, FORGED, NOBODY, OTHER_STUDENT, STUDENT, UNVERIFIED, Cast
from abuse.rules import ALLOWED, ENDING, RULES
from edu_cli.devserver.platform import Platform
from edu_topology import SERVICES
from people import Visitor

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_has_its_rule(visitor: Visitor, service: str) -> None:
    paths = visitor.read(f"{service}/openapi.json")["paths"]
    offered = {(method.upper(), path) for path, methods in paths.items() for method in methods if method in METHODS}
    assert offered == set(RULES[service])


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [(service, *route) for service, rules in RULES.items() for route in rules],
    ids=lambda part: part,
)
def test_only_those_who_may(cast: Cast, service: str, method: str, path: str) -> None:
    expected, make = RULES[service][method, path]
    spared = make(cast)  # calls of the rejected change nothing, so that one object is enough for all
    wrong: list[str] = []
    for kind in sorted(CALLERS, key=lambda kind: expected[kind] == ALLOWED):  # rejected callers first
        call = make(cast) if expected[kind] == ALLOWED else spared
        with caller(cast, kind, fresh=(method, path) in ENDING) as who:
            address = f"{service}{path.format(**call.ids)}{call.query}"
            answer = who.call(method, address, json=call.json, headers=dict(call.headers))
        status = ALLOWED if answer.is_success else answer.status_code
        if status != expected[kind]:
            wrong.append(f"{kind}: {answer.status_code}, not {expected[kind]}: {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


@contextmanager
def caller(cast: Cast, kind: str, *, fresh: bool) -> Generator[Visitor]:
    """Return the caller of that kind, or a similar one whose account may be ended."""
    if not fresh or kind in {NOBODY, FORGED, ENDED}:
        yield cast.by_kind[kind]
    elif kind == ADMIN:
        yield cast.admin
        cast.admin.sign_in()
    elif kind in {STUDENT, OTHER_STUDENT}:
        yield cast.new_student()
    else:
        yield cast.new_teacher(verified=kind != UNVERIFIED)


@pytest.mark.parametrize("service", SERVICES)
def test_what_services_ask_each_other_is_for_nobody_else(cast: Cast, platform: Platform, service: str) -> None:
    internal = f"{platform.service_url(service)}/internal/events"
    for kind, who in cast.by_kind.items():
        assert who.http.post(internal, json=[]).status_code == 401, kind
        assert who.post(f"{service}/internal/events", []).status_code == 404, kind
