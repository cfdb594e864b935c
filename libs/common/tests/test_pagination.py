"""Lists: all pages together are complete, and a cursor is valid for one list only."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Numeric, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.database import pagination
from edu_common.database.engine import Database
from edu_common.database.models import COLUMN_TYPES, binds, new_metadata
from edu_common.database.pagination import Cursors, Key, Listing, PageParams, Slice, by_newest
from edu_common.errors import Unprocessable
from edu_common.ids import new_id
from edu_common.testing.keys import secret_settings
from edu_common.web.paging import page_params
from edu_sample.app import ReceiverSettings

SECRET = SecretStr("x" * 32)
SCOPE = {"list": "rows", "sort": "newest", "filter": None}
START = datetime(2026, 1, 1, tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


class Line(Base):
    """A row with few distinct values, so that many rows are equal in every order but that of the last key."""

    __tablename__ = "lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    number: Mapped[int]
    ratio: Mapped[float]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    name: Mapped[str]


ADD = insert(Line).values(binds(("id", "at", "number", "ratio", "price", "name")))
KINDS: dict[str, type] = {"at": datetime, "number": int, "ratio": float, "price": Decimal, "name": str, "id": UUID}
FIELDS = sorted(KINDS.keys() - {"id"})

lines = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 3).map(lambda n: START + timedelta(microseconds=n)),
            "number": st.integers(-2, 2),
            "ratio": st.sampled_from([0.1, 0.1 + 0.2, 1e-300, -1.5]),
            "price": st.sampled_from([Decimal("0.50"), Decimal("49.99"), Decimal("10000.00")]),
            "name": st.sampled_from(["", "a", "Ж", "a'b", "😀", "%"]),
        }
    ),
    max_size=25,
)
orders = st.lists(st.tuples(st.sampled_from(FIELDS), st.booleans()), max_size=3, unique_by=lambda key: key[0])


@pytest_asyncio.fixture(scope="module")
async def database(new_database: Callable[[str], str]) -> AsyncGenerator[Database]:
    url = await asyncio.to_thread(new_database, "edu_pagination")
    database = Database(ReceiverSettings.model_validate({"database_url": url, **secret_settings("enrollment")}))
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.close()


async def fill(database: Database, rows: Sequence[dict[str, Any]]) -> None:
    async with database.unit_of_work() as unit:
        await unit.execute(text("TRUNCATE lines"))
        await unit.execute_many(ADD, [{"id": new_id(), **row} for row in rows])


async def page(database: Database, keys: Sequence[Key], params: PageParams) -> Slice:
    async with database.read() as connection:
        return await Listing(select(Line.id), keys).paginate(connection, params, Cursors(SECRET), SCOPE)


class TestWalk:
    @given(rows=lines, order=orders, last_descends=st.booleans(), limit=st.integers(1, 7))
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_the_pages_together_are_the_list(
        self,
        database: Database,
        rows: list[dict[str, Any]],
        order: list[tuple[str, bool]],
        last_descends: bool,
        limit: int,
    ) -> None:
        await fill(database, rows)
        keys = [
            Key(column=getattr(Line, name), kind=KINDS[name], descending=descending)
            for name, descending in [*order, ("id", last_descends)]
        ]
        async with database.read() as connection:
            whole = await connection.scalars(select(Line.id).order_by(*(key.order for key in keys)))
        walked: list[UUID] = []
        cursor = None
        while True:
            found = await page(database, keys, PageParams(limit=limit, cursor=cursor))
            assert found.total == len(rows)
            assert len(found.rows) <= limit
            walked += [row.id for row in found.rows]
            cursor = found.next_cursor
            if cursor is None:
                break
            assert found.rows
        assert walked == whole

    async def test_what_is_added_meanwhile_shifts_nothing(self, database: Database) -> None:
        row = {"at": START, "number": 1, "ratio": 1.0, "price": Decimal(1), "name": "a"}
        await fill(database, [row] * 4)
        keys = by_newest(Line.at, Line.id)
        first = await page(database, keys, PageParams(limit=2))
        async with database.unit_of_work() as unit:
            await unit.execute(ADD, id=new_id(), **{**row, "at": START + timedelta(days=1)})
        second = await page(database, keys, PageParams(limit=2, cursor=first.next_cursor))
        ids = [row.id for row in (*first.rows, *second.rows)]
        assert len(ids) == len(set(ids)) == 4

    async def test_offset(self, database: Database) -> None:
        await fill(database, [{"at": START, "number": 1, "ratio": 1.0, "price": Decimal(1), "name": "a"}] * 5)
        keys = by_newest(Line.at, Line.id)
        everything = [row.id for row in (await page(database, keys, PageParams())).rows]
        part = await page(database, keys, PageParams(limit=2, offset=2))
        assert [row.id for row in part.rows] == everything[2:4]
        assert (await page(database, keys, PageParams(offset=10_000))).rows == []

    async def test_totals_are_capped(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pagination, "TOTAL_CAP", 3)
        for count, expected in ((3, {"total": 3, "total_capped": False}), (9, {"total": 3, "total_capped": True})):
            await fill(database, [{"at": START, "number": 1, "ratio": 1.0, "price": Decimal(1), "name": "a"}] * count)
            found = await page(database, by_newest(Line.at, Line.id), PageParams())
            envelope = found.envelope([])
            assert {name: envelope[name] for name in expected} == expected


positions = st.lists(
    st.one_of(st.uuids(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    min_size=1,
    max_size=3,
)
scopes = st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.text(max_size=5), st.integers(0, 9)), max_size=3)


class TestCursors:
    @given(position=positions, scope=scopes)
    def test_give_back_what_was_put_in(self, position: list[Any], scope: dict[str, Any]) -> None:
        read = Cursors(SECRET).read(scope, Cursors(SECRET).write(scope, position))
        assert read == [str(value) if isinstance(value, UUID) else value for value in position]

    @given(position=positions, scope=scopes, other=scopes)
    def test_belong_to_their_scope(self, position: list[Any], scope: dict[str, Any], other: dict[str, Any]) -> None:
        cursor = Cursors(SECRET).write(scope, position)
        if orjson.dumps(scope, option=orjson.OPT_SORT_KEYS) != orjson.dumps(other, option=orjson.OPT_SORT_KEYS):
            with pytest.raises(Unprocessable):
                Cursors(SECRET).read(other, cursor)

    @given(data=st.data(), position=positions)
    def test_one_changed_character_is_too_many(self, data: st.DataObject, position: list[Any]) -> None:
        cursor = Cursors(SECRET).write(SCOPE, position)
        at = data.draw(st.integers(0, len(cursor) - 2))
        other = data.draw(st.characters(codec="ascii").filter(lambda character: character != cursor[at]))
        with pytest.raises(Unprocessable) as refused:
            Cursors(SECRET).read(SCOPE, cursor[:at] + other + cursor[at + 1 :])
        assert refused.value.errors[0]["loc"] == ["query", "cursor"]

    @given(st.text(max_size=200))
    def test_garbage(self, garbage: str) -> None:
        with pytest.raises(Unprocessable):
            Cursors(SECRET).read(SCOPE, garbage)

    def test_another_platforms(self) -> None:
        with pytest.raises(Unprocessable):
            Cursors(SECRET).read(SCOPE, Cursors(SecretStr("y" * 32)).write(SCOPE, [1]))

    async def test_either_cursor_or_offset(self) -> None:
        with pytest.raises(Unprocessable) as refused:
            await page_params(limit=20, cursor="x", offset=1)
        assert refused.value.errors[0]["loc"] == ["query", "offset"]
