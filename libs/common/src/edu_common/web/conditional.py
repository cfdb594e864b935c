"""Conditional requests: bodies with a strong ETag, 304 for clients that have it already, 412 for stale writes."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, Self
from uuid import UUID

import orjson
from fastapi import Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from edu_common.errors import PreconditionFailed

UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "What `If-None-Match` names is the present one."}}
"""The `responses` of a route that responds with `Representation.response`."""

PUBLIC = "public, no-cache"
"""May be stored by any cache, but is revalidated before each use: an ETag that still matches costs no body."""

PRIVATE = "private, no-cache"

IfMatch = Annotated[str | None, Header(max_length=1000, description="ETag of the version that is to be changed")]


@dataclass(frozen=True, slots=True)
class Representation:
    """A response body, mostly JSON, and its ETag."""

    body: bytes
    etag: str
    media_type: str = "application/json"

    @classmethod
    def of(cls, value: Any, etag: str | None = None) -> Self:
        """Return `value` as JSON: times end with `Z`, types that JSON lacks (the driver's UUIDs) become strings.

        Without an `etag` one is computed from the bytes.
        """
        body = orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z)
        return cls(body, etag or body_tag(body))

    def encode(self) -> bytes:
        """Return body and ETag as bytes, for `decode`."""
        return self.etag.encode() + b"\n" + self.body

    @classmethod
    def decode(cls, source: bytes) -> Self:
        etag, newline, body = source.partition(b"\n")
        if not newline:
            raise ValueError("not what encode made")
        return cls(body, etag.decode())

    def response(self, request: Request, cache_control: str = PUBLIC) -> Response:
        """Return 200 with the body, or 304 when the request's `If-None-Match` contains this ETag."""
        headers = {"ETag": self.etag, "Cache-Control": cache_control}
        if names(request.headers.get("if-none-match", ""), self.etag):
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self.media_type)

    def private(self) -> Response:
        """Return a response with a user's own data and without an ETag."""
        return Response(self.body, media_type="application/json")

    def uncached(self, status: int = 200) -> Response:
        """Return a response that no cache stores: one to a write, or with a user's own data."""
        return Response(self.body, status, headers={"ETag": self.etag}, media_type="application/json")


def body_tag(body: bytes) -> str:
    """Return the ETag of these exact bytes."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def version_tag(version: int, within: int | UUID | None = None) -> str:
    """Return the ETag of a version number.

    `within` is the version of the parent where the response shows that too, or the id of the resource where the URL may
    later show another one, whose versions also start at 1.
    """
    return f'"{version}"' if within is None else f'"{version}.{within}"'


def names(field: str, etag: str) -> bool:
    """Return whether an `If-None-Match` contains `etag`; weak tags match as well, since proxies weaken strong ones."""
    tags = _tags(field)
    return etag in tags or "*" in tags


def require_match(if_match: str | None, version: int) -> None:
    """Raise `PreconditionFailed` when an `If-Match` contains only versions other than the present one.

    A change of the parent alone is not a conflict.
    """
    if if_match is None:
        return
    own = [tag.strip('"').partition(".")[0] for tag in _tags(if_match)]
    if str(version) not in own and "*" not in own:
        raise PreconditionFailed


def _tags(field: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in field.split(",")]


def json_response(value: BaseModel) -> Response:
    """Return a model as a response that no cache stores."""
    return Response(value.model_dump_json(), media_type="application/json")
