"""The whole platform at a glance: is it well, and if not, which service and which resource."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from definitions import business, parts
from definitions.board import NAMESPACE, Row, board, choice
from definitions.panels import Column, Panel, listing, number
from definitions.promql import Scope, quantile, rate, share

SCOPE = Scope(f'{NAMESPACE}, service=~"$service"', by="service")


def overview() -> Dashboard:
    rows = [
        Row("Now", _now()),
        Row(
            "Requests",
            [
                parts.traffic(SCOPE, span=12),
                parts.errors(SCOPE, span=12),
                *(parts.latency(SCOPE, percentile) for percentile in parts.PERCENTILES),
                parts.shed(SCOPE, span=24),
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
                parts.memory(SCOPE),
            ],
        ),
        Row(
            "Between the services",
            [parts.in_progress(SCOPE, span=6), parts.outbox(SCOPE, span=6), parts.outbox_age(SCOPE, span=6),
             parts.refusals(SCOPE, span=6)],
        ),
        Row("Business", business.everything(SCOPE)),
        Row("Alerts", [_alerts()]),
    ]  # fmt: skip
    service = choice("service", "Service", f"label_values(service_info{{{NAMESPACE}}}, service)")
    return board("overview", "EduPlatform / Overview", __doc__ or "", rows, [service])


def _now() -> list[Panel]:
    requests = SCOPE.requests("http_requests_total")
    return [
        number("Processes up", "Processes that answer scrapes, of those that should. `ServiceDown` tells which does "
               "not.", "percentunit", f'avg(up{{{NAMESPACE}, job="eduplatform"}})', (0.99, 1), low_is_bad=True),
        number("Requests per second", "All services together.", "reqps", rate(requests)),
        number("Server errors", "The share of requests answered with 5xx.", "percentunit",
               share(SCOPE.requests("http_requests_total", 'status=~"5.."'), requests), parts.ERROR_LIMITS),
        number("Latency p99", "Of all services together; below is each by itself.", "s",
               quantile(0.99, SCOPE.requests("http_request_duration_seconds_bucket")), parts.LATENCY_LIMITS),
        number("Fullest database pool", "Connections handed out, by pool size, of the process that has the fewest "
               "left.", "percentunit", f"max({SCOPE.select('db_pool_saturation_ratio')})", parts.SATURATION_LIMITS),
        number("Oldest waiting event", "Above some seconds a subscriber is away: see the dashboard of events.", "s",
               f"max({SCOPE.select('outbox_oldest_age_seconds')})", (10, 60)),
    ]  # fmt: skip


def _alerts() -> Panel:
    return listing(
        "Alerts, pending and firing",
        "What the alert rules found at the end of the chosen time. A pending one has not lasted long enough yet. "
        "Each alert has a section in docs/how-to/runbooks.md.",
        ("alertname", "severity", "alertstate", "service", "namespace"),
        Column("Instances", f"count by (alertname, severity, alertstate, service, namespace) (ALERTS{{{NAMESPACE}}})"),
    )
