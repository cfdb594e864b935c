"""Failpoints: named places at which a test can kill the process, to prove that nothing acknowledged is lost."""

import os
from enum import StrEnum

KILLED = 137
_armed = os.environ.get("FAILPOINT", "")


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
