"""Events between the services: what waits, what is delivered, what is refused."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from definitions import parts
from definitions.board import NAMESPACE, Row, board
from definitions.panels import Column, Panel, Query, graph, listing, number
from definitions.promql import RANGE, Scope, increase, quantile, rate

SCOPE = Scope(NAMESPACE, by="service")
TOLD = SCOPE.select("events_delivered_total")
FAILED = SCOPE.select("events_delivered_total", 'result="failed"')
HEARD = SCOPE.select("http_request_duration_seconds_bucket", 'route="/internal/events"')


def events() -> Dashboard:
    rows = [
        Row("Now", _now()),
        Row("Outbox", [parts.outbox(SCOPE, span=12), parts.outbox_age(SCOPE, span=12)]),
        Row("Deliveries", _deliveries()),
    ]
    return board("events", "EduPlatform / Events", __doc__ or "", rows)


def _now() -> list[Panel]:
    return [
        number("Events waiting", "Not yet taken by every subscriber. Zero within a second when all is well.", "short",
               f"sum(max by (namespace, service) ({SCOPE.select('outbox_pending')}))", (100, 1000), span=6),
        number("Oldest waiting event", "Above some seconds a subscriber is away or refuses an event.", "s",
               f"max({SCOPE.select('outbox_oldest_age_seconds')})", (10, 60), span=6),
        number("Deliveries per second", "Events handed to a subscriber, each subscriber counted.", "ops", rate(TOLD),
               span=6),
        number("Refused in the chosen time", "Deliveries that a subscriber refused; each is tried again.", "short",
               increase(FAILED, window=RANGE), (1, 10), span=6),
    ]  # fmt: skip


def _deliveries() -> list[Panel]:
    return [
        graph(
            "Delivered and refused per second",
            "Refusals that go on are an event that a subscriber cannot take: its log names the event.",
            "ops",
            Query(rate(TOLD, "result"), "{{result}}"),
        ),
        graph(
            "Deliveries per second by type",
            "The ten most frequent types.",
            "ops",
            Query(f"topk(10, {rate(TOLD, 'type')} > 0)", "{{type}}"),
        ),
        graph(
            "Time to take a batch, p99",
            "Time that a subscriber takes until a batch of events is durable with it. Slow here means late there.",
            "s",
            Query(quantile(0.99, HEARD, "service"), "{{service}}"),
            limits=parts.LATENCY_LIMITS,
        ),
        listing(
            "Deliveries in the chosen time",
            "By the service that told of the event.",
            ("service", "type", "result"),
            Column("Deliveries", increase(TOLD, "service", "type", "result", window=RANGE), "short"),
        ),
    ]
