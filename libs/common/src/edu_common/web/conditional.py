"""Conditional requests: bytes with a strong ETag, 304 for who has it already, 412 for stale writes."""

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
"""May be kept by any cache, asked again before each use: an ETag that still holds costs no body."""

PRIVATE = "private, no-cache"

IfMatch = Annotated[str | None, Header(max_length=1000, description="ETag of the version that is to be changed")]


@dataclass(frozen=True, slots=True)
class Representation:
    """What goes onto the wire, mostly JSON, and the ETag that stands for it."""

    body: bytes
    etag: str
    media_type: str = "application/json"

    @classmethod
    def of(cls, value: Any, etag: str | None = None) -> Self:
        """`value` as JSON, times with a `Z`, what JSON has no type for as text, such as the database driver's UUIDs.

        Without an `etag` one is made from the bytes.
        """
        body = orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z)
        return cls(body, etag or body_tag(body))

    def encode(self) -> bytes:
        """Both as bytes, for `decode`."""
        return self.etag.encode() + b"\n" + self.body

    @classmethod
    def decode(cls, source: bytes) -> Self:
        etag, newline, body = source.partition(b"\n")
        if not newline:
            raise ValueError("not what encode made")
        return cls(body, etag.decode())

    def response(self, request: Request, cache_control: str = PUBLIC) -> Response:
        """Return 200 with the body, or 304 when the request's `If-None-Match` names this representation."""
        headers = {"ETag": self.etag, "Cache-Control": cache_control}
        if names(request.headers.get("if-none-match", ""), self.etag):
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self.media_type)

    def private(self) -> Response:
        """Return a response with one user's own things, which the server never knows to be unchanged."""
        return Response(self.body, media_type="application/json")

    def uncached(self, status: int = 200) -> Response:
        """Return a response that no cache keeps: to a write, or with one user's own things."""
        return Response(self.body, status, headers={"ETag": self.etag}, media_type="application/json")


def body_tag(body: bytes) -> str:
    """The ETag of these very bytes."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def version_tag(version: int, within: int | UUID | None = None) -> str:
    """Return the ETag of a counted version.

    `within` is the version of what surrounds it, where the response shows that too, or the id of what is shown where
    the URL may come to show something else, whose versions are counted from 1 as well.
    """
    return f'"{version}"' if within is None else f'"{version}.{within}"'


def names(field: str, etag: str) -> bool:
    """Whether an `If-None-Match` names `etag`; weak tags compare as strong ones, since proxies weaken them."""
    tags = _tags(field)
    return etag in tags or "*" in tags


def require_match(if_match: str | None, version: int) -> None:
    """Raise `PreconditionFailed` when an `If-Match` names other versions than the present one.

    A change of the surroundings alone is no conflict.
    """
    if if_match is None:
        return
    own = [tag.strip('"').partition(".")[0] for tag in _tags(if_match)]
    if str(version) not in own and "*" not in own:
        raise PreconditionFailed


def _tags(field: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in field.split(",")]


def json_response(value: BaseModel) -> Response:
    """Return a model as a response that no cache keeps."""
    return Response(value.model_dump_json(), media_type="application/json")
