"""Metrics of this process's users for Prometheus, on METRICS_PORT when it is set."""

import os
from typing import Any, cast

from locust import events
from locust.env import Environment
from locust.runners import MasterRunner
from prometheus_client import Counter, Gauge, Histogram, start_http_server

BUCKETS = (
    0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10,
)  # fmt: skip

USERS = Gauge("loadtest_users", "Active users")
REQUESTS = Counter("loadtest_requests_total", "Completed requests", ["name", "result"])
RESPONSE_SECONDS = Histogram("loadtest_response_seconds", "Response time", ["name"], buckets=BUCKETS)


def install() -> None:
    """Report Locust's events to these metrics; its master sends no requests and exports none."""
    hooks = cast("Any", events)  # Locust's annotations are partial
    hooks.init.add_listener(_serve)
    hooks.request.add_listener(_count)


def _serve(environment: Environment, **_: Any) -> None:
    port = os.environ.get("METRICS_PORT")
    runner = environment.runner
    if port and runner and not isinstance(runner, MasterRunner):
        USERS.set_function(lambda: runner.user_count)
        start_http_server(int(port))


def _count(name: str, response_time: float, exception: Exception | None, **_: Any) -> None:
    results = {failed: REQUESTS.labels(name, "failed" if failed else "ok") for failed in (True, False)}
    results[bool(exception)].inc()
    RESPONSE_SECONDS.labels(name).observe(response_time / 1000)
