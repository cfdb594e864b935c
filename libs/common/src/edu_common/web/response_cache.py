"""Responses that are the same for everyone, cached by URL."""

import inspect
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, TypeVar, get_type_hints

from fastapi import Request, Response
from fastapi.dependencies.utils import get_dependant

from edu_common.caching.memory import Cache
from edu_common.context import ServiceContext, service_context
from edu_common.web.conditional import Representation
from edu_common.web.url_parameters import is_from_url, takes_more

ContextT = TypeVar("ContextT", bound=ServiceContext)
Endpoint = Callable[..., Coroutine[Any, Any, Representation]]

REQUEST = "request"


def cached(
    cache: Callable[[Any], Cache[Representation]], *, invalidated_by: str, cache_control: str
) -> Callable[[Endpoint], Callable[..., Coroutine[Any, Any, Response]]]:
    """Declare an endpoint's response as public, and keep it in a cache of the service's context.

    The response varies only by the parameters of the URL. It lives as long as the cache keeps it; dropping the group
    `invalidated_by` ends it earlier. `cache_control` is the header for clients and proxies; a request whose
    `If-None-Match` contains the ETag of the cached representation gets 304.

    FastAPI calls the endpoint after all dependencies, so authentication and authorization come first, also on a hit.
    Their results must not affect the response: an endpoint that takes anything but the URL's parameters and the
    service's context raises `TypeError` when it is defined.

    Usage::

        @router.get("/courses/facets", response_model=Facets)
        @cached(lambda app: app.facets, invalidated_by=LISTS, cache_control="public, max-age=5")
        async def count_facets(app: App, filters: AllFilters) -> Representation: ...
    """

    def decorate(endpoint: Endpoint) -> Callable[..., Coroutine[Any, Any, Response]]:
        varies_by = _url_parameters(endpoint)

        @wraps(endpoint)
        async def respond(**arguments: Any) -> Response:
            request: Request = arguments.pop(REQUEST)
            key = (endpoint.__name__, *(arguments[name] for name in varies_by))
            load = partial(endpoint, **arguments)
            representation = await cache(service_context(request)).get(invalidated_by, key, load)
            return representation.response(request, cache_control)

        parameters = [*inspect.signature(endpoint).parameters.values()]
        request = inspect.Parameter(REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request)
        respond.__signature__ = inspect.Signature([*parameters, request])  # type: ignore[attr-defined]
        return respond

    return decorate


def _url_parameters(endpoint: Endpoint) -> list[str]:
    """Return the names of the endpoint's parameters except the context's; raise `TypeError` for any other kind."""
    dependant = get_dependant(path="", call=endpoint)
    hints = get_type_hints(endpoint)
    of_url = [parameter.name for parameter in dependant.query_params]
    of_url += [needed.name or "" for needed in dependant.dependencies if is_from_url(needed.call)]
    others = [hints[name] for name in inspect.signature(endpoint).parameters if name not in of_url]
    if takes_more(dependant) or not all(_is_context(hint) for hint in others):
        raise TypeError(f"{endpoint.__qualname__} is public, yet takes more than parameters of the URL.")
    return of_url


def _is_context(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, ServiceContext)
