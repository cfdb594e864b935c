"""The context of the request being served: its id and its time budget."""

import asyncio
import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from uuid_utils.compat import uuid7

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,128}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
_may_be_shed: ContextVar[bool] = ContextVar("may_be_shed", default=False)


def current_request_id() -> str:
    return _request_id.get()


@contextmanager
def part_of_request(request_id: str) -> Generator[None]:
    """Run the block on behalf of an earlier request, whose id goes into logs, events and calls."""
    token = _request_id.set(request_id or current_request_id())
    try:
        yield
    finally:
        _request_id.reset(token)


def may_be_shed() -> bool:
    """Return whether this work is for a request that may be shed under overload; False outside of a request."""
    return _may_be_shed.get()


def begin_request(offered_id: str, budget_seconds: float, *, sheddable: bool) -> str:
    """Start a request, with the offered id when it is well-formed, else a new one."""
    _may_be_shed.set(sheddable)
    request_id = offered_id if WELL_FORMED.fullmatch(offered_id) else str(uuid7())
    _request_id.set(request_id)
    _deadline.set(asyncio.get_running_loop().time() + budget_seconds)
    return request_id


def remaining_seconds(at_most: float) -> float:
    """Return how many seconds the current request may still take; `at_most` outside of a request."""
    deadline = _deadline.get()
    if deadline is None:
        return at_most
    return max(0.0, min(at_most, deadline - asyncio.get_running_loop().time()))
