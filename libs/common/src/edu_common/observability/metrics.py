"""Prometheus metrics that every service exposes; their names and labels are part of the public interface."""

from enum import StrEnum

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from edu_common import __version__

disable_created_metrics()

LATENCY_BUCKETS = (
    0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10,
)  # fmt: skip

REQUESTS = Counter("http_requests_total", "Requests served", ["service", "method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time from a request's first byte to its response's last byte",
    ["service", "method", "route"],
    buckets=LATENCY_BUCKETS,
)
REQUESTS_IN_PROGRESS = Gauge("http_requests_in_progress", "Requests being served", ["service"])

POOL_SIZE = Gauge("db_pool_size", "Connections that the pool may open", ["service"])
POOL_IN_USE = Gauge("db_pool_in_use", "Connections handed out", ["service"])
POOL_PEAK = Gauge("db_pool_peak_in_use", "Most connections handed out at once in the last five seconds", ["service"])
POOL_SATURATION = Gauge("db_pool_saturation_ratio", "Handed-out connections by pool size", ["service"])
POOL_WAIT_SECONDS = Histogram(
    "db_pool_wait_seconds", "Time waited for a connection", ["service"], buckets=LATENCY_BUCKETS
)

OUTBOX_PENDING = Gauge("outbox_pending", "Events not yet taken by every subscriber", ["service"])
OUTBOX_OLDEST_AGE = Gauge("outbox_oldest_age_seconds", "Age of the oldest of them", ["service"])
EVENTS_DELIVERED = Counter(
    "events_delivered_total", "Deliveries of events to subscribers", ["service", "type", "result"]
)

REDIS_UP = Gauge("redis_up", "Whether the process reaches its Redis; absent where it has none", ["service"])
CACHE_REQUESTS = Counter("cache_requests_total", "Look-ups in a cache", ["service", "cache", "result"])
REQUESTS_SHED = Counter("requests_shed_total", "Requests rejected with 503 because of overload", ["service", "reason"])
RATE_LIMITED = Counter("rate_limited_total", "Requests rejected by a rate limit", ["service", "policy"])
PASSWORD_HASH_QUEUE = Gauge("password_hash_queue_depth", "Password hashes waiting or running", ["service"])

EVENT_LOOP_LAG = Histogram(
    "event_loop_lag_seconds", "By how much a short sleep of the event loop lasted too long", ["service"],
    buckets=LATENCY_BUCKETS,
)  # fmt: skip
SERVICE_INFO = Gauge("service_info", "1; gives a process's own metrics the name of its service", ["service", "version"])


class Shed(StrEnum):
    """Why a request was shed."""

    AT_ONCE = "at_once"
    """The process was serving as many requests as it may."""
    EVENT_LOOP = "event_loop"
    """The event loop lagged behind."""
    POOL = "pool"
    """No database connection became free in time."""
    HASHING = "hashing"
    """Too many passwords were waiting to be hashed."""


def announce(service: str, events_path: str) -> None:
    """Initialise each metric to zero, so that a scrape finds it from the start.

    Batches at `events_path` are rare: without the zero, the first one would not show as an increase.
    """
    for gauge in (OUTBOX_PENDING, OUTBOX_OLDEST_AGE, PASSWORD_HASH_QUEUE, REQUESTS_IN_PROGRESS):
        gauge.labels(service).set(0)
    for histogram in (POOL_WAIT_SECONDS, EVENT_LOOP_LAG):
        histogram.labels(service)
    for reason in Shed:
        REQUESTS_SHED.labels(service, reason)
    REQUEST_SECONDS.labels(service, "POST", events_path)
    SERVICE_INFO.labels(service, __version__).set(1)
