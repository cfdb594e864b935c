"""Failpoints: named places at which a test can kill the process, to prove that nothing acknowledged is lost."""

import os
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeVar

KILLED = 137
_armed = os.environ.get("FAILPOINT", "")

TargetT = TypeVar("TargetT")


class Point(StrEnum):
    """The failpoints of the shared code; a service declares its own in a module of this name."""

    INBOX_BEFORE_COMMIT = "inbox.before_commit"
    INBOX_AFTER_COMMIT = "inbox.after_commit"
    RELAY_BEFORE_SEND = "relay.before_send"
    RELAY_AFTER_SEND = "relay.after_send"
    RELAY_AFTER_COMMIT = "relay.after_commit"
    STREAMS_AFTER_ADD = "streams.after_add"
    STREAMS_AFTER_READ = "streams.after_read"
    STREAMS_BEFORE_REPLY = "streams.before_reply"
    STREAMS_AFTER_REPLY = "streams.after_reply"
    MIGRATION_LOCKED = "migration.locked"
    MIGRATION_BEFORE_COMMIT = "migration.before_commit"
    MIGRATION_AFTER_COMMIT = "migration.after_commit"


def failpoint(name: str) -> None:
    """End the process as `kill -9` would if the environment variable FAILPOINT names this failpoint."""
    if _armed and _armed == name:
        os._exit(KILLED)


def with_failpoints(target: TargetT, **points: tuple[str, str]) -> TargetT:
    """Return the object, whose named asynchronous methods pass a failpoint before they run and one after ("" for none).

    So the code that calls them knows nothing of failpoints.
    """
    if _armed:
        for method, (before, after) in points.items():
            setattr(target, method, _between(before, getattr(target, method), after))
    return target


def _between(before: str, method: Callable[..., Awaitable[Any]], after: str) -> Callable[..., Awaitable[Any]]:
    async def call(*arguments: Any) -> Any:
        failpoint(before)
        result = await method(*arguments)
        failpoint(after)
        return result

    return call
