"""A load test as its clients see it and as the services do, side by side."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from definitions import parts
from definitions.board import NAMESPACE, Row, board
from definitions.panels import Column, Panel, Query, graph, listing, number
from definitions.promql import RANGE, Scope, quantile, rate, share

SCOPE = Scope(NAMESPACE, by="service")
REQUESTS = SCOPE.select("loadtest_requests_total")
FAILED = SCOPE.select("loadtest_requests_total", 'result="failed"')
BUCKETS = SCOPE.select("loadtest_response_seconds_bucket")
SERVED = SCOPE.select("http_request_duration_seconds_bucket")


def load_test() -> Dashboard:
    rows = [
        Row("Now", _now()),
        Row("Clients", _clients()),
        Row(
            "Services",
            [
                parts.traffic(SCOPE),
                parts.latency(SCOPE, ("p99", 0.99)),
                parts.errors(SCOPE),
            ],
        ),
        Row(
            "What gives out first",
            [
                parts.cpu(SCOPE),
                parts.saturation(SCOPE),
                parts.pool_wait(SCOPE),
                parts.loop_lag(SCOPE),
                parts.hash_queue(SCOPE),
                parts.cache_hits(SCOPE),
            ],
        ),
    ]
    return board("load-test", "EduPlatform / Load test", __doc__ or "", rows)


def _now() -> list[Panel]:
    return [
        number("Users", "Users that are active at once, over all Locust processes.", "short",
               f"sum({SCOPE.select('loadtest_users')})", span=6),
        number("Requests per second", "As the clients count them.", "reqps", rate(REQUESTS), span=6),
        number("Failures", "The share of requests that a client calls failed.", "percentunit",
               share(FAILED, REQUESTS), parts.ERROR_LIMITS, span=6),
        number("Response time p99", "As the clients measure it.", "s", quantile(0.99, BUCKETS), (0.2, 0.5), span=6),
    ]  # fmt: skip


def _clients() -> list[Panel]:
    return [
        graph(
            "Users and requests per second",
            "Users wait between requests, so the rate follows the number of users until the platform slows them down: "
            "where the second line no longer follows the first, it is at its limit.",
            "short",
            Query(f"sum({SCOPE.select('loadtest_users')})", "users"),
            Query(rate(REQUESTS), "requests per second"),
        ),
        graph(
            "Response times of the clients",
            "What users wait for. It holds what the services measure and what they cannot see: queues before them, "
            "gateway, network, and a Locust process that is itself out of CPU.",
            "s",
            *(Query(quantile(q, BUCKETS), name) for name, q in parts.PERCENTILES),
            limits=parts.LATENCY_LIMITS,
        ),
        graph(
            "Outside of the services, p99",
            "The clients' p99 less that of all services. When it grows while the services stay fast, look at the "
            "gateway or ingress, and at Locust's own CPU.",
            "s",
            Query(f"clamp_min({quantile(0.99, BUCKETS)} - {quantile(0.99, SERVED)}, 0)", "p99"),
        ),
        listing(
            "Requests, over the chosen time",
            "By what the clients call them.",
            ("name",),
            Column("Requests per second", rate(REQUESTS, "name", window=RANGE), "reqps"),
            Column("p50", quantile(0.5, BUCKETS, "name", window=RANGE), "s", parts.LATENCY_LIMITS),
            Column("p95", quantile(0.95, BUCKETS, "name", window=RANGE), "s", parts.LATENCY_LIMITS),
            Column("p99", quantile(0.99, BUCKETS, "name", window=RANGE), "s", parts.LATENCY_LIMITS),
            Column("Failed", share(FAILED, REQUESTS, "name", window=RANGE), "percentunit", parts.ERROR_LIMITS),
        ),
    ]
