"""Lists: the envelope, keyset cursors that cannot be forged or used on another list, capped totals."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from edu_common.database.unit_of_work import Connection
from edu_common.errors import Unprocessable

MAX_LIMIT = 100
MAX_OFFSET = 10_000
TOTAL_CAP = 10_000
SIGNATURE_BYTES = 12

ItemT = TypeVar("ItemT")


class Page(BaseModel, Generic[ItemT]):
    """One page of a list. `total` stays at 10,000 when there are more; `total_capped` says so."""

    items: list[ItemT]
    total: int
    total_capped: bool = False
    next_cursor: str | None


class PageParams(BaseModel):
    """The query parameters that every list takes."""

    model_config = ConfigDict(frozen=True)

    limit: int = Field(default=20, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, max_length=2000)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)


class Cursors:
    """Writes and reads opaque cursors, signed together with the list, filters and sort order that they belong to."""

    def __init__(self, secret: SecretStr) -> None:
        self._key = hashlib.sha256(b"cursors:" + secret.get_secret_value().encode()).digest()

    def write(self, scope: Mapping[str, Any], position: Sequence[Any]) -> str:
        payload = orjson.dumps([_plain(value) for value in position])
        return _encoded(self._sign(scope, payload) + payload)

    def read(self, scope: Mapping[str, Any], cursor: str) -> list[Any]:
        """Return the position in a cursor; raise `Unprocessable` for one that was not made for this `scope`."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        if _encoded(raw) != cursor:  # Python also reads + and / in place of - and _
            raw = b""
        signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not payload or not hmac.compare_digest(signature, self._sign(scope, payload)):
            raise Unprocessable.at(
                "query",
                "cursor",
                msg="Not a cursor of this list with these filters and this sort. Start again without it.",
            )
        return orjson.loads(payload)

    def _sign(self, scope: Mapping[str, Any], payload: bytes) -> bytes:
        bound = orjson.dumps(dict(scope), option=orjson.OPT_SORT_KEYS, default=str) + b"\0" + payload
        return hmac.new(self._key, bound, hashlib.sha256).digest()[:SIGNATURE_BYTES]


class Key(BaseModel):
    """One column of a list's sort order; the last one must be unique. `kind` restores its value from a cursor."""

    model_config = {"arbitrary_types_allowed": True, "frozen": True}

    column: Any
    kind: type = str
    descending: bool = False

    def revive(self, value: Any) -> Any:
        if self.kind is datetime:
            return datetime.fromisoformat(value)
        return self.kind(value)

    @property
    def order(self) -> ColumnElement[Any]:
        return self.column.desc() if self.descending else self.column.asc()


def by_newest(created_at: Any, unique_id: Any) -> list[Key]:
    """Return the keys for newest first, the usual order."""
    return [
        Key(column=created_at, kind=datetime, descending=True),
        Key(column=unique_id, kind=UUID, descending=True),
    ]


class Slice(BaseModel):
    """The rows of one page and the metadata of its envelope; each row ends with the values of the keys."""

    model_config = {"arbitrary_types_allowed": True}

    rows: list[Any]
    total: int
    next_cursor: str | None

    def envelope(self, items: Sequence[Any], **more: Any) -> dict[str, Any]:
        """Return the list envelope around `items`, one per row."""
        counts = {"total": min(self.total, TOTAL_CAP), "total_capped": self.total > TOTAL_CAP}
        return {"items": items, **counts, "next_cursor": self.next_cursor, **more}


class Listing:
    """A list sorted by `keys`; its statements are built once, and `query` names its parameters by `bindparam`."""

    def __init__(self, query: Select[*tuple[Any, ...]], keys: Sequence[Key]) -> None:
        self._keys = keys
        self._names = [f"after_{i}" for i in range(len(keys))]
        limit, offset = bindparam("limit", type_=Integer), bindparam("offset", type_=Integer)
        ordered = with_keys(query, keys).order_by(*(key.order for key in keys)).limit(limit)
        bounds = [bindparam(name, type_=key.column.type) for name, key in zip(self._names, keys, strict=True)]
        self._from_start = ordered.offset(offset)
        self._from_cursor = ordered.where(follows(keys, bounds))
        self._count = counting(query, bindparam("cap", type_=Integer))

    async def paginate(
        self, connection: Connection, params: PageParams, cursors: Cursors, scope: Mapping[str, Any], **values: Any
    ) -> Slice:
        """Return one page; `values` are the parameters of the query.

        `scope` identifies the list, its filters and its sort order. Raise `Unprocessable` for a cursor of another
        scope.
        """
        rows = await self._window(connection, params, cursors, scope, values)
        more = len(rows) > params.limit
        rows = rows[: params.limit]
        is_whole = not more and not params.cursor and (rows or not params.offset)
        total = params.offset + len(rows) if is_whole else await self._total(connection, values)
        next_cursor = cursors.write(scope, rows[-1][-len(self._keys) :]) if more else None
        return Slice(rows=rows, total=total, next_cursor=next_cursor)

    async def _window(
        self,
        connection: Connection,
        params: PageParams,
        cursors: Cursors,
        scope: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> list[Any]:
        """Return the rows of the page and one more, each followed by the values of its keys."""
        if not params.cursor:
            return await connection.all(self._from_start, **values, limit=params.limit + 1, offset=params.offset)
        position = revived(self._keys, cursors.read(scope, params.cursor))
        bounds = dict(zip(self._names, position, strict=True))
        return await connection.all(self._from_cursor, **values, **bounds, limit=params.limit + 1)

    async def _total(self, connection: Connection, values: Mapping[str, Any]) -> int:
        return await connection.scalar(self._count, **values, cap=TOTAL_CAP)


def with_keys(query: Select[*tuple[Any, ...]], keys: Sequence[Key]) -> Select[*tuple[Any, ...]]:
    """Return the query with the values of the keys after its own columns."""
    return query.add_columns(*(key.column.label(f"key_{i}") for i, key in enumerate(keys)))


def revived(keys: Sequence[Key], position: Sequence[Any]) -> list[Any]:
    """Return the values in a cursor as the database expects them."""
    return [key.revive(value) for key, value in zip(keys, position, strict=True)]


def follows(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition "sorts after `values`, parameters of a query, in the order of `keys`"."""
    directions = {key.descending for key in keys}
    if len(directions) == 1:
        columns, bound = tuple_(*(key.column for key in keys)), tuple_(*values)
        return columns < bound if directions.pop() else columns > bound
    return or_(*(_follows_at(keys, values, i) for i in range(len(keys))))


def _follows_at(keys: Sequence[Key], values: Sequence[Any], i: int) -> ColumnElement[bool]:
    """Return the condition that the keys before the `i`th are equal and the `i`th is past its value."""
    equal = [key.column == value for key, value in zip(keys[:i], values[:i], strict=True)]
    past = keys[i].column < values[i] if keys[i].descending else keys[i].column > values[i]
    return and_(*equal, past)


def counting(query: Select[*tuple[Any, ...]], cap: BindParameter[int]) -> Select[*tuple[Any, ...]]:
    """Return a query that counts the rows of `query`, stopping at one past the cap."""
    probe = select(literal(1)).select_from(query.order_by(None).subquery()).limit(cap + 1)
    return select(func.count()).select_from(probe.subquery())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _plain(value: Any) -> Any:
    """Return the value of a key as JSON that `Key.revive` reads back without loss."""
    if isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
