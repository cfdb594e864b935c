"""The one public origin: a Caddy whose configuration this module generates.

`/api/<service>/…` goes to that service unchanged, everything else to the front end; what is not public is 404. Services
themselves serve `/api/<service>`, so no path is rewritten. The configuration is complete from the start: it checks in
`Origin.site` whether the front end is ready, so nothing is reloaded later and Caddy's admin API stays off.
https://caddyserver.com/docs/json/
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

from edu_cli.devserver.services import GATEWAY_ADDRESS, HOST
from edu_topology import SERVICES

BUDGET_SECONDS = 10
"""Seconds from the end of a request to the first byte of its response."""
HEAD_SECONDS = 10
REQUEST_SECONDS = 15
"""Seconds from the first byte of a request to the last one of its body."""
SILENCE_SECONDS = 60
"""Seconds that a response may pause once it has begun; an event stream sends a comment more often."""
KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep idle connections: a write on a connection that closes cannot safely be repeated."""
IDLE_UPSTREAM_SECONDS = 20
"""Shorter than services and the front end keep idle connections: they never close one that is about to be used."""
CONNECT_SECONDS = 1
RETRY_AFTER_SECONDS = 2
MAX_HEAD_BYTES = 32 * 1024
MAX_BODY_BYTES = 16 * 1024 * 1024
"""An outer limit: services and the front end have smaller ones with errors of their own."""
MAX_AT_ONCE = 128
"""Concurrent requests per service; more would only queue up in front of it, where it cannot see them."""
FOR_READERS = 32
"""Of these, the number reserved for requests that only read: a flood of sign-ins leaves room for signed-in users."""
MAX_STREAMS = 1024
"""Open event streams per service; they are counted separately from requests, which end soon."""
MIN_COMPRESSED_BYTES = 512

