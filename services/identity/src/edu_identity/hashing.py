"""Password hashes: Argon2id, made and checked in threads of their own."""

import asyncio
import math
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2
import bcrypt
from argon2.exceptions import Argon2Error, InvalidHashError
from edu_common.errors import Unavailable
from edu_common.metrics import PASSWORD_HASH_QUEUE

BCRYPT_PREFIXES = ("$2a$", "$2b$", "$2y$")
BCRYPT_BYTES = 72
"""bcrypt itself looks no further."""

MAX_EXPECTED_WAIT_SECONDS = 1.0
FIRST_GUESS_SECONDS = 0.05
SMOOTHING = 0.1
NICENESS = 10

Result = TypeVar("Result")


class HashingOverloaded(Unavailable):
    """So many passwords wait to be hashed that this one would not be done in time."""

    code = "overloaded"


class PasswordHasher:
    """As many threads as cores; a hash that would wait longer than a second is refused.

    The threads run at a lower priority than the event loop, which goes on answering whatever they do.
    """

    def __init__(self, service: str) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._threads = len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(self._threads, "password-hash", initializer=_step_back)
        self._depth = 0
        self._seconds = FIRST_GUESS_SECONDS
        self._gauge = PASSWORD_HASH_QUEUE.labels(service)
        self._nobodys = self._argon2.hash("nobody's password")

    async def hash(self, password: str) -> str:
        """A new hash; raises `HashingOverloaded`."""
        return await self._run(lambda: self._argon2.hash(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one that was hashed; an unknown account (None) takes as long and is never right.

        Raises `HashingOverloaded`.
        """
        right = await self._run(lambda: self._matches(stored or self._nobodys, password))
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether a hash should be made anew with today's algorithm and parameters."""
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
        wait = self._depth / self._threads * self._seconds
        if wait > MAX_EXPECTED_WAIT_SECONDS:
            raise HashingOverloaded("Too many sign-ins at once. Try again in a moment.", retry_after=math.ceil(wait))
        self._enter(1)
        try:
            result, seconds = await asyncio.get_running_loop().run_in_executor(self._pool, _timed, work)
            self._seconds += SMOOTHING * (seconds - self._seconds)
            return result
        finally:
            self._enter(-1)

    def _enter(self, step: int) -> None:
        self._depth += step
        self._gauge.set(self._depth)


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def _step_back() -> None:
    """Lower this thread's priority (Linux keeps one a thread)."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
