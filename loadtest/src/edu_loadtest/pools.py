"""How much of their connection pools the services use during a run, read from each of their processes.

COURSE_METRICS and so on are a service's scrape targets: `host:port`, separated by commas. A host name stands for all
its IP addresses, as that of a headless Kubernetes Service does.
"""

import os
import socket
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import gevent

from edu_loadtest.prometheus import samples

INTERVAL_SECONDS = 2.0
TIMEOUT_SECONDS = 2.0
SUFFIX = "_METRICS"
PEAK, SIZE = "db_pool_peak_in_use", "db_pool_size"


@dataclass
class PoolPeaks:
    """The highest values of all scrapes so far, by service."""

    targets: Mapping[str, list[str]]
    saturation: dict[str, float] = field(default_factory=dict[str, float])
    """Connections in use by the busiest process, as a fraction of its pool."""
    connections: dict[str, int] = field(default_factory=dict[str, int])
    """Connections in use at once, by all processes together."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "PoolPeaks":
        named = {name: value for name, value in environment.items() if name.endswith(SUFFIX) and value}
        return cls({name.removesuffix(SUFFIX).lower(): value.split(",") for name, value in named.items()})

    def watch(self) -> None:
        """Scrape again and again until the greenlet that runs this ends."""
        while self.targets:
            for service, targets in self.targets.items():
                self.record(service, list(scrape(targets)))
            gevent.sleep(INTERVAL_SECONDS)

    def record(self, service: str, processes: list[dict[str, float]]) -> None:
        """Take the metrics of a service's processes into account."""
        if processes:
            busiest = max(process[PEAK] / process[SIZE] for process in processes)
            total = int(sum(process[PEAK] for process in processes))
            self.saturation[service] = max(self.saturation.get(service, 0.0), round(busiest, 3))
            self.connections[service] = max(self.connections.get(service, 0), total)


def scrape(targets: Iterable[str]) -> Iterator[dict[str, float]]:
    """Yield the metrics of each process that responds; one that does not is starting or ending."""
    for url in [url for target in targets for url in _metrics_urls(target)]:
        try:
            yield _read(url)
        except OSError:
            continue


def _metrics_urls(target: str) -> list[str]:
    """Return a URL for each IP address of a target; none while its name does not resolve."""
    host, _, port = target.rpartition(":")
    try:
        found = socket.getaddrinfo(host, int(port), socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted(f"http://{item[4][0]}:{port}/metrics" for item in found)


def _read(url: str) -> dict[str, float]:
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - http, see above
        text = response.read().decode()
    return {sample.name: sample.value for sample in samples(text, (PEAK, SIZE))}
