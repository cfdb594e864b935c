"""Addresses that are written out: none of them is a value of another route's parameter, whatever the method."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class StaticPaths(BaseRoute):
    """The route before all others for such an address and a method that it does not take.

    Otherwise PUT on `/courses/my` would be understood as PUT on `/courses/{course_id}`.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    @cached_property
    def _methods(self) -> dict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for route in iter_route_contexts(self._routes):
            if route.methods and route.path and "{" not in route.path:
                found[route.path] |= route.methods
        return dict(found)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        methods = self._methods.get(_path(scope)) if scope["type"] == "http" else None
        return (Match.NONE, {}) if methods is None or scope["method"] in methods else (Match.FULL, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise HTTPException(405)

    def methods_at(self, scope: Scope) -> set[str]:
        """The methods of every route of an address."""
        return self._methods.get(_path(scope)) or {
            method for route in iter_route_contexts(self._routes) for method in _methods_if_here(route, scope)
        }


def _methods_if_here(route: RouteContext, scope: Scope) -> set[str]:
    return route.methods if route.methods and route.matches(scope)[0] is not Match.NONE else set()


def _path(scope: Scope) -> str:
    return scope["path"].removeprefix(scope.get("root_path", ""))
