"""The five services as the runner knows them: a name, a port, a package to run."""

import sys
from dataclasses import dataclass
from typing import Self

from edu_cli.devserver import ports
from edu_topology import SERVICES

HOST = "127.0.0.1"
GATEWAY_ADDRESS = "127.0.0.2" if sys.platform == "linux" else HOST
"""The source IP of the gateway's requests to services, so that only its `X-Forwarded-For` is trusted and not that of

every local client; only Linux has all of 127.0.0.0/8 on its loopback.
"""
FRONTEND_ADDRESS = "127.0.0.3" if sys.platform == "linux" else HOST
"""The source IP of the front end's requests to services, for the same reason."""


@dataclass(frozen=True)
class Ports:
    """The ports of the platform: the public origin, each service by name, the front end, and the gateway's metrics."""

    public: int
    services: dict[str, int]
    frontend: int
    metrics: int

    @classmethod
    def standard(cls, public: int = 3001, base: int = 8000) -> Self:
        """Return the public port, `base` + 1 to + 5 for services, and the next ones for front end and metrics."""
        services = {name: base + number for number, name in enumerate(SERVICES, start=1)}
        return cls(public, services, base + 6, base + 7)

    @classmethod
    def free(cls) -> Self:
        """Return ports on which no process listens now, for tests."""
        public, frontend, metrics, *services = ports.find_free(3 + len(SERVICES))
        return cls(public, dict(zip(SERVICES, services, strict=True)), frontend, metrics)
