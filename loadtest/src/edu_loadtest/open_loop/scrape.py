"""The few metrics of a service that show which resource it lacks."""

import http.client
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from edu_loadtest.prometheus import samples

TIMEOUT_SECONDS = 2.0
WANTED = (
    "process_cpu_seconds_total",
    "db_pool_",
    "event_loop_lag_seconds_",
    "password_hash_queue_depth",
    "cache_req",
    "outbox_pending",
)


@dataclass(frozen=True)
class Scrape:
    """A service's process at one moment; counters since its start."""

    values: dict[str, float] = field(default_factory=dict[str, float])
    """Sums over all labels; those of cache hits are counted as `<name> hit`."""

    def get(self, name: str) -> float:
        """Return a value; 0 when the service does not export it."""
        return self.values.get(name, 0.0)

    def since(self, earlier: "Scrape") -> "Scrape":
        """Return what was counted after an earlier scrape."""
        return Scrape({name: value - earlier.get(name) for name, value in self.values.items()})

    def mean(self, histogram: str) -> float:
        """Return the mean of a histogram's observations; 0 when there are none."""
        count = self.get(f"{histogram}_count")
        return self.get(f"{histogram}_sum") / count if count else 0.0


def scrape(url: str) -> Scrape:
    """Read the metrics of the service at this URL; raise `OSError` or `HTTPException` when it does not respond."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/metrics")
        return parse(connection.getresponse().read().decode())
    finally:
        connection.close()


def parse(text: str) -> Scrape:
    """Parse Prometheus' text format."""
    values: dict[str, float] = defaultdict(float)
    for sample in samples(text, WANTED):
        hit = sample.labels.get("result") == "hit"
        values[f"{sample.name} hit" if hit else sample.name] += sample.value
    return Scrape(dict(values))
