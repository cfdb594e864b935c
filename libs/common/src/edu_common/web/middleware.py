"""Pure ASGI middleware, outermost first: `Edge`, `BodyGuard`, `RateLimit`."""

import asyncio
import json
import time
from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edu_common.context import ServiceContext
from edu_common.errors import DomainError, overloaded, problem, unexpected
from edu_common.observability import metrics
from edu_common.overload import OverloadDetector
from edu_common.request_context import begin_request, current_request_id
from edu_common.service_client import TIME_BUDGET_HEADER
from edu_common.settings import RateLimits, ServiceSettings
from edu_common.web.client_ip import client_ip, client_network
from edu_common.web.dependencies import authenticate
from edu_common.web.rate_limits import Per, RateLimiter
from edu_common.web.security_headers import NOTHING_ALLOWED, SECURITY_HEADERS

log = structlog.get_logger(__name__)

FOR_PEERS = "/internal"
PRIVATE_PREFIXES = ("/metrics", FOR_PEERS)
PROBES = ("/health/", "/metrics")
BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
NO_ROUTE = "unmatched"
CLIENT_GONE = 499
DEFAULTS = ((b"cache-control", b"no-store"), NOTHING_ALLOWED)
"""Headers that a route may set otherwise."""

MAX_LENGTH_DIGITS = 20
"""The digits of a 64-bit number; leading zeros count as digits, too, and Python parses at most 4,300."""


class Kind(Enum):
    """Kinds of requests; the requests in progress are limited per kind, so that one cannot starve another."""

    PUBLIC = auto()
    PEER = auto()
    """Not shed when the event loop lags: a public request to another service waits for it, or an event."""
    PROBE = auto()
    """Never shed: liveness is most likely to be probed when the process is at its limit."""


def _kind(path: str | None) -> Kind:
    if path is None:
        return Kind.PUBLIC
    if path.startswith(PROBES):
        return Kind.PROBE
    return Kind.PEER if path.startswith(FOR_PEERS) else Kind.PUBLIC


