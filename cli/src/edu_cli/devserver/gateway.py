"""The one public origin: `/api/<service>/…` goes to that service unchanged, all else to the front end.

Run as `python -m edu_cli.devserver.gateway HOST PORT` with IDENTITY_URL and its four sisters in the environment, and
FRONTEND_URL where there is a front end; without it, `/` is a page of links.
Services answer under `/api/<service>` themselves, so nothing is rewritten; the gateway only keeps their inside
(`/metrics`, `/internal/…`) from the public and says honestly when one is down.
"""

import asyncio
import base64
import hashlib
import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson
import structlog
import uvicorn

from edu_cli.devserver.services import NAMES
from edu_cli.devserver.upstream import Broken, Connection, Header, Pool, TooSlow, Unreachable, UpstreamError
from edu_common.observability import logging, loop_lag
from edu_common.overload import MAX_QUEUE_DELAY, OverloadDetector
from edu_common.web.garbage_collection import freeze_startup_objects
from edu_common.web.listeners import listen
from edu_common.web.protocol import BoundedProtocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = structlog.get_logger(__name__)

BUDGET_SECONDS = 10.0
RETRY_AFTER_SECONDS = 2
MAX_AT_ONCE = 128
"""Requests that wait for one service to begin its answer; more would only wait before its door, where it sees none."""
FOR_READERS = 32
"""Of these, so many are for requests that only read: a storm of sign-ins leaves room for whoever is signed in."""
KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep a connection for their next request: one that is cut under a write may not be repeated."""
PRIVATE = {"metrics", "internal"}
READING = {"GET", "HEAD"}
REPEATABLE = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
HOP_BY_HOP = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}
SET_BY_GATEWAY = {
    b"expect",
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-forwarded-proto",
    b"x-real-ip",
}
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


@dataclass
class Problem(Exception):
    """An answer of the gateway's own, as `application/problem+json`."""

    status: HTTPStatus
    code: str
    detail: str
    retry_after: int | None = None


