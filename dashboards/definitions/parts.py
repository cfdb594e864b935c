"""Panels that several dashboards show, each for its own scope: by service, or by process of one service."""

from definitions.panels import Panel, Query, graph
from definitions.promql import WINDOW, Scope, increase, of_service, quantile, rate, share

PERCENTILES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
ERROR_LIMITS = (0.001, 0.01)
LATENCY_LIMITS = (0.2, 0.5)
SATURATION_LIMITS = (0.7, 0.9)
WAIT_LIMITS = (0.01, 0.1)
LAG_LIMITS = (0.025, 0.1)
CPU_LIMITS = (0.7, 0.9)


def traffic(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Requests per second",
        "Requests answered, without probes and scrapes. A sudden drop without a drop in visitors means "
        "that requests don't arrive: look at the gateway or ingress.",
        "reqps",
        Query(rate(scope.requests("http_requests_total"), scope.by), scope.legend),
        span=span,
    )


def errors(scope: Scope, span: int = 8) -> Panel:
    answered = scope.requests("http_requests_total")
    return graph(
        "Server errors",
        "The share of requests answered with 5xx. 503 is load shed, or a database away; 504 a request that took "
        "too long; 500 a fault in the code. The logs tell more: level=error, by request_id.",
        "percentunit",
        Query(share(scope.requests("http_requests_total", 'status=~"5.."'), answered, scope.by), scope.legend),
        span=span,
        limits=ERROR_LIMITS,
        top=ERROR_LIMITS[1],
    )


def latency(scope: Scope, percentile: tuple[str, float], span: int = 8) -> Panel:
    name, q = percentile
    buckets = scope.requests("http_request_duration_seconds_bucket")
    return graph(
        f"Latency {name}",
        f"{q:.0%} of requests are answered within this time, measured in the service from the first byte to the "
        "last. When it rises, look below which part waits: pool, CPU, event loop.",
        "s",
        Query(quantile(q, buckets, scope.by), scope.legend),
        span=span,
        limits=LATENCY_LIMITS,
    )


def percentiles(scope: Scope, span: int = 8) -> Panel:
    buckets = scope.requests("http_request_duration_seconds_bucket")
    return graph(
        "Latency",
        "Half, 95 % and 99 % of requests are answered within these times. A wide gap between p50 and p99 means "
        "waiting (pool, hashing, event loop) or a few slow routes; the table of routes tells which.",
        "s",
        *(Query(quantile(q, buckets), name) for name, q in PERCENTILES),
        span=span,
        limits=LATENCY_LIMITS,
    )


def in_progress(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Requests in progress",
        "Requests being served at the moment of the scrape, event streams among them. When it climbs while the rate "
        "does not, requests pile up; past its limit (MAX_CONCURRENT_REQUESTS) a service answers 503.",
        "short",
        Query(f"sum by ({scope.by}) ({scope.select('http_requests_in_progress')})", scope.legend),
        span=span,
    )


def saturation(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Database pool in use",
        "Connections handed out, by the size of the pool; the fullest process counts. Near 100 % requests wait for "
        "a connection: raise DB_POOL_SIZE (dbPoolSize) within the database's max_connections, or add replicas.",
        "percentunit",
        Query(f"max by ({scope.by}) ({scope.select('db_pool_saturation_ratio')})", scope.legend),
        span=span,
        limits=SATURATION_LIMITS,
        top=1,
    )


def pool_wait(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Wait for a connection, p99",
        "99 % of requests to the pool got a connection within this time. More than a few milliseconds means that "
        "the pool is too small, or that statements hold connections for too long.",
        "s",
        Query(quantile(0.99, scope.select("db_pool_wait_seconds_bucket"), scope.by), scope.legend),
        span=span,
        limits=WAIT_LIMITS,
    )


