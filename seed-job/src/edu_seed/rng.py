"""Random numbers and identifiers that depend only on the seed and their purpose.

The generator is counter-based: each (seed, table, block) has a stream of its own, so that blocks can be generated in
any order, by any worker, and are identical to the byte.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]
GAMMA = np.uint64(0x9E3779B97F4A7C15)
MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def stream(seed: int, table: str, block: int = 0) -> np.random.Generator:
    """Return the generator of a block; streams of different keys are independent."""
    key = (seed << 32) | zlib.crc32(table.encode())
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, block]))


def hashes(seed: int, table: str, index: Ints) -> Words:
    """Return 64 well-mixed bits for each row (splitmix64)."""
    start = np.uint64(((seed << 32) | zlib.crc32(table.encode())) & 0xFFFFFFFFFFFFFFFF)
    word = index.astype(np.uint64) * GAMMA + _mix(np.array([start]))
    return _mix(word)


def uuid7(seed: int, table: str, index: Ints, milliseconds: Ints) -> NDArray[np.void]:
    """Return UUIDv7s in network order, 16 bytes each: sorted by their time, the rest derived from table and row."""
    word = hashes(seed, table, index)
    pairs = np.empty((len(index), 2), dtype=">u8")
    pairs[:, 0] = (milliseconds.astype(np.uint64) << np.uint64(16)) | np.uint64(0x7000) | (word & np.uint64(0xFFF))
    pairs[:, 1] = (_mix(word + GAMMA) & np.uint64(0x3FFFFFFFFFFFFFFF)) | np.uint64(0x8000000000000000)
    return pairs.view("V16").reshape(-1)


def listed(values: Ints | Words) -> list[int]:
    """Convert to Python's own numbers, which index lists faster."""
    numbers: list[int] = values.tolist()
    return numbers


def _mix(word: Words) -> Words:
    word = (word ^ (word >> np.uint64(30))) * MIX[0]
    word = (word ^ (word >> np.uint64(27))) * MIX[1]
    return word ^ (word >> np.uint64(31))
