"""What stops the job, told in one sentence."""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg


class SeedError(Exception):
    """An expected condition; its text says what is wrong and what helps."""


@contextmanager
def told(what: str) -> Generator[None]:
    """Turn what a database says, or that it is gone, into a `SeedError`."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise SeedError(f"{what} failed: {error}. When that is mended, the same command goes on from here.") from error
