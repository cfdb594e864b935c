"""Error responses in the OpenAPI document: those of a route's domain, and those that every route may return."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel

from edu_common.errors import PROBLEM_JSON, DomainError
from edu_common.web.dependencies import current_user, optional_user
from edu_common.web.middleware import BODY_METHODS, PROBES
from edu_common.web.rate_limits import UNLIMITED_PREFIXES

Schema = dict[str, Any]
Responses = dict[int | str, Schema]
"""The `responses` of a route."""

PROBLEM = {"$ref": "#/components/schemas/Problem"}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
CHALLENGE = {"WWW-Authenticate": {"schema": {"type": "string"}}}
CODES = "x-codes"
REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')
HEADERS: Mapping[int, Schema] = {401: CHALLENGE, 429: RETRY_AFTER, 503: RETRY_AFTER}


class Fault(BaseModel):
    """What is wrong with one field of a request."""

    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    """An RFC 9457 problem; `code` is for programs, `detail` for people, `errors` names the fields on 422."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[Fault] = []


def error_responses(*errors: type[DomainError]) -> Responses:
    """Return the `responses` of a route that may raise these errors."""
    responses: Responses = {}
    for error in errors:
        _add(responses.setdefault(error.status, {}), error.status, [error.code])
    return responses


def _add(response: Schema, status: int, codes: list[str]) -> None:
    """Add these codes to those that `response` documents already."""
    known = response.get(CODES, [])
    response[CODES] = known + [code for code in codes if code not in known]
    response["description"] = f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in response[CODES])}"
    response["content"] = {PROBLEM_JSON: {"schema": PROBLEM}}
    if status in HEADERS:
        response["headers"] = HEADERS[status]


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation (method of a route), and what the document contains of it so far."""

    method: str
    path: str
    dependant: Dependant
    described: Schema

    @property
    def depends_on(self) -> set[Any]:
        return {dependant.call for dependant in _flat(self.dependant)}

    @property
    def takes_body(self) -> bool:
        return self.method in BODY_METHODS

    @property
    def has_parameters(self) -> bool:
        return "parameters" in self.described or "requestBody" in self.described

    @property
    def path_varies(self) -> bool:
        return "{" in self.path

    @property
    def roles(self) -> list[str]:
        requirements = self.described.get("security", [])
        return [role for requirement in requirements for roles in requirement.values() for role in roles]

    @property
    def takes_version(self) -> bool:
        return any(parameter["name"] == "if-match" for parameter in self.described.get("parameters", []))


def _flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for part in dependant.dependencies:
        yield from _flat(part)


COMMON: tuple[tuple[int, list[str], Callable[[_Operation], bool]], ...] = (
    (400, ["malformed_json"], lambda operation: operation.takes_body),
    (
        401,
        ["unauthenticated", "invalid_access_token", "access_token_expired", "access_revoked"],
        lambda operation: optional_user in operation.depends_on,
    ),
    (403, ["role_required"], lambda operation: bool(operation.roles)),
    # A value with a slash or `..` in it changes the path.
    (404, ["not_found"], lambda operation: operation.path_varies),
    (405, ["method_not_allowed"], lambda operation: operation.path_varies),
    (412, ["version_mismatch"], lambda operation: operation.takes_version),
    (413, ["body_too_large"], lambda operation: operation.takes_body),
    (414, ["address_too_long"], lambda _: True),
    (415, ["unsupported_media_type"], lambda operation: operation.takes_body),
    (422, ["validation_failed", "invalid_value"], lambda operation: operation.has_parameters),
    (429, ["rate_limited"], lambda operation: not operation.path.startswith(UNLIMITED_PREFIXES)),
    (431, ["headers_too_large"], lambda _: True),
    (503, ["overloaded", "database_unavailable"], lambda operation: not operation.path.startswith(PROBES)),
    (504, ["timeout"], lambda operation: not operation.path.startswith(PROBES)),
)
"""Errors of the shared middleware: status, codes, and which operations may return them."""


class Application(FastAPI):
    """An application whose document has every error response and passes Spectral's rules for OpenAPI."""

    def openapi(self) -> Schema:
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas |= {model.__name__: _schema(model) for model in (Fault, Problem)}
            operations = [
                operation for route in iter_route_contexts(self.routes) for operation in _operations(route, document)
            ]
            for operation in operations:
                _complete(operation)
            tags = dict.fromkeys(tag for operation in operations for tag in operation.described.get("tags", []))
            document["tags"] = [{"name": tag} for tag in tags]
            _drop_unused(schemas, document["paths"])
        return super().openapi()


def _drop_unused(schemas: Schema, paths: Schema) -> None:
    """Remove the schemas that no operation refers to, such as those of FastAPI's own validation errors."""
    used: set[str] = set()
    waiting: list[Any] = [paths]
    while waiting:
        found = set(REFERENCE.findall(json.dumps(waiting.pop()))) - used
        used |= found
        waiting += [schemas[name] for name in found]
    for name in schemas.keys() - used:
        del schemas[name]


def _schema(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return schema


def _operations(route: RouteContext, document: Schema) -> Iterator[_Operation]:
    described = document["paths"].get(route.path, {})
    for method in route.methods or ():
        if method.lower() in described:
            yield _Operation(method, route.path or "", route.dependant, described[method.lower()])


def _complete(operation: _Operation) -> None:
    """Add the responses that every operation of its kind has, and mark where the token is optional."""
    if optional_user in operation.depends_on and current_user not in operation.depends_on:
        operation.described["security"].append({})
    responses = operation.described["responses"]
    if "HTTPValidationError" in str(responses.get("422")):  # FastAPI's default, which this platform does not return
        del responses["422"]
    for status, codes, applies in COMMON:
        if applies(operation):
            _add(responses.setdefault(str(status), {}), status, codes)
    operation.described["responses"] = dict(sorted(responses.items()))
    if roles := operation.roles:  # before OpenAPI 3.1, scopes of a scheme without scopes are not a valid requirement
        operation.described["x-roles"] = roles
        operation.described["security"] = [{name: [] for name in one} for one in operation.described["security"]]
