"""Routes that parse the parameters of a URL once.

FastAPI parses and validates path and query on every request. For the catalogue's thirteen parameters that takes longer
than all the rest of a cached response (docs/adr/0005-response-cache-on-the-route.md). The parameters are a pure
function of the URL, so a `UrlParameterRoute`, the class of every route of a `Router`, caches them by path and query
string.

Nothing else is cached. Every other dependency of the route, its routers and the application (who the caller is, what
they may do) is solved by FastAPI itself on every request, before the cached values are looked up. Only dependencies
that are marked by `from_url` count as parameters.
"""

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar

from fastapi import Request, Response, routing
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant, solve_dependencies
from fastapi.exceptions import RequestValidationError

from edu_common.caching.sizes import deep_size

MAX_BYTES = 8 * 1024 * 1024
"""For all cached parameters of a process: some 6,000 searches or 10,000 courses."""

ENTRY_BYTES = 300
"""Bytes per entry beside URL and values, measured with `tracemalloc`."""

REQUEST = "_request"
MARK = "__from_url__"

DependencyT = TypeVar("DependencyT", bound=Callable[..., Any])
Values = Mapping[str, Any]
Key = tuple[object, str, bytes]


def from_url(dependency: DependencyT) -> DependencyT:
    """Mark a FastAPI dependency as a pure function of the URL's path and query; raise `TypeError` if it takes more.

    It must return a value that is never modified: requests for the same URL share it.
    """
    dependant = get_dependant(path="", call=dependency)
    if takes_more(dependant) or not all(is_from_url(needed.call) for needed in dependant.dependencies):
        raise TypeError(f"{dependency.__qualname__} takes more than parameters of the URL.")
    setattr(dependency, MARK, True)
    return dependency


def takes_more(dependant: Dependant) -> bool:
    """Return whether a dependant itself uses anything of the request other than parameters of the URL."""
    return any(
        (
            dependant.header_params,
            dependant.cookie_params,
            dependant.body_params,
            dependant.request_param_name,
            dependant.http_connection_param_name,
            dependant.response_param_name,
            dependant.background_tasks_param_name,
            dependant.security_scopes_param_name,
        )
    )


def is_from_url(dependency: Callable[..., Any] | None) -> bool:
    """Return whether a dependency was marked by `from_url`."""
    return hasattr(dependency, MARK)


class UrlParameterRoute(routing.APIRoute):
    """A route that parses its path and query parameters once per URL; see the module's description."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        # FastAPI asks for one handler for the route and one for each router that includes it. Only this context has
        # the dependencies that the including routers and the application add.
        route = routing._effective_route_context_var.get() or self  # pyright: ignore[reportPrivateUsage]
        complete: Dependant = route.dependant
        if self.methods == {"GET"}:
            route.dependant = _without_url_parameters(complete)
        try:
            return super().get_route_handler()
        finally:
            route.dependant = complete  # the OpenAPI document is made from it


def _without_url_parameters(dependant: Dependant) -> Dependant:
    """Return a dependant whose endpoint parses the URL's parameters itself, after all other dependencies are solved."""
    marked = [needed for needed in dependant.dependencies if is_from_url(needed.call)]
    others = [needed for needed in dependant.dependencies if not is_from_url(needed.call)]
    parameters = Dependant(
        path_params=dependant.path_params, query_params=dependant.query_params, dependencies=marked, path=dependant.path
    )
    request_name = dependant.request_param_name
    return replace(
        dependant,
        call=_Parser(parameters).around(dependant.call, request_name),
        request_param_name=request_name or REQUEST,
        path_params=[],
        query_params=[],
        dependencies=others,
    )


class _Parser:
    """Passes the parameters of the request's URL to an endpoint."""

    def __init__(self, parameters: Dependant) -> None:
        self._parameters = parameters

    def around(self, endpoint: Any, request_name: str | None) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return the endpoint wrapped to take a request instead of the URL's parameters."""

        @wraps(endpoint)
        async def call(**arguments: Any) -> Any:
            request = arguments[request_name] if request_name else arguments.pop(REQUEST)
            return await endpoint(**await self._values(request), **arguments)

        return call

    async def _values(self, request: Request) -> Values:
        parsed: ParsedParameters = request.app.state.parsed_parameters
        key = (self, request.scope["path"], request.scope["query_string"])
        values = parsed.get(key)
        if values is None:
            values = await self._parse(request)
            parsed.put(key, values)
        return values

    async def _parse(self, request: Request) -> Values:
        solved = await solve_dependencies(
            request=request,
            dependant=self._parameters,
            dependency_overrides_provider=request.app,
            async_exit_stack=request.scope["fastapi_inner_astack"],
            embed_body_fields=False,
        )
        if solved.errors:
            raise RequestValidationError(solved.errors)
        return solved.values


class ParsedParameters:
    """The parameters of the most recently requested URLs, in at most `max_bytes`."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[Key, tuple[Values, int]] = OrderedDict()

    def get(self, key: Key) -> Values | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Key, values: Values) -> None:
        if key in self._entries:  # two requests for the URL were parsed concurrently
            return
        size = ENTRY_BYTES + deep_size(key[1:]) + deep_size(values)
        self._entries[key] = values, size
        self._bytes += size
        while self._bytes > self._max_bytes:
            _, (_, freed) = self._entries.popitem(last=False)
            self._bytes -= freed
