"""A request that any driver can send, and conversations of several."""

import os
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, results are grouped by `name`.

    `path` starts with the service's name, or is that of a page of the front end.
    """

    method: str
    path: str
    name: str
    token: str | None = None
    body: Mapping[str, Any] | None = None
    tolerated: tuple[str, ...] = ()
    """Codes or statuses of error responses that count as success, since the user could not have avoided them."""
    page: bool = False
    """Whether it requests a page of the front end rather than an endpoint of a service."""


Conversation: TypeAlias = Generator[Request, Any, ResultT]
"""Yields requests, receives the JSON of each response (None after a failure), returns what it has learnt."""


def converse(conversation: Conversation[ResultT], send: Callable[[Request], Any]) -> ResultT:
    """Run a conversation by a driver that waits for each response."""
    content: Any = None
    while True:
        try:
            content = send(conversation.send(content))
        except StopIteration as end:
            return end.value


def url(path: str) -> str:
    """Return the URL of `/<service>/…`: the service's own when COURSE_URL and so on is set, else a relative one."""
    service = path.split("/", 2)[1]
    return os.environ.get(f"{service.upper()}_URL", "") + f"/api{path}"
