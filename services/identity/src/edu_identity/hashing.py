"""Password hashes: Argon2id, computed and verified in threads of their own."""

import asyncio
import math
import os
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import argon2
import bcrypt
from argon2.exceptions import Argon2Error, InvalidHashError

from edu_common.errors import Unavailable
from edu_common.observability.metrics import PASSWORD_HASH_QUEUE, REQUESTS_SHED, Shed

BCRYPT_PREFIXES = ("$2a$", "$2b$", "$2y$")
BCRYPT_BYTES = 72
"""bcrypt ignores any further bytes."""

UNKNOWN_USER_HASH = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43
"""A hash with today's parameters that no password has; computing it at start would keep 19 MiB allocated."""

FIRST_GUESS_SECONDS = 0.05
SMOOTHING = 0.1

Result = TypeVar("Result")


class HashingOverloaded(Unavailable):
    """So many passwords are waiting to be hashed that this one would be too late."""

    code = "overloaded"
    detail = "Too many people sign in or register at this moment. Try again shortly."


class PasswordHasher:
    """As many threads as cores, behind a queue of about `max_wait_seconds` at most.

    Callers enter the queue before any other work for a hash:

        with passwords.queued():
            ...
            await passwords.hash(password)
    """

    def __init__(self, service: str, max_wait_seconds: float) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._threads = len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(self._threads, "password-hash")
        self._max_wait = max_wait_seconds
        self._depth = 0
        self._seconds = FIRST_GUESS_SECONDS
        self._gauge = PASSWORD_HASH_QUEUE.labels(service)
        self._shed = REQUESTS_SHED.labels(service, Shed.HASHING)

    @contextmanager
    def queued(self) -> Generator[None]:
        """Join the queue for the block; raise `HashingOverloaded` when its turn would come too late."""
        wait = max(0, self._depth - self._threads + 1) / self._threads * self._seconds
        if wait > self._max_wait:
            self._shed.inc()
            raise HashingOverloaded(retry_after=math.ceil(wait))
        self._enter(1)
        try:
            yield
        finally:
            self._enter(-1)

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._argon2.hash(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether `password` matches the hash `stored`; None (no account) takes as long and never matches."""
        matches = await self._run(lambda: self._matches(stored or UNKNOWN_USER_HASH, password))
        return matches and stored is not None

    def outdated(self, stored: str) -> bool:
        """Return whether a password should be rehashed with today's algorithm and parameters."""
        return stored.startswith(BCRYPT_PREFIXES) or self._argon2.check_needs_rehash(stored)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            if stored.startswith(BCRYPT_PREFIXES):
                return bcrypt.checkpw(password.encode()[:BCRYPT_BYTES], stored.encode())
            return self._argon2.verify(stored, password)
        except (Argon2Error, InvalidHashError, ValueError):
            return False

    async def _run(self, work: Callable[[], Result]) -> Result:
        result, seconds = await asyncio.get_running_loop().run_in_executor(self._pool, _timed, work)
        self._seconds += SMOOTHING * (seconds - self._seconds)
        return result

    def _enter(self, step: int) -> None:
        self._depth += step
        self._gauge.set(self._depth)


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started
