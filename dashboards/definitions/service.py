"""One service: its routes, its database pool, its processes, and what is its own."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from definitions import business, parts
from definitions.board import NAMESPACE, Row, board, choice
from definitions.panels import Column, Panel, Query, graph, listing, number, spread
from definitions.promql import RANGE, WINDOW, Scope, quantile, rate, share

PURPOSE = {
    "identity": "accounts, sessions, passwords",
    "course": "catalogue, search, curricula, reviews",
    "enrollment": "enrollments, progress, certificates",
    "payment": "purchases, refunds, settlements",
    "notification": "notifications and mails",
}
WITH_CACHE = ("course",)
WITHOUT_EVENTS = ("notification",)
WITHOUT_EARS = ("identity",)


def service(name: str) -> Dashboard:
    scope = Scope(f'{NAMESPACE}, service="{name}", instance=~"$instance"', by="instance")
    rows = [
        Row("Now", _now(scope)),
        Row("Requests", _requests(scope)),
        Row("Routes", _routes(scope)),
        Row("Database", [_pool(scope), parts.saturation(scope), parts.pool_wait(scope)]),
        Row("Process", [parts.cpu(scope, 6), parts.memory(scope, 6), parts.loop_lag(scope, 6), _files(scope)]),
        *_own(name, scope),
    ]
    instance = choice("instance", "Process", f'label_values(service_info{{{NAMESPACE}, service="{name}"}}, instance)')
    title = f"EduPlatform / Service {name}"
    return board(name, title, f"The service {name}: {PURPOSE[name]}.", rows, [instance])


def _now(scope: Scope) -> list[Panel]:
    requests = scope.requests("http_requests_total")
    return [
        number("Processes", "Processes that were scraped.", "short", f"count({scope.select('service_info')})"),
        number("Requests per second", "Without probes and scrapes.", "reqps", rate(requests)),
        number("Server errors", "The share of requests answered with 5xx.", "percentunit",
               share(scope.requests("http_requests_total", 'status=~"5.."'), requests), parts.ERROR_LIMITS),
        number("Latency p99", "99 % of requests are answered within this time.", "s",
               quantile(0.99, scope.requests("http_request_duration_seconds_bucket")), parts.LATENCY_LIMITS),
        number("Fullest database pool", "Connections handed out, by pool size.", "percentunit",
               f"max({scope.select('db_pool_saturation_ratio')})", parts.SATURATION_LIMITS),
        number("Requests in progress", "At the moment of the scrape.", "short",
               f"sum({scope.select('http_requests_in_progress')})"),
    ]  # fmt: skip


def _requests(scope: Scope) -> list[Panel]:
    answered = f"rate({scope.requests('http_requests_total')}[{WINDOW}])"
    by_class = f'sum by (class) (label_replace({answered}, "class", "${{1}}xx", "status", "(.).."))'
    buckets = rate(scope.requests("http_request_duration_seconds_bucket"), "le")
    return [
        graph(
            "Requests per second by status",
            "4xx is the client's doing (not signed in, not found, refused by a limit), 5xx the service's. The routes "
            "that answer them are below.",
            "reqps",
            Query(by_class, "{{class}}"),
            stacked=True,
        ),
        parts.percentiles(scope),
        spread(
            "Latency, all requests",
            "How many requests took how long. Two bands mean two kinds of request: cached and not, or waiting and not.",
            buckets,
            span=8,
        ),
    ]


def _routes(scope: Scope) -> list[Panel]:
    requests = scope.requests("http_requests_total")
    buckets = scope.requests("http_request_duration_seconds_bucket")
    refused = scope.requests("http_requests_total", 'status=~"[45].."')
    by = ("method", "route")
    return [
        listing(
            "Routes, over the chosen time",
            "Every route by its template; 'unmatched' are paths that don't exist. A route with a high p99 and a high "
            "rate is where work pays.",
            by,
            Column("Requests per second", rate(requests, *by, window=RANGE), "reqps"),
            Column("p50", quantile(0.5, buckets, *by, window=RANGE), "s", parts.LATENCY_LIMITS),
            Column("p95", quantile(0.95, buckets, *by, window=RANGE), "s", parts.LATENCY_LIMITS),
            Column("p99", quantile(0.99, buckets, *by, window=RANGE), "s", parts.LATENCY_LIMITS),
            Column("Refused (4xx)", _part(scope, "4..", *by), "percentunit"),
            Column("Failed (5xx)", _part(scope, "5..", *by), "percentunit", parts.ERROR_LIMITS),
        ),
        graph(
            "Busiest routes",
            "The ten routes with the most requests.",
            "reqps",
            Query(f"topk(10, {rate(requests, *by)})", "{{method}} {{route}}"),
            span=8,
        ),
        graph(
            "Slowest routes, p99",
            "The ten routes with the longest p99.",
            "s",
            Query(f"topk(10, {quantile(0.99, buckets, *by)} > 0)", "{{method}} {{route}}"),
            span=8,
            limits=parts.LATENCY_LIMITS,
        ),
        graph(
            "Refusals and errors by route",
            "Responses of 400 and above, by route and status; the ten most frequent.",
            "reqps",
            Query(
                f"topk(10, {rate(refused, 'route', 'status')})",
                "{{status}} {{route}}",
            ),
            span=8,
        ),
    ]


def _part(scope: Scope, status: str, *by: str) -> str:
    part = scope.requests("http_requests_total", f'status=~"{status}"')
    return share(part, scope.requests("http_requests_total"), *by, window=RANGE)


def _pool(scope: Scope) -> Panel:
    return graph(
        "Database connections",
        "How many of the pool's connections are handed out at the moment of the scrape, over all processes.",
        "short",
        Query(f"sum({scope.select('db_pool_in_use')})", "in use"),
        Query(f"sum({scope.select('db_pool_size')})", "pool size"),
    )


def _files(scope: Scope) -> Panel:
    opened = f"process_open_fds * on (namespace, job, instance) group_left (service) {scope.select('service_info')}"
    return graph(
        "Open files and connections",
        "File descriptors: a line that only ever climbs means connections that nobody closes.",
        "short",
        Query(f"max by ({scope.by}) ({opened})", scope.legend),
        span=6,
    )


def _own(name: str, scope: Scope) -> list[Row]:
    hashing = [parts.hash_queue(scope)] if name == "identity" else []
    rows = [Row("Limits", [parts.refusals(scope), parts.shed(scope), *hashing])]
    if name in WITH_CACHE:
        rows.append(Row("Cache", [parts.cache_hits(scope, span=12), _look_ups(scope)]))
    if name not in WITHOUT_EVENTS:
        rows.append(Row("Events told", [parts.outbox(scope), parts.outbox_age(scope), _told(scope)]))
    if name not in WITHOUT_EARS:
        rows.append(Row("Events heard", [_heard(scope)]))
    if own := business.of(name, scope):
        rows.append(Row("Business", own))
    return rows


def _look_ups(scope: Scope) -> Panel:
    return graph(
        "Look-ups per second",
        "By cache and result; each miss asks the database.",
        "ops",
        Query(rate(scope.select("cache_requests_total"), "cache", "result"), "{{cache}} {{result}}"),
        span=12,
        stacked=True,
    )


def _told(scope: Scope) -> Panel:
    return graph(
        "Events delivered per second",
        "By type and result. A failed delivery is tried again; the subscriber's log says why it refused.",
        "ops",
        Query(rate(scope.select("events_delivered_total"), "type", "result"), "{{type}} {{result}}"),
    )


def _heard(scope: Scope) -> Panel:
    buckets = scope.requests("http_request_duration_seconds_bucket", 'route="/internal/events"')
    return graph(
        "Time to take a batch of events",
        "Other services hand their events over in batches; a batch is answered when it is durable here.",
        "s",
        *(Query(quantile(q, buckets), name) for name, q in parts.PERCENTILES),
        span=24,
    )
