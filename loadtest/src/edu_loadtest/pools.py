"""How much of their connection pools the services use during a run, asked of each of their processes.

COURSE_METRICS and its like say where a service's processes tell their metrics: addresses `host:port`, separated by
commas. A host name stands for every address that it has, as that of a Kubernetes Service without a virtual address.
"""

import os
import socket
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import gevent

PAUSE_SECONDS = 2.0
ANSWER_SECONDS = 2.0
SUFFIX = "_METRICS"
PEAK, SIZE = "db_pool_peak_in_use", "db_pool_size"


@dataclass
class Pools:
    """The highest figures of any look so far, by service."""

    addresses: Mapping[str, list[str]]
    saturation: dict[str, float] = field(default_factory=dict[str, float])
    """Of the busiest process: connections handed out, by the size of the pool."""
    connections: dict[str, int] = field(default_factory=dict[str, int])
    """Handed out at once, by all processes together."""

    @classmethod
    def named_by(cls, environment: Mapping[str, str] = os.environ) -> "Pools":
        named = {name: value for name, value in environment.items() if name.endswith(SUFFIX) and value}
        return cls({name.removesuffix(SUFFIX).lower(): value.split(",") for name, value in named.items()})

    def watch(self) -> None:
        """Until the greenlet that runs this ends."""
        while self.addresses:
            for service, addresses in self.addresses.items():
                self.note(service, list(figures(addresses)))
            gevent.sleep(PAUSE_SECONDS)

    def note(self, service: str, processes: list[dict[str, float]]) -> None:
        if processes:
            busiest = max(process[PEAK] / process[SIZE] for process in processes)
            together = int(sum(process[PEAK] for process in processes))
            self.saturation[service] = max(self.saturation.get(service, 0.0), round(busiest, 3))
            self.connections[service] = max(self.connections.get(service, 0), together)


def figures(addresses: Iterable[str]) -> Iterator[dict[str, float]]:
    """Of each process that answers; one that does not is on its way in or out."""
    for url in [url for address in addresses for url in processes(address)]:
        try:
            yield read(url)
        except OSError:
            continue


def processes(address: str) -> list[str]:
    """None while the name has no address."""
    host, _, port = address.rpartition(":")
    try:
        found = socket.getaddrinfo(host, int(port), socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted(f"http://{item[4][0]}:{port}/metrics" for item in found)


def read(url: str) -> dict[str, float]:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - http, see above
        lines = answer.read().decode().splitlines()
    samples = [line.rpartition(" ") for line in lines if line.startswith((f"{PEAK}{{", f"{SIZE}{{"))]
    return {name.partition("{")[0]: float(value) for name, _, value in samples}
