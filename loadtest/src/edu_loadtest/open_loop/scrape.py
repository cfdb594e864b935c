"""Reads the few metrics of a service that tell what it is short of."""

import http.client
import re
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 2.0
SAMPLE = re.compile(r"(\w+)(?:\{([^}]*)\})? (\S+)")
WANTED = ("process_cpu_seconds_total", "db_pool_", "event_loop_lag_seconds_", "password_hash_queue_depth", "cache_req")
HIT = 'result="hit"'


@dataclass(frozen=True)
class Scrape:
    """A process of a service at one moment; counters since its start."""

    values: dict[str, float] = field(default_factory=dict[str, float])
    """Sums over labels but the bounds of histograms."""

    def get(self, name: str) -> float:
        return self.values.get(name, 0.0)

    def since(self, earlier: "Scrape") -> "Scrape":
        """What was counted in between."""
        return Scrape({name: value - earlier.get(name) for name, value in self.values.items()})

    def mean(self, histogram: str) -> float:
        count = self.get(f"{histogram}_count")
        return self.get(f"{histogram}_sum") / count if count else 0.0


def scrape(url: str) -> Scrape:
    """Ask a service, at its own address."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/metrics")
        return parse(connection.getresponse().read().decode())
    finally:
        connection.close()


def parse(text: str) -> Scrape:
    values: dict[str, float] = defaultdict(float)
    for line in text.splitlines():
        sample = SAMPLE.fullmatch(line) if line.startswith(WANTED) and "_bucket" not in line else None
        if sample:
            name, labels, value = sample.groups()
            values[f"{name} hit" if HIT in (labels or "") else name] += float(value)
    return Scrape(dict(values))
