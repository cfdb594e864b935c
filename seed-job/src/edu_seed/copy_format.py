"""Rows in the binary format of COPY.

A row is the number of its columns followed by a length and that many bytes for each. Columns of fixed width are encoded
by numpy, all rows at once; adjacent ones are joined into one piece, so that a row has few of them.
"""

import struct
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from edu_seed.rng import Flags, Ints, listed

Pieces = Sequence[bytes]
"""One piece per row: one or more columns with their lengths."""
Column = NDArray[np.generic]

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)
NULL = struct.pack(">i", -1)
TRUE, FALSE = struct.pack(">i?", 1, True), struct.pack(">i?", 1, False)
TEXT_OID, UUID_OID = 25, 2950

length = struct.Struct(">i").pack


def timestamps(moments: Ints) -> Column:
    return moments.astype(">i8")


def integers(values: Ints) -> Column:
    return values.astype(">i4")


def big_integers(values: Ints) -> Column:
    return values.astype(">i8")


def small_integers(values: Ints) -> Column:
    return values.astype(">i2")


def fixed(*columns: Column) -> Pieces:
    """Encode adjacent columns of a fixed width without NULLs: UUIDs, integers, timestamps."""
    layout = [
        part
        for number, column in enumerate(columns)
        for part in ((f"length{number}", ">i4"), (f"value{number}", column.dtype))
    ]
    rows = np.empty(len(columns[0]), dtype=layout)
    for number, column in enumerate(columns):
        rows[f"length{number}"] = column.dtype.itemsize
        rows[f"value{number}"] = column
    pieces: list[bytes] = rows.view(f"V{rows.dtype.itemsize}").tolist()
    return pieces


def nullable(pieces: Pieces, present: Flags) -> Pieces:
    """Return one column with NULL where `present` is false."""
    return [piece if there else NULL for piece, there in zip(pieces, present.tolist(), strict=True)]


def texts(values: Iterable[str]) -> Pieces:
    return [text(value) for value in values]


def picked(values: Sequence[str], index: Ints) -> Pieces:
    """Encode the texts at those indices."""
    return [text(values[place]) for place in listed(index)]


def text(value: str) -> bytes:
    data = value.encode()
    return length(len(data)) + data


def optional_text(value: str | None) -> bytes:
    return NULL if value is None else text(value)


def choices(index: Ints, values: Iterable[bytes]) -> Pieces:
    """Encode a column that has few different values, given by their indices."""
    encoded = list(values)
    return [encoded[place] for place in listed(index)]


def constant(value: bytes, rows: int) -> Pieces:
    return [value] * rows


def flags(values: Flags) -> Pieces:
    return [TRUE if value else FALSE for value in values.tolist()]


def numeric(value: Decimal) -> bytes:
    """Encode a positive number below 10,000 with two decimals."""
    whole, cents = divmod(int(value * 100), 100)
    digits = struct.pack(">hhhhhh", 2, 0, 0, 2, whole, cents * 100)
    return length(len(digits)) + digits


def jsonb(document: bytes) -> bytes:
    return length(len(document) + 1) + b"\1" + document


def text_array(items: Sequence[str]) -> bytes:
    return _array(TEXT_OID, len(items), b"".join(map(text, items)))


def uuid_array(ids: NDArray[np.void]) -> bytes:
    return _array(UUID_OID, len(ids), b"".join(fixed(ids)))


def rows(columns: int, *pieces: Pieces) -> bytes:
    """Join the rows' bytes; `columns` is the number of columns in all pieces of a row together."""
    head = struct.pack(">h", columns)
    return b"".join(chain.from_iterable((head, *row) for row in zip(*pieces, strict=True)))


def stream(data: bytes) -> bytes:
    """Return the complete input of COPY for those rows."""
    return HEADER + data + TRAILER


def _array(item_type: int, count: int, items: bytes) -> bytes:
    head = struct.pack(">iiiii", 1, 0, item_type, count, 1) if count else struct.pack(">iii", 0, 0, item_type)
    return length(len(head) + len(items)) + head + items
