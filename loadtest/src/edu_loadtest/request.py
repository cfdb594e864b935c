"""A request as any driver can send it, and conversations of several."""

import os
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Request:
    """`path` begins with the service's name; `name` is how figures are grouped."""

    method: str
    path: str
    name: str
    token: str | None = None
    body: Mapping[str, Any] | None = None
    passing: tuple[str, ...] = ()
    """Codes of errors that the user could not have known better than to get."""


Conversation: TypeAlias = Generator[Request, Any, ResultT]
"""Yields requests, is sent the JSON of each answer (None after a failure), returns what was learnt."""


def converse(conversation: Conversation[ResultT], ask: Callable[[Request], Any]) -> ResultT:
    """Hold a conversation with a driver that waits for answers."""
    answer: Any = None
    while True:
        try:
            answer = ask(conversation.send(answer))
        except StopIteration as end:
            return end.value


def address(path: str) -> str:
    """Where to ask for `/<service>/…`: at the service where its address is known, else at the public origin."""
    service = path.split("/", 2)[1]
    return os.environ.get(f"{service.upper()}_URL", "") + f"/api{path}"