STATIC = "/_next/static"
"""The path of the front end's hashed files, in URLs and below `Origin.site`."""
READING = ["GET", "HEAD"]
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
FORBIDDEN_METHODS = ["CONNECT", "TRACE"]
ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
"""Methods that are forwarded; the service decides which of them a path supports."""
SET_BY_ORIGIN = ["Forwarded", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-Ip", "Expect", "Te"]
"""Request headers that identify a forwarder or belong to a single connection; `X-Forwarded-For`, `-Host` and

`-Proto` are always set by Caddy itself, since it trusts no proxy in front of it.
"""
COMPRESSIBLE = [
    "application/javascript*",
    "application/json*",
    "application/manifest+json*",
    "application/problem+json*",
    "application/xml*",
    "image/svg+xml*",
    "text/css*",
    "text/csv*",
    "text/html*",
    "text/javascript*",
    "text/plain*",
    "text/x-component*",
]

# Caddy matches path patterns against the decoded path without dot segments and repeated slashes.
PRIVATE = r"(?i)^/+(api/+[^/]*/+)?(metrics|internal)([^a-z0-9_-]|$)"
DOT_SEGMENTS = r"^/+api(/.*)?/\.\.?(/|$)"
HUGE_LENGTH = r"^0*[1-9]\d{8,}$"
"""A `Content-Length` far beyond `MAX_BODY_BYTES` is rejected at once; otherwise the error may wait for the body."""
REQUEST_ID = r"^[A-Za-z0-9._-]{8,64}$"

# Go's HTTP library reports an invalid body from the client and one from the service by the same kind of error.
MALFORMED_BODY = r"chunk|trailer|line too long|malformed MIME"
AWAITING_RESPONSE = r"awaiting response headers|dial tcp"

Json = dict[str, Any]


@dataclass(frozen=True)
class Tls:
    """The source of the origin's certificate: an ACME authority for a public `domain`, else Caddy's own authority."""

    domain: str
    internal: bool
    http_port: int
    """The port at which requests without TLS are redirected and ACME's HTTP challenge is answered."""


@dataclass(frozen=True)
class Origin:
    """The parameters of the configuration."""

    host: str
    """The IP address to listen on; empty for all."""
    port: int
    metrics_port: int
    """The port of Caddy's own Prometheus metrics, on the loopback address only."""
    storage: Path
    """The folder in which Caddy keeps certificates and keys."""
    services: Mapping[str, str]
    """`host:port` of each service by name."""
    site: Path
    """A folder in which `_next/static` appears once the front end is ready; until then a page says it is built."""
    frontend: str | None = None
    """`host:port` of the front end; None for a page of links instead."""
    tls: Tls | None = None
    budget: float = BUDGET_SECONDS

    def config(self) -> Json:
        """Return Caddy's configuration."""
        return {
            "admin": {"disabled": True, "config": {"persist": False}},
            "logging": _logging(),
            "storage": {"module": "file_system", "root": str(self.storage)},
            "apps": {"http": self._http(), **(_certificates(self.tls) if self.tls else {})},
        }

    def _http(self) -> Json:
        servers = {"origin": self._server(), "metrics": self._metrics()}
        ports = {"http_port": self.tls.http_port, "https_port": self.port} if self.tls else {}
        # Open streams do not delay the end of the process any longer.
        return {"servers": servers, "metrics": {}, "grace_period": "2s", **ports}

    def _server(self) -> Json:
        return {
            "listen": [f"{self.host}:{self.port}"],
            "protocols": ["h1", "h2", "h3"] if self.tls else ["h1"],
            "automatic_https": {} if self.tls else {"disable": True},
            "allow_0rtt": False,
            "read_header_timeout": _seconds(HEAD_SECONDS),
            "read_timeout": _seconds(REQUEST_SECONDS),
            # Off: when it fires, Caddy 2.11 drops the deadline above, and the client can keep the connection open.
            "read_idle_timeout": -1,
            "idle_timeout": _seconds(KEEP_ALIVE_SECONDS),
            "max_header_bytes": MAX_HEAD_BYTES,
            "routes": self._for_domain(self._routes()) if self.tls else self._routes(),
            "errors": {"routes": _errors()},
        }

    def _metrics(self) -> Json:
        return {
            "listen": [f"{HOST}:{self.metrics_port}"],
            "protocols": ["h1"],
            "automatic_https": {"disable": True},
            "routes": [
                _route([{"handler": "metrics"}], path=["/metrics"]),
                _route([_respond(404, "text/plain", "The metrics are at /metrics.")]),
            ],
        }

    def _for_domain(self, routes: list[Json]) -> list[Json]:
        """Return the routes restricted to one host name, and from then on to HTTPS (HSTS)."""
        hsts = {"handler": "headers", "response": {"set": {"Strict-Transport-Security": ["max-age=31536000"]}}}
        domain = self.tls.domain if self.tls else ""
        return [
            _route([hsts, {"handler": "subroute", "routes": routes}], host=[domain]),
            _route([_error(421)]),
        ]

    def _routes(self) -> list[Json]:
        return [
            {"handle": _security_headers()},
            _route([_error(405)], method=FORBIDDEN_METHODS),
            *(_own_resource(path, "application/json", '{"status":"ok"}') for path in ("/health/live", "/health/ready")),
            _route([_error(404)], path_regexp={"pattern": PRIVATE}),
            _route(
                [_error(404)],
                vars_regexp={"{http.request.uri.path}": {"pattern": DOT_SEGMENTS}},
            ),
            _route([_error(413)], header_regexp={"Content-Length": {"pattern": HUGE_LENGTH}}),
            *(route for name in SERVICES for route in self._service(name)),
            _route([_error(404)], path=["/api", "/api/*", "/health/*"]),
            *self._pages(),
        ]

    def _service(self, name: str) -> list[Json]:
        address = self.services[name]
        below = {"path_regexp": {"pattern": f"^/api/{name}/"}}
        streams = {"header": {"Accept": ["*text/event-stream*"]}}
        # Caddy counts requests per spelling of an address.
        return [
            _route([*_to(name), self._proxy(f"tcp/{address}", MAX_STREAMS)], **below, **streams),
            _route([*_to(name), *_compress(), self._proxy(address, MAX_AT_ONCE)], **below, method=READING),
            _route([*_to(name), *_compress(), self._proxy(address, MAX_AT_ONCE - FOR_READERS)], **below),
        ]

    def _pages(self) -> list[Json]:
        if self.frontend is None:
            return [
                _own_resource("/", "text/html; charset=utf-8", _page("landing.html"), _policy("landing.html")),
                _own_resource("/favicon.ico", "image/svg+xml", _page("favicon.svg")),
                _route([_error(404)]),
            ]
        matchers = {"file": {"root": str(self.site), "try_files": [f"{STATIC}/"]}}
        is_file = {"file": {"root": str(self.site)}}
        # So the front end compresses nothing: its single event loop is better used for rendering.
        proxy = self._proxy(self.frontend, MAX_AT_ONCE, "Accept-Encoding")
        starting = _respond(
            503,
            "text/html; charset=utf-8",
            _page("starting.html"),
            {**_policy("starting.html"), "Retry-After": [str(RETRY_AFTER_SECONDS)]},
        )
        return [
            _route(_static_files(self.site), **is_file, path=[f"{STATIC}/*"], method=READING),
            _route([*_to("frontend"), *_compress(), proxy], **matchers),
            _route([starting], method=READING),
            _route([*_to("frontend"), _error(502)]),
        ]

    def _proxy(self, address: str, at_once: int, *dropped: str) -> Json:
        return {
            "handler": "reverse_proxy",
            "upstreams": [{"dial": address, "max_requests": at_once}],
            "headers": {"request": {"delete": [*SET_BY_ORIGIN, *dropped]}},
            "transport": {
                "protocol": "http",
                "versions": ["1.1"],
                "compression": False,
                "local_address": GATEWAY_ADDRESS,
                "dial_timeout": _seconds(CONNECT_SECONDS),
                "response_header_timeout": _seconds(self.budget),
                "read_timeout": _seconds(SILENCE_SECONDS),
                "keep_alive": {
                    "idle_timeout": _seconds(IDLE_UPSTREAM_SECONDS),
                    "max_idle_conns_per_host": MAX_AT_ONCE,
                },
            },
        }


def _route(handlers: list[Json], **match: Any) -> Json:
    """Return a route that ends the request; all of `match` must match."""
    return {"match": [match], "handle": handlers, "terminal": True} if match else {"handle": handlers, "terminal": True}


def _error(status: int) -> Json:
    return {"handler": "error", "status_code": status, "error": HTTPStatus(status).phrase}


def _respond(status: int, content_type: str, body: str, headers: Mapping[str, Sequence[str]] | None = None) -> Json:
    fixed = {"Content-Type": [content_type], "Cache-Control": ["no-store"]}
    return {
        "handler": "static_response",
        "status_code": status,
        "headers": {**fixed, **(headers or {})},
        "body": body,
    }


def _own_resource(path: str, content_type: str, body: str, headers: Mapping[str, Sequence[str]] | None = None) -> Json:
    """Return a read-only resource that the origin serves itself."""
    respond = _route([_respond(200, content_type, body, headers)], method=READING)
    reject = _route([_error(405)])
    return _route([{"handler": "subroute", "routes": [respond, reject]}], path=[path])


def _security_headers() -> list[Json]:
    """Set the headers of every response, and the strictest policy where a response has none.

    Services and the front end set their own; this is for what the origin, or Next before its proxy, responds itself.
    """
    fixed = {name: [value] for name, value in SECURITY_HEADERS.items()}
    policy = {"Content-Security-Policy": ["default-src 'none'; frame-ancestors 'none'"]}
    missing = {"headers": {"Content-Security-Policy": None}}
    return [
        {"handler": "headers", "response": {"deferred": True, "set": fixed}},
        {"handler": "headers", "response": {"deferred": True, "set": policy, "require": missing}},
    ]


def _static_files(site: Path) -> list[Json]:
    """Serve hashed files directly from disk, their Brotli copies to clients that accept them."""
    headers = {"Cache-Control": ["public, max-age=31536000, immutable"]}
    return [
        {"handler": "headers", "response": {"set": headers}},
        *_compress(),
        {"handler": "file_server", "root": str(site), "precompressed": {"br": {}}},
    ]


def _compress() -> list[Json]:
    """Compress text except event streams, so that each event is sent at once.

    Caddy adds a suffix to the ETag of a compressed response and recognises it only in a plain `If-None-Match`: an
    `If-Match` would never match, so the suffix is removed from what clients send.
    """
    unmark = [{"search_regexp": '-(gzip|zstd)"', "replace": '"'}]
    return [
        {"handler": "headers", "request": {"replace": {"If-Match": unmark, "If-None-Match": unmark}}},
        {
            "handler": "encode",
            "encodings": {"zstd": {}, "gzip": {}},
            "prefer": ["zstd", "gzip"],
            "minimum_length": MIN_COMPRESSED_BYTES,
            "match": {"headers": {"Content-Type": COMPRESSIBLE}},
        },
    ]


def _to(upstream: str) -> list[Json]:
    """Return what precedes each proxy: the outer limit of the body, and the upstream that a problem names."""
    return [{"handler": "request_body", "max_size": MAX_BODY_BYTES}, {"handler": "vars", "upstream": upstream}]


def _errors() -> list[Json]:
    """Return error routes of the origin itself, in the format of the services' problems (RFC 9457)."""
    service = "The {http.vars.upstream} service"
    return [
        {"handle": [*_security_headers(), {"handler": "vars", "request_id": "{http.request.uuid}"}]},
        {
            "match": [{"header_regexp": {"X-Request-ID": {"name": "id", "pattern": REQUEST_ID}}}],
            "handle": [{"handler": "vars", "request_id": "{http.regexp.id.0}"}],
        },
        _problem(400, "malformed_request", "The body is not valid HTTP/1.1.", **_error_is(502, MALFORMED_BODY)),
        _problem(503, "service_unavailable", f"{service} is not available. Try again shortly.", **_error_is(502)),
        _problem(504, "timeout", f"{service} did not respond in time.", **_error_is(504, AWAITING_RESPONSE)),
        _problem(408, "timeout", "The body did not arrive in time.", **_error_is(504)),
        _problem(503, "overloaded", f"{service} is overloaded. Try again shortly.", **_error_is(503)),
        _problem(404, "not_found", "There is nothing at this URL.", **_error_is(404)),
        _problem(405, "method_not_allowed", "This method is not allowed here.", **_error_is(405)),
        _problem(413, "body_too_large", f"The body may have at most {MAX_BODY_BYTES} bytes.", **_error_is(413)),
        _problem(421, "misdirected_request", "This host is not served here.", **_error_is(421)),
        _problem(500, "internal_error", "The origin failed."),
    ]


def _error_is(status: int, message: str | None = None) -> Json:
    """Match an error by Caddy's status for it and a pattern of its message."""
    match: Json = {"vars": {"{http.error.status_code}": [str(status)]}}
    return match | ({"vars_regexp": {"{http.error.message}": {"pattern": message}}} if message else {})


def _problem(status: int, code: str, detail: str, **match: Any) -> Json:
    content = {
        "type": f"urn:eduplatform:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": "{http.vars.request_id}",
    }
    retry = {"Retry-After": [str(RETRY_AFTER_SECONDS)]}
    # An unescaped brace would start a placeholder.
    body = "\\" + json.dumps(content)[:-1] + "\\}"
    headers = {503: retry, 504: retry, 405: {"Allow": [ALLOWED_METHODS]}}.get(status, {})
    # The end of an invalid body is unknown: what follows must not be parsed as a request.
    response = _respond(status, "application/problem+json", body, headers) | {"close": status in (400, 408, 413)}
    return _route([response], **match)


def _page(name: str) -> str:
    return (files("edu_cli.devserver") / "pages" / name).read_text()


def _policy(name: str) -> dict[str, list[str]]:
    """Return a content security policy that allows only the page's own inline style and script."""
    page = _page(name)
    policy = (
        "default-src 'none'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'none'; style-src {_sources(page, 'style')}; script-src {_sources(page, 'script')}"
    )
    return {"Content-Security-Policy": [policy]}


def _sources(page: str, tag: str) -> str:
    inlines: Iterable[str] = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode() for inline in inlines]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


