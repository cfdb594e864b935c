"""The queue of password hashes."""

import asyncio
import time

import pytest

from edu_identity.hashing import UNKNOWN_USER_HASH, HashingOverloaded, PasswordHasher

MAX_WAIT_SECONDS = 1


@pytest.fixture
def hasher() -> PasswordHasher:
    return PasswordHasher("identity", MAX_WAIT_SECONDS)


class TestVerify:
    async def test_nobodys_password_is_never_right(self, hasher: PasswordHasher) -> None:
        assert not hasher.outdated(UNKNOWN_USER_HASH)
        assert not await hasher.verify(None, "")

    @pytest.mark.parametrize("stored", ["", "!", "$argon2id$broken", "$2b$broken", "$2b$12$short"])
    async def test_an_unreadable_hash_is_never_right(self, hasher: PasswordHasher, stored: str) -> None:
        assert not await hasher.verify(stored, "password")

    async def test_the_event_loop_goes_on_meanwhile(self, hasher: PasswordHasher) -> None:
        hashing = asyncio.gather(*(hasher.hash("password") for _ in range(6)))
        turns = 0
        while not hashing.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > 100


class TestQueue:
    async def test_refuses_what_would_wait_too_long(self, hasher: PasswordHasher) -> None:
        places = 0
        with pytest.raises(HashingOverloaded) as refused:
            await self._fill(hasher, places)
        assert int(refused.value.headers["Retry-After"]) >= MAX_WAIT_SECONDS
        with hasher.queued():
            assert await hasher.verify(await hasher.hash("password"), "password")

    async def _fill(self, hasher: PasswordHasher, places: int) -> None:
        assert places < 10_000
        with hasher.queued():
            await self._fill(hasher, places + 1)

    async def test_time_is_the_same_for_unknown_accounts(self, hasher: PasswordHasher) -> None:
        stored = await hasher.hash("password")

        async def cpu_seconds(of: str | None) -> float:
            started = time.process_time()
            for _ in range(10):
                await hasher.verify(of, "not the password")
            return time.process_time() - started

        known, unknown = await cpu_seconds(stored), await cpu_seconds(None)
        assert 0.5 < known / unknown < 2
