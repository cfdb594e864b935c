"""The names and ports of the five services, for everything that starts, calls, seeds or observes them."""

from collections.abc import Mapping

PORTS: Mapping[str, int] = {"identity": 8001, "course": 8002, "enrollment": 8003, "payment": 8004, "notification": 8005}
"""The port that each service listens on unless PORT says otherwise."""

SERVICES = tuple(PORTS)


def local_url(service: str) -> str:
    """Return the URL of a service that runs on this machine, on its own port."""
    return f"http://127.0.0.1:{PORTS[service]}"
