"""Shortcuts for addresses that have been understood before.

To route a request and to check its parameters costs several times what an answer from a cache does, and comes out the
same for the same address. So a route may leave its answer, a function of the request with all parameters in it, as
the shortcut of the address. Everything else is still asked every time: who the caller is, what they may see, what is
in the cache or the database.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

KEPT = 50_000
LONGEST_ADDRESS = 500
"""Longer addresses, in bytes, get no shortcut, so that all of them together stay small."""

Answer = Callable[[Request], Awaitable[Response]]
Address = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class _Known:
    answer: Answer
    route: Any
    """The route that gave the answer, by which metrics name the request."""


class Shortcuts(BaseRoute):
    """The route before all others: takes the addresses that have a shortcut, the least recently used go first."""

    def __init__(self) -> None:
        self._known: OrderedDict[Address, _Known] = OrderedDict()

    def remember(self, scope: Scope, answer: Answer) -> None:
        address = _address(scope)
        if len(address[0]) + len(address[1]) > LONGEST_ADDRESS:
            return
        self._known[address] = _Known(answer, scope["route"])
        if len(self._known) > KEPT:
            self._known.popitem(last=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["method"] != "GET":
            return Match.NONE, {}
        address = _address(scope)
        known = self._known.get(address)
        if known is None:
            return Match.NONE, {}
        self._known.move_to_end(address)
        return Match.FULL, {"route": known.route, "shortcut": known.answer}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: Answer = scope["shortcut"]
        response = await answer(Request(scope, receive, send))
        await response(scope, receive, send)


def _address(scope: Scope) -> Address:
    return scope["path"], scope["query_string"]


async def shortcut(request: Request, answer: Answer) -> Response:
    """The answer, which also becomes the shortcut of the request's address once it has been given.

    `answer` must depend on nothing of the first request but its address: it takes caller and headers from the request
    that it is given.
    """
    response = await answer(request)
    cast("Shortcuts", request.app.state.shortcuts).remember(request.scope, answer)
    return response