def _certificates(tls: Tls) -> Json:
    policy: Json = {"subjects": [tls.domain]}
    if tls.internal:
        policy["issuers"] = [{"module": "internal"}]
    return {
        "tls": {"automation": {"policies": [policy]}},
        "pki": {"certificate_authorities": {"local": {"install_trust": False}}},
    }


def _logging() -> Json:
    """Log JSON lines in the services' format to stderr, without headers, query string and client of a request."""
    encoder = {
        "format": "filter",
        "wrap": {
            "format": "json",
            "time_key": "timestamp",
            "time_format": "rfc3339_nano",
            "level_key": "level",
            "message_key": "event",
        },
        "fields": {
            **{
                f"request>{field}": {"filter": "delete"}
                for field in ("headers", "remote_ip", "remote_port", "client_ip", "tls")
            },
            "request>uri": {"filter": "regexp", "regexp": r"\?.*", "value": ""},
        },
    }
    return {
        "logs": {
            "default": {"level": "WARN", "encoder": encoder, "exclude": ["http.log.error"]},
            # Caddy logs an error that has a page of its own, as all here have, only at debug level.
            "errors": {
                "level": "DEBUG",
                "encoder": encoder,
                "include": ["http.log.error"],
                "sampling": {"interval": 1_000_000_000, "first": 10, "thereafter": 100},
            },
        }
    }


def _seconds(number: float) -> str:
    return f"{number}s"
