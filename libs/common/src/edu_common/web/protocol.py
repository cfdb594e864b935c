"""HTTP/1.1 with limits on the size of a request's head and on the time for head and body, which uvicorn lacks."""

import asyncio
from http import HTTPStatus

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from edu_common.ids import new_id
from edu_common.web.security_headers import NOTHING_ALLOWED, SECURITY_HEADERS

VERSIONS = ("1.0", "1.1")
MAX_ADDRESS_BYTES = 8 * 1024
MAX_HEAD_BYTES = 32 * 1024
MAX_HEADERS = 100
HEAD_SECONDS = 10.0
"""Seconds from the opening of a connection, or the first byte of a later request, to the end of the request's head."""
SECURITY_LINES = b"".join(b"%b: %b\r\n" % header for header in (*SECURITY_HEADERS, NOTHING_ALLOWED))
LINGER_SECONDS = 5.0
"""Seconds that a body may go on after its response; closing the connection at once could lose the response."""

REJECTIONS = {
    HTTPStatus.BAD_REQUEST: ("malformed_request", "This is no HTTP/1.1 as it should be."),
    HTTPStatus.REQUEST_TIMEOUT: ("timeout", "The request's head did not come in time."),
    HTTPStatus.REQUEST_URI_TOO_LONG: ("address_too_long", f"An address has at most {MAX_ADDRESS_BYTES} bytes."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "headers_too_large",
        f"A request has at most {MAX_HEADERS} headers, together at most {MAX_HEAD_BYTES} bytes.",
    ),
}


class HeadRejected(Exception):
    """Stops the parser."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the limits of this module."""

    _rejection_status = HTTPStatus.BAD_REQUEST
    _head_bytes = 0
    _in_head = True
    _in_body = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._hang_up_after(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head and self._timer is None:
            self._hang_up_after(HEAD_SECONDS)
        super().data_received(data)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_ADDRESS_BYTES:
            self._reject_head(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > MAX_HEAD_BYTES or len(self.headers) > MAX_HEADERS:
            self._reject_head(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        if self.parser and self.parser.get_http_version() not in VERSIONS:
            self._reject_head(HTTPStatus.BAD_REQUEST)
        self._stop_timer()
        self._in_head, self._in_body = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stop_timer()
        self._head_bytes = 0
        self._in_head, self._in_body = True, False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_body:
            self._hang_up_after(LINGER_SECONDS)

    def send_400_response(self, msg: str) -> None:
        """Send why the head was rejected, unless an earlier request is still being served, and close the connection."""
        if not self.cycle or self.cycle.response_complete:
            self.transport.write(_rejection(self._rejection_status))
        self.transport.close()

    def _reject_head(self, status: HTTPStatus) -> None:
        self._rejection_status = status
        raise HeadRejected

    def _hang_up_after(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self._hang_up)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self) -> None:
        if self.transport.is_closing():
            return
        self._rejection_status = HTTPStatus.REQUEST_TIMEOUT
        if self._in_head:
            self.send_400_response("")
        else:
            self.transport.abort()


def _rejection(status: HTTPStatus) -> bytes:
    code, detail = REJECTIONS[status]
    body = orjson.dumps(
        {
            "type": f"urn:eduplatform:problem:{code}",
            "title": status.phrase,
            "status": status,
            "detail": detail,
            "code": code,
            "request_id": str(new_id()),
        }
    )
    head = (
        b"content-type: application/problem+json\r\ncache-control: no-store\r\n%b"
        b"connection: close\r\ncontent-length: %d\r\n\r\n" % (SECURITY_LINES, len(body))
    )
    return STATUS_LINE[status] + head + body
