"""Rows as Postgres reads them."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from edu_seed import copy_format as c
from edu_seed.databases import connect
from edu_seed.load import Urls
from edu_seed.rng import uuid7

IDS = uuid7(1, "test", np.arange(3), np.full(3, 1_700_000_000_000))
UUIDS = [UUID(bytes=identifier) for identifier in IDS.tolist()]


async def read_back(urls: Urls, columns: str, data: bytes) -> list[tuple[Any, ...]]:
    connection = await connect("identity", urls["identity"])
    await connection.execute(f"CREATE TEMP TABLE probe ({columns})")
    await connection.copy_to_table("probe", source=once(c.stream(data)), format="binary")
    rows = await connection.fetch("SELECT * FROM probe")
    await connection.close()
    return [tuple(row) for row in rows]


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data


class TestRows:
    async def test_fixed_widths_in_one_piece(self, migrated: Urls) -> None:
        numbers = np.array([1, -2, 3])
        piece = c.fixed(IDS, c.integers(numbers), c.small_integers(numbers), c.big_integers(numbers * 10**12))
        found = await read_back(migrated, "a uuid, b int4, c int2, d int8", c.rows(4, piece))
        assert found == [(UUIDS[row], n, n, n * 10**12) for row, n in enumerate([1, -2, 3])]

    async def test_texts_nulls_and_flags(self, migrated: Urls) -> None:
        present = np.array([True, False, True])
        pieces = (c.texts(["", "é", "Привет"]), c.nullable(c.texts(["x", "y", "z"]), present), c.flags(present))
        found = await read_back(migrated, "a text, b text, c boolean", c.rows(3, *pieces))
        assert found == [("", "x", True), ("é", None, False), ("Привет", "z", True)]

    async def test_prices(self, migrated: Urls) -> None:
        prices = [Decimal(price) for price in ("0.50", "9.99", "129.00", "1000.05")]
        data = c.rows(1, [c.numeric(price) for price in prices])
        assert [price for (price,) in await read_back(migrated, "a numeric(10, 2)", data)] == prices

    async def test_arrays_and_documents(self, migrated: Urls) -> None:
        pieces = ([c.text_array(["a", "б"]), c.text_array([])], [c.uuid_array(IDS[:2]), c.uuid_array(IDS[:0])])
        found = await read_back(migrated, "a text[], b uuid[], c jsonb", c.rows(3, *pieces, [c.jsonb(b'{"a": 1}')] * 2))
        assert found == [(["a", "б"], UUIDS[:2], '{"a": 1}'), ([], [], '{"a": 1}')]

    async def test_times(self, migrated: Urls) -> None:
        piece = c.fixed(c.timestamps(np.array([0, 86_400_000_000])))
        found = await read_back(migrated, "a timestamptz", c.rows(1, piece))
        assert [str(moment) for (moment,) in found] == ["2000-01-01 00:00:00+00:00", "2000-01-02 00:00:00+00:00"]
