"""Route lookup by path, without comparing it with every route of the service."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from fastapi import routing
from fastapi.routing import RouteContext, iter_route_contexts
from starlette._utils import get_route_path
from starlette.convertors import StringConvertor
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

CONTEXT = "route_context"
PARAMETER = re.compile(r"\\{\w+\\}")


class RouteIndex(BaseRoute):
    """A route in front of all others that delegates to the one FastAPI would find by trying them all.

    FastAPI compares the path with each route of each router in turn, and with those of the matching router once more;
    that takes as long as the rest of a cached response. Here a path without parameters is looked up in a dictionary,
    and any other is matched by one regular expression. What is not found here is left to FastAPI.

    A path without parameters never counts as a value of another route's parameter, whatever the method: PUT on
    `/courses/my` is 405, not PUT on `/courses/{course_id}`.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    @cached_property
    def _contexts(self) -> list[RouteContext]:
        return [context for context in iter_route_contexts(self._routes) if context.methods and context.path]

    @cached_property
    def _static(self) -> dict[str, list[RouteContext]]:
        """Return routes without path parameters, by path."""
        found: defaultdict[str, list[RouteContext]] = defaultdict(list)
        for context in self._contexts:
            if "{" not in (context.path or ""):
                found[context.path or ""].append(context)
        return dict(found)

    @cached_property
    def _patterns(self) -> dict[str, list[RouteContext]]:
        """Return the regular expressions of paths with their routes, in the order in which FastAPI tries them."""
        found: defaultdict[str, list[RouteContext]] = defaultdict(list)
        for context in self._contexts:
            convertors = context.param_convertors.values()
            if convertors and all(type(convertor) is StringConvertor for convertor in convertors):
                found[PARAMETER.sub("[^/]+", re.escape(context.path_format or ""))].append(context)
        return dict(found)

    @cached_property
    def _any_pattern(self) -> re.Pattern[str]:
        """Return one expression with each pattern as a group; the number of the matching group is its position."""
        return re.compile("|".join(f"({pattern})" for pattern in self._patterns) or "(?!)")

    @cached_property
    def _by_position(self) -> list[list[RouteContext]]:
        return list(self._patterns.values())

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        path = get_route_path(scope)
        static = self._static.get(path)
        for context in static or self._with_parameters(path):
            if scope["method"] in (context.methods or ()):
                match, found = context.matches(scope)
                return match, {"route": context.original_route, CONTEXT: context, **found}
        return (Match.FULL, {}) if static else (Match.NONE, {})

    def _with_parameters(self, path: str) -> list[RouteContext]:
        match = self._any_pattern.fullmatch(path)
        return self._by_position[match.lastindex - 1] if match and match.lastindex else []

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        context: RouteContext | None = scope.get(CONTEXT)
        if context is None:
            raise HTTPException(405)
        routing._route_selected(scope=scope, path=context.path_format)  # pyright: ignore # names the span
        await context.app(scope, receive, send)

    def methods_at(self, scope: Scope) -> set[str]:
        """Return the methods of every route of a path."""
        return {method for context in self._at(scope) for method in context.methods or ()}

    def _at(self, scope: Scope) -> Iterator[RouteContext]:
        static = self._static.get(get_route_path(scope))
        yield from static or (context for context in self._contexts if context.matches(scope)[0] is not Match.NONE)