class Gateway:
    """An ASGI application that passes requests on to the services."""

    def __init__(
        self,
        service_urls: dict[str, str],
        budget: float = BUDGET_SECONDS,
        frontend_url: str | None = None,
        max_queue_delay: float = MAX_QUEUE_DELAY,
    ) -> None:
        self._loop = OverloadDetector(max_queue_delay)
        self._pools = {name: _pool(url) for name, url in service_urls.items()}
        self._frontend = _pool(frontend_url) if frontend_url else None
        self._frontend_has_answered = False
        self._budget = budget
        self._pages = {"/": _page("landing.html"), "/favicon.ico": _page("favicon.svg", "image/svg+xml")}
        self._pages["/health/live"] = self._pages["/health/ready"] = _answer(
            HTTPStatus.OK, "application/json", b'{"status":"ok"}'
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        lag = asyncio.create_task(loop_lag.measure(self._loop.note))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        lag.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            service = public_service(scope["path"])
            if service is not None:
                return await self._pass_on(service, self._pools[service], scope, receive, send)
            if self._frontend is None or scope["path"].startswith("/health/"):
                return await self._own_page(scope, send)
            return await self._show_page(self._frontend, scope, receive, send)
        except Problem as problem:
            await send_problem(problem, scope, send)

    async def _own_page(self, scope: Scope, send: Send) -> None:
        page = self._pages.get(scope["path"])
        if page is None:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
        if scope["method"] not in READING:
            raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "This page can only be read.")
        for message in page:
            await send(message)

    async def _show_page(self, frontend: Pool, scope: Scope, receive: Receive, send: Send) -> None:
        """A page of the front end; until it has answered once, one that says that it is being built."""
        try:
            await self._pass_on("frontend", frontend, scope, receive, send)
            self._frontend_has_answered = True
        except Problem:
            if self._frontend_has_answered or scope["method"] not in READING:
                raise
            for message in _page("starting.html", status=HTTPStatus.SERVICE_UNAVAILABLE):
                await send(message)

    async def _pass_on(self, service: str, pool: Pool, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loop.is_overloaded:
            raise _overloaded()
        exchange = Exchange(pool, scope, receive, send, self._budget)
        try:
            await exchange.run()
        except UpstreamError as error:
            log.warning("service did not answer", upstream=service, path=scope["path"], reason=repr(error))
            if exchange.answering:
                raise  # uvicorn cuts the connection, so that the client sees an answer that is not whole
            raise _problem_of(service, error) from error


class Exchange:
    """One request on its way to a service and its answer on the way back."""

    def __init__(self, pool: Pool, scope: Scope, receive: Receive, send: Send, budget: float) -> None:
        self._pool = pool
        self._scope = scope
        self._receive = receive
        self._send = send
        self._deadline = asyncio.get_running_loop().time() + budget
        self._head = request_head(scope)
        self.answering = False

    async def run(self) -> None:
        """Pass the exchange through; `UpstreamError` when the service fails, `Problem` when too many wait for it."""
        try:
            async with asyncio.timeout_at(self._deadline):
                body = await self._receive()
        except TimeoutError:
            raise Problem(HTTPStatus.REQUEST_TIMEOUT, "timeout", "The body did not come in time.") from None
        if body["type"] == "http.disconnect":
            return
        places = MAX_AT_ONCE if self._scope["method"] in READING else MAX_AT_ONCE - FOR_READERS
        if self._pool.awaited >= places:
            raise _overloaded()
        with ExitStack() as waiting:
            waiting.enter_context(self._pool.awaiting())
            connection = await self._pool.acquire()
            try:
                await self._on(connection, body, waiting)
            except Unreachable:
                repeatable = self._scope["method"] in REPEATABLE and not body.get("more_body")
                if not (connection.reused and repeatable):
                    raise
                await self._on(await self._pool.acquire(fresh=True), body, waiting)

    async def _on(self, connection: Connection, body: Message, waiting: ExitStack) -> None:
        deadline = asyncio.get_running_loop().call_at(self._deadline, connection.fail, TooSlow())
        tasks: list[asyncio.Task[None]] = []
        connection.begin(self._head + framed(body, self._is_chunked), without_body=self._scope["method"] == "HEAD")
        try:
            if body.get("more_body"):
                tasks.append(asyncio.create_task(self._send_rest(connection)))
            await connection.response()
            waiting.close()
            if _is_event_stream(connection.headers):
                deadline.cancel()
                tasks.append(asyncio.create_task(self._end_with_client(connection)))
            await self._answer(connection)
        finally:
            deadline.cancel()
            for task in tasks:
                task.cancel()
            self._release(connection, body_sent=all(task.done() for task in tasks))

    def _release(self, connection: Connection, *, body_sent: bool) -> None:
        if body_sent:
            self._pool.release(connection)
        else:
            connection.close()

    @property
    def _is_chunked(self) -> bool:
        return any(name == b"transfer-encoding" for name, _ in self._scope["headers"])

    async def _send_rest(self, connection: Connection) -> None:
        more = True
        while more:
            body = await self._receive()
            if body["type"] == "http.disconnect":
                return connection.fail(Broken())
            await connection.write(framed(body, self._is_chunked))
            more = body.get("more_body", False)
        return None

    async def _end_with_client(self, connection: Connection) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        connection.fail(Broken())

    async def _answer(self, connection: Connection) -> None:
        self.answering = True
        headers = end_to_end(connection.headers)
        await self._send({"type": "http.response.start", "status": connection.status, "headers": headers})
        more = True
        while more:
            data = await connection.chunk()
            more = bool(data) and not (connection.finished)
            await self._send({"type": "http.response.body", "body": data, "more_body": more})


def _overloaded() -> Problem:
    detail = "Too much is asked at this moment. Try again shortly."
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", detail, RETRY_AFTER_SECONDS)


def public_service(path: str) -> str | None:
    """The service that a public path belongs to, None for a path outside `/api`.

    Raises `Problem` (404) for what is unknown or not for the public, however it is spelled.
    """
    if path != "/api" and not path.startswith("/api/"):
        if path.lower().strip("/").split("/")[0] in PRIVATE:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
        return None
    segments = [segment for segment in path.split("/")[2:] if segment]
    hidden = len(segments) > 1 and segments[1].lower() in PRIVATE
    if not segments or segments[0] not in NAMES or hidden or not {".", ".."}.isdisjoint(segments):
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
    return segments[0]


def request_head(scope: Scope) -> bytes:
    """The request line and headers as the service gets them.

    What the client says about forwarding is dropped: only the gateway knows who it talks to.
    """
    target: bytes = scope["raw_path"]
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    client = (scope["client"] or ("127.0.0.1", 0))[0].encode()
    headers = [pair for pair in end_to_end(scope["headers"]) if pair[0] not in SET_BY_GATEWAY]
    host = next((value for name, value in headers if name == b"host"), b"")
    headers += [
        (b"x-forwarded-for", client),
        (b"x-forwarded-proto", scope["scheme"].encode()),
        (b"x-forwarded-host", host),
    ]
    if any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        headers.append((b"transfer-encoding", b"chunked"))
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return scope["method"].encode() + b" " + target + b" HTTP/1.1\r\n" + lines + b"\r\n"


def framed(body: Message, chunked: bool) -> bytes:
    """A part of a request's body as it goes over the wire."""
    data: bytes = body.get("body", b"")
    if not chunked:
        return data
    chunk = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
    return chunk if body.get("more_body") else chunk + b"0\r\n\r\n"


def end_to_end(headers: Iterable[Header]) -> list[Header]:
    """Headers without those that concern one connection only."""
    pairs = list(headers)
    named = {token.strip().lower() for name, value in pairs if name == b"connection" for token in value.split(b",")}
    return [(name, value) for name, value in pairs if name not in HOP_BY_HOP and name not in named]


async def send_problem(problem: Problem, scope: Scope, send: Send) -> None:
    content = {
        "type": f"urn:eduplatform:problem:{problem.code}",
        "title": problem.status.phrase,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": _request_id(scope),
    }
    extra = [(b"retry-after", str(problem.retry_after).encode())] if problem.retry_after else []
    for message in _answer(problem.status, "application/problem+json", orjson.dumps(content), extra):
        await send(message)


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if REQUEST_ID.fullmatch(given) else str(uuid4())


def _problem_of(service: str, error: UpstreamError) -> Problem:
    if isinstance(error, TooSlow):
        detail = f"The {service} service did not answer in time. Try again shortly."
        return Problem(HTTPStatus.GATEWAY_TIMEOUT, "timeout", detail, RETRY_AFTER_SECONDS)
    detail = f"The {service} service is not available right now. Try again shortly."
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "service_unavailable", detail, RETRY_AFTER_SECONDS)


