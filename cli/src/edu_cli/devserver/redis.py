"""An optional Redis beside the services: in memory only, since nothing in it has to be kept."""

import secrets
import shutil
from functools import cached_property

from edu_cli.devserver.ports import LOCALHOST, find_free
from edu_cli.devserver.processes import Child
from edu_cli.devserver.state import State
from edu_cli.errors import LocalError

PROGRAM = "redis-server"
MEMORY = "128mb"


class Redis:
    """The machine's own `redis-server`, on a free port of the loopback address, with a password of this run."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._password = secrets.token_urlsafe(24)

    @cached_property
    def port(self) -> int:
        return find_free(1)[0]

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{LOCALHOST}:{self.port}/0"

    def new_child(self) -> Child:
        """Return its process, not started yet; raise `LocalError` where the program is not installed."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise LocalError(
                f"{PROGRAM} is not installed. Install it (Debian and Ubuntu: apt-get install {PROGRAM}, macOS: "
                "brew install redis), or leave out --redis."
            )
        settings = {
            "bind": LOCALHOST,
            "port": self.port,
            "requirepass": self._password,
            "maxmemory": MEMORY,
            "maxmemory-policy": "volatile-lru",
            "save": '""',
            "appendonly": "no",
        }
        lines = "".join(f"{name} {value}\n" for name, value in settings.items())
        return Child(
            name="redis",
            command=[program, str(self._state.write_private("redis.conf", lines))],
            environment={"LC_ALL": "C"},
            log=self._state.log("redis"),
            port=self.port,
        )
