"""Domain errors and how they are sent to clients: as problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from edu_common.observability import metrics
from edu_common.request_context import current_request_id

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"
QUERY_CANCELED = "57014"
DATA_EXCEPTION = "22"
CONNECTION_LOST = ("08", "53", "57")
"""Classes of SQLSTATE: a value that Postgres cannot store; a connection or server that is lost or out of resources."""

RETRY_AFTER = {"Retry-After": "1"}


class DomainError(Exception):
    """An error that a client can act on.

    Subclasses set `status`, `code` (a stable snake_case word for programs) and `detail` (a sentence for people); all
    three may also be set per instance. `members` become members of the problem, `errors` its list of invalid fields,
    and `headers` are added to the response.
    """

    status: ClassVar[int] = 400
    code: str = "bad_request"
    detail: str = "The request cannot be carried out."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        self.detail = detail or self.detail
        self.code = code or self.code
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = dict(members or {})
        super().__init__(self.detail)


class Unauthenticated(DomainError):
    status = 401
    code = "unauthenticated"
    detail = "Sign in and send the access token as 'Authorization: Bearer …'."

    def __init__(self, detail: str | None = None, *, code: str | None = None) -> None:
        super().__init__(detail, code=code, headers={"WWW-Authenticate": 'Bearer realm="eduplatform"'})


class RoleRequired(DomainError):
    status = 403
    code = "role_required"
    detail = "Your role does not allow this."


class NotFound(DomainError):
    status = 404
    code = "not_found"
    detail = "There is no such thing, or it is not yours to see."


class PreconditionFailed(DomainError):
    status = 412
    code = "version_mismatch"
    detail = "It was changed since you read it. Read it again and repeat your change."


class Unprocessable(DomainError):
    """Invalid input that only the domain can detect; names the field, as a validation error does."""

    status = 422
    code = "validation_failed"
    detail = "Some fields are not valid; 'errors' says which."

    @classmethod
    def at(cls, *loc: str | int, msg: str, kind: str = "value_error") -> "Unprocessable":
        return cls(msg, errors=[{"loc": list(loc), "msg": msg, "type": kind}])


class Unavailable(DomainError):
    status = 503
    code = "unavailable"
    detail = "The service cannot answer right now. Try again in a moment."

    def __init__(self, detail: str | None = None, *, code: str | None = None, retry_after: int = 1) -> None:
        super().__init__(detail, code=code, headers={"Retry-After": str(retry_after)})


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """Return a problem+json response; empty `members` are left out."""
    body = {
        "type": f"urn:eduplatform:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_request_id(),
        **{name: value for name, value in members.items() if value},
    }
    return Response(orjson.dumps(body), status_code=status, headers=dict(headers or {}), media_type=PROBLEM_JSON)


def overloaded() -> Response:
    return problem(503, "overloaded", "The service is at its limit. Try again in a moment.", headers=RETRY_AFTER)


def install(app: FastAPI) -> None:
    """Add one exception handler per kind of error; `web.middleware.Edge` handles all unexpected ones."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(PoolTimeout, _pool_timeout)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(OSError, _connection_error)


async def _domain_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101 - narrows the type that starlette registered
    return problem(error.status, error.code, error.detail, headers=error.headers, errors=error.errors, **error.members)


async def _validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem(400, "malformed_json", "The body is not valid JSON.")
    errors = [{"loc": list(item["loc"]), "msg": item["msg"], "type": item["type"]} for item in found]
    where = "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in errors[:3])
    return problem(422, "validation_failed", f"Some fields are not valid: {where}", errors=errors)


HTTP_CODES = {
    400: ("malformed_json", "The body cannot be read as JSON."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
}


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    code, detail = HTTP_CODES.get(error.status_code, ("http_error", str(error.detail)))
    headers = error.headers
    if error.status_code == 405:  # the error itself knows only the methods of the path's first route
        headers = {"Allow": ", ".join(sorted(request.app.state.route_index.methods_at(request.scope)))}
    return problem(error.status_code, code, detail, headers=headers)


async def _pool_timeout(request: Request, _: Exception) -> Response:
    service = request.app.state.runtime.settings.service
    metrics.REQUESTS_SHED.labels(service, metrics.Shed.POOL).inc()
    return overloaded()


async def _database_error(_: Request, error: Exception) -> Response:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state == QUERY_CANCELED:
        log.warning("statement timeout")
        return problem(504, "timeout", "The request took too long and was ended.")
    if state is None or state.startswith(CONNECTION_LOST):
        return await _connection_error(_, error)
    if state.startswith(DATA_EXCEPTION):
        log.warning("value rejected by the database", error=str(getattr(error, "orig", "")))
        return problem(422, "invalid_value", "A number is out of range, or a text holds characters that no text may.")
    return unexpected(error)


async def _connection_error(_: Request, error: Exception) -> Response:
    log.error("database unavailable", error=repr(error))
    return problem(503, "database_unavailable", "The service's database is away. Try again.", headers=RETRY_AFTER)


def unexpected(error: Exception) -> Response:
    """Return the response to a bug of ours: logged in full, without details for the client."""
    log.error("unexpected error", exc_info=error)
    return problem(500, "internal_error", "Something went wrong on our side. The request id helps to find it.")