def cpu(scope: Scope, span: int = 8) -> Panel:
    used = of_service("process_cpu_seconds_total", scope, WINDOW)
    return graph(
        "CPU of the busiest process",
        "Cores in use. A service's process runs Python on one core, so 100 % is its end: add replicas or workers. "
        "Identity may go above, since passwords are hashed in threads.",
        "percentunit",
        Query(f"max by ({scope.by}) ({used})", scope.legend),
        span=span,
        limits=CPU_LIMITS,
        top=1,
    )


def memory(scope: Scope, span: int = 8) -> Panel:
    resident = of_service("process_resident_memory_bytes", scope)
    return graph(
        "Memory of the largest process",
        "Resident memory. On Kubernetes a container that reaches its limit (384 MiB unless set) is killed; a line "
        "that only ever climbs is a leak.",
        "bytes",
        Query(f"max by ({scope.by}) ({resident})", scope.legend),
        span=span,
    )


def loop_lag(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Event loop lag, p99",
        "By how much the event loop is late. Whatever blocks it delays every request of the process: too little "
        "CPU, or code that computes or waits without giving way.",
        "s",
        Query(quantile(0.99, scope.select("event_loop_lag_seconds_bucket"), scope.by), scope.legend),
        span=span,
        limits=LAG_LIMITS,
    )


def hash_queue(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Password hashes waiting or running",
        "Each log-in and registration computes one, for some 25 ms of a core. When the wait would pass a second, "
        "identity answers 503: add replicas of identity, or cores.",
        "short",
        Query(f"sum by ({scope.by}) ({scope.select('password_hash_queue_depth')})", scope.legend),
        span=span,
    )


def cache_hits(scope: Scope, span: int = 8) -> Panel:
    looked = scope.select("cache_requests_total")
    return graph(
        "Cache hits",
        "The share of look-ups that the cache answered. Low when the cache is off (CACHE=none), cold after a start, "
        "or emptied by many writes; each miss is work for the database.",
        "percentunit",
        Query(share(scope.select("cache_requests_total", 'result="hit"'), looked, "cache"), "{{cache}}"),
        span=span,
        top=1,
    )


def refusals(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Refused by rate limits",
        "Requests answered with 429, by policy. A few are normal; many mean a client gone wild, an attack on "
        "passwords, or a load test that runs with limits on (RATE_LIMITS=off turns them off).",
        "reqps",
        Query(rate(scope.select("rate_limited_total"), "service", "policy"), "{{service}} {{policy}}"),
        span=span,
    )


def shed(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Refused for want of room",
        "Requests answered 503 at once because they would be answered too late, by reason: event_loop is a process "
        "that is behind, pool a database without a free connection, at_once MAX_CONCURRENT_REQUESTS, hashing sign-ins.",
        "reqps",
        Query(rate(scope.select("requests_shed_total"), "service", "reason"), "{{service}} {{reason}}"),
        span=span,
        stacked=True,
    )


def outbox(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Events waiting",
        "Events not yet taken by every subscriber. It falls to zero within a second when all is well. All processes "
        "of a service see the same outbox, so the largest figure counts.",
        "short",
        Query(f"max by ({scope.by}) ({scope.select('outbox_pending')})", scope.legend),
        span=span,
    )


def outbox_age(scope: Scope, span: int = 8) -> Panel:
    return graph(
        "Age of the oldest waiting event",
        "How long the oldest of them waits. Above some seconds a subscriber is away or refuses an event: its log, "
        "and 'subscriber unreachable' in this service's log, say why. Nothing is lost, it is only late.",
        "s",
        Query(f"max by ({scope.by}) ({scope.select('outbox_oldest_age_seconds')})", scope.legend),
        span=span,
        limits=(10, 60),
    )


def counted(title: str, description: str, *queries: tuple[str, str], span: int = 6) -> Panel:
    """Things that happened since the last point of the line; `queries` are selectors and what to tell apart by."""
    return graph(
        title,
        description,
        "short",
        *(Query(increase(selector, label), f"{{{{{label}}}}}" if label else title) for selector, label in queries),
        span=span,
        stacked=True,
    )
