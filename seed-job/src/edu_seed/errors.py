"""Errors that stop the job, each in one sentence."""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg


class SeedError(Exception):
    """An expected error; its text says what is wrong and what helps."""


@contextmanager
def explained(what: str) -> Generator[None]:
    """Convert an error of a database or of its connection to a `SeedError`."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise SeedError(f"{what} failed: {error}. When that is mended, the same command goes on from here.") from error