def _is_event_stream(headers: list[Header]) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers)


def _answer(
    status: HTTPStatus, content_type: str, body: bytes, extra: Iterable[Header] = ()
) -> tuple[Message, Message]:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        *extra,
    ]
    start = {"type": "http.response.start", "status": int(status), "headers": headers}
    return start, {"type": "http.response.body", "body": body}


def _page(
    name: str, content_type: str = "text/html; charset=utf-8", status: HTTPStatus = HTTPStatus.OK
) -> tuple[Message, Message]:
    body = (files("edu_cli") / "devserver" / "pages" / name).read_bytes()
    return _answer(status, content_type, body, [(b"content-security-policy", _policy(body))])


def _policy(page: bytes) -> bytes:
    """A content security policy that allows the page's own inline style and script and nothing else."""
    return (
        "default-src 'none'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'none'; style-src {_sources(page, b'style')}; script-src {_sources(page, b'script')}"
    ).encode()


def _sources(page: bytes, tag: bytes) -> str:
    inlines = re.findall(rb"<%b>(.*?)</%b>" % (tag, tag), page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(inline).digest()).decode() for inline in inlines]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


def _pool(url: str) -> Pool:
    parts = urlsplit(url)
    return Pool(parts.hostname or "127.0.0.1", parts.port or 80)


def main(host: str, port: str) -> None:
    """Serve until told to stop."""
    logging.configure("gateway", os.environ.get("LOG_LEVEL", "INFO"))
    urls = {name: os.environ[f"{name.upper()}_URL"] for name in NAMES}
    patience = float(os.environ.get("MAX_QUEUE_DELAY", MAX_QUEUE_DELAY))
    gateway = Gateway(urls, frontend_url=os.environ.get("FRONTEND_URL"), max_queue_delay=patience)
    freeze_startup_objects()
    uvicorn.Server(server_config(gateway, host, int(port))).run(listen(host, int(port)))


def server_config(gateway: Gateway, host: str, port: int) -> uvicorn.Config:
    """How uvicorn serves a gateway: the peer's address is believed, never a header's."""
    return uvicorn.Config(
        gateway,
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=2,
        backlog=2048,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