class Edge:
    """Public prefix, request id, time budget, load shedding, security headers and request metrics."""

    def __init__(
        self, app: ASGIApp, settings: ServiceSettings, unbounded: Iterable[str], loop: OverloadDetector
    ) -> None:
        self._app = app
        self._loop = loop
        self._service = settings.service
        self._prefix = f"/api/{settings.service}"
        self._budget = settings.request_timeout
        self._limit = settings.max_concurrent_requests
        self._unbounded = frozenset(unbounded)
        self._in_progress = dict.fromkeys(Kind, 0)
        self._gauge = metrics.REQUESTS_IN_PROGRESS.labels(settings.service)
        self._meters = lru_cache(maxsize=1024)(self._find_meters)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = _Response(send)
        headers = Headers(scope=scope)
        budget = self._budget_of(headers)
        path = self._take_prefix(scope)
        kind = _kind(path)
        begin_request(headers.get("x-request-id", ""), budget, sheddable=kind is Kind.PUBLIC)
        started = time.perf_counter()
        self._enter(kind, 1)
        try:
            if path is None:
                await problem(404, "not_found", "There is nothing at this address.")(scope, receive, response)
            elif reason := self._shed_reason(kind):
                metrics.REQUESTS_SHED.labels(self._service, reason).inc()
                await overloaded()(scope, receive, response)
            else:
                await self._serve(path, scope, receive, response, budget)
        finally:
            self._enter(kind, -1)
            self._observe(scope, response.status, time.perf_counter() - started)

    def _enter(self, kind: Kind, step: int) -> None:
        self._in_progress[kind] += step
        self._gauge.set(sum(self._in_progress.values()))

    def _shed_reason(self, kind: Kind) -> metrics.Shed | None:
        """Return why this request must be shed, or None."""
        if kind is Kind.PROBE:
            return None
        if self._in_progress[kind] > self._limit:
            return metrics.Shed.AT_ONCE
        return metrics.Shed.EVENT_LOOP if kind is Kind.PUBLIC and self._loop.is_overloaded else None

    async def _serve(self, path: str, scope: Scope, receive: Receive, response: "_Response", budget: float) -> None:
        try:
            async with asyncio.timeout(None if path in self._unbounded else budget):
                await self._app(scope, receive, response)
        except TimeoutError:
            if response.status:
                raise
            log.warning("request timed out", path=path)
            await problem(504, "timeout", "The request took too long and was ended.")(scope, receive, response)
        except Exception as error:
            if response.status:
                raise  # the response has begun: break off the connection, or the client would take it for complete
            await unexpected(error)(scope, receive, response)

    def _take_prefix(self, scope: Scope) -> str | None:
        """Return the path without the public prefix, or None when it is not part of the public API."""
        path: str = scope["path"]
        if not path.startswith(f"{self._prefix}/"):
            return path
        scope["root_path"] = self._prefix
        inner = path.removeprefix(self._prefix)
        return None if inner.startswith(PRIVATE_PREFIXES) else inner

    def _budget_of(self, headers: Headers) -> float:
        """Return the time budget in seconds: the service's own, or less if the caller's header says so."""
        offered = headers.get(TIME_BUDGET_HEADER, "")
        return min(self._budget, int(offered) / 1000) if offered.isdecimal() and len(offered) < 8 else self._budget

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if route != NO_ROUTE else "any"
        requests, duration = self._meters(method, route, status or CLIENT_GONE)
        requests.inc()
        duration.observe(seconds)

    def _find_meters(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        requests = metrics.REQUESTS.labels(self._service, method, route, str(status))
        return requests, metrics.REQUEST_SECONDS.labels(self._service, method, route)


class _Response:
    """A `send` that adds the headers of every response and remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name for name, _ in message["headers"]}
            # No route sets the first ones, so these are appended without a look.
            headers: list[tuple[bytes, bytes]] = [
                *message["headers"],
                (b"x-request-id", current_request_id().encode()),
                *SECURITY_HEADERS,
            ]
            headers += (default for default in DEFAULTS if default[0] not in given)
            message["headers"] = headers
        await self._send(message)


class BodyGuard:
    """Rejects bodies that are too large (413) or not JSON (415, 400) before they reach the application."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings, other_bodies: Iterable[str]) -> None:
        self._app = app
        self._max = settings.max_body_bytes
        self._prefix = f"/api/{settings.service}"
        self._other_bodies = frozenset(other_bodies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in BODY_METHODS:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        if len(length) > MAX_LENGTH_DIGITS:
            await problem(400, "malformed_request", "The Content-Length has too many digits.")(scope, receive, send)
        elif length.isdecimal() and int(length) > self._max:
            await self._too_large()(scope, receive, send)
        elif length in {"", "0"} and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
        elif scope["path"].removeprefix(self._prefix) in self._other_bodies:
            await self._read(scope, receive, send, is_json=False)
        elif headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
            await self._read(scope, receive, send, is_json=True)
        else:
            await problem(415, "unsupported_media_type", "Send the body as 'Content-Type: application/json'.")(
                scope, receive, send
            )

    def _too_large(self) -> ASGIApp:
        return problem(413, "body_too_large", f"The body may have at most {self._max} bytes.")

    async def _read(self, scope: Scope, receive: Receive, send: Send, *, is_json: bool) -> None:
        """Read the whole body, since a chunked one does not announce its length, then pass it on."""
        body = bytearray()
        message: Message = {"more_body": True}
        while message.get("more_body"):
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > self._max:
                await self._too_large()(scope, receive, send)
                return
        if is_json and names_no_number(bytes(body)):
            await problem(400, "malformed_json", "The body is not valid JSON.")(scope, receive, send)
            return
        await self._app(scope, _Replay(bytes(body), receive), send)


class _Replay:
    """A `receive` for a body that was read already."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        message = {"type": "http.request", "body": self._body, "more_body": False}
        self._body = None
        return message


def names_no_number(body: bytes) -> bool:
    """Return whether JSON has NaN or Infinity as a value, which Python's parser accepts against the standard."""
    if b"NaN" not in body and b"Infinity" not in body:
        return False

    def reject(constant: str) -> None:
        raise NotANumber(constant)

    try:
        json.loads(body, parse_constant=reject)
    except NotANumber:
        return True
    except (ValueError, RecursionError):
        return False  # the application's parser reports that
    return False


class NotANumber(Exception):
    """A constant that JSON does not have."""


class RateLimit:
    """Rejects requests over a policy's limit with 429, and adds the RateLimit headers to every limited response."""

    def __init__(self, app: ASGIApp, runtime: ServiceContext, limiter: RateLimiter) -> None:
        self._app = app
        self._runtime = runtime
        self._limiter = limiter
        self._prefix = f"/api/{runtime.settings.service}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limited = scope["type"] == "http" and self._runtime.settings.rate_limits is RateLimits.STANDARD
        path = scope["path"].removeprefix(self._prefix) if limited else ""
        found = self._limiter.policy_for(scope, path) if limited else None
        if found is None:
            await self._app(scope, receive, send)
            return
        policy, rate = found
        verdict = await self._limiter.check(policy, rate, await self._who(policy.per, scope))
        headers = verdict.headers(policy, rate)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        if verdict.allowed:
            await self._app(scope, receive, send_with_headers)
            return
        await problem(
            429,
            "rate_limited",
            f"Too many requests. Try again in {verdict.reset_seconds} seconds.",
            headers={"Retry-After": str(verdict.reset_seconds)},
        )(scope, receive, send_with_headers)

    async def _who(self, per: Per, scope: Scope) -> str:
        """Return the user for limits per user; the client IP for other limits and for callers not signed in."""
        address = client_network(client_ip(scope, self._runtime.settings))
        scheme, _, token = Request(scope).headers.get("authorization", "").partition(" ")
        if per is Per.CLIENT or scheme.lower() != "bearer":
            return f"client:{address}"
        try:
            return f"user:{(await authenticate(self._runtime, token)).user_id}"
        except DomainError:
            return f"client:{address}"
