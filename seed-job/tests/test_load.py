"""The load into real databases."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from edu_seed import load
from edu_seed.databases import Connection, connect, read_urls, variable
from edu_seed.errors import SeedError
from edu_seed.load import Order, Urls, seed
from edu_seed.report import Report
from edu_seed.sizes import SMALL

Digests = Callable[[], Awaitable[dict[str, str]]]
Schema = Callable[[], Awaitable[set[str]]]

PATIENCE_SECONDS = 60
JOB = "import edu_seed.load as load; from edu_seed.cli import main; load.LARGE_ROWS = {large}; main([])"
"""The command in a process of its own; the test sets the number of rows from which a table is large."""


@asynccontextmanager
async def connected(urls: Urls, name: str) -> AsyncGenerator[Connection]:
    connection = await connect(name, urls[name])
    try:
        yield connection
    finally:
        await connection.close()


class TestSeed:
    async def test_gives_the_size_that_was_asked_for(self, urls: Urls, order: Order, report: Report) -> None:
        outcome = await seed(urls, order, report, replace=False)
        assert outcome.loaded
        for key, told in outcome.manifest["tables"].items():
            name, table = key.split(".")
            async with connected(urls, name) as connection:
                extra = 1 if key == "identity.users" else 0  # the admin is not part of a block
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == told["rows"] + extra

    async def test_leaves_the_schema_as_the_migrations_made_it(
        self,
        urls: Urls,
        order: Order,
        report: Report,
        schema: set[str],
        present_schema: Schema,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(load, "LARGE_ROWS", 0)
        await seed(urls, order, report, replace=False)
        assert await present_schema() == schema

    async def test_again_changes_nothing(self, urls: Urls, order: Order, report: Report, digests: Digests) -> None:
        first = await seed(urls, order, report, replace=False)
        before = await digests()
        second = await seed(urls, order, report, replace=False)
        assert not second.loaded
        assert second.manifest == first.manifest
        assert await digests() == before

    async def test_the_same_order_gives_the_same_rows(
        self, urls: Urls, order: Order, report: Report, digests: Digests
    ) -> None:
        first = await seed(urls, order, report, replace=False)
        before = await digests()
        second = await seed(urls, order, report, replace=True)
        assert second.loaded
        assert second.manifest["tables"] == first.manifest["tables"]
        assert await digests() == before

    async def test_the_demo_accounts_have_the_known_password(self, urls: Urls, order: Order, report: Report) -> None:
        outcome = await seed(urls, order, report, replace=False)
        async with connected(urls, "identity") as connection:
            for account in outcome.manifest["accounts"]:
                stored = await connection.fetchval(
                    "SELECT password_hash FROM users WHERE email_key = $1", account["email"]
                )
                assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


class TestRefusals:
    async def test_rows_of_others(self, urls: Urls, order: Order, report: Report, digests: Digests) -> None:
        await add_user(urls, "somebody@example.org", "student")
        before = await digests()
        with pytest.raises(SeedError, match="identity database holds rows that this job did not make"):
            await seed(urls, order, report, replace=False)
        assert await digests() == before

    async def test_another_data_set(self, urls: Urls, order: Order, report: Report, digests: Digests) -> None:
        await seed(urls, order, report, replace=False)
        before = await digests()
        with pytest.raises(SeedError, match=r"holds another data set \(small, seed 1"):
            await seed(urls, Order(SMALL, 2, order.epoch), report, replace=False)
        assert await digests() == before

    async def test_replace_deletes_them(self, urls: Urls, order: Order, report: Report) -> None:
        await add_user(urls, "somebody@example.org", "student")
        assert (await seed(urls, order, report, replace=True)).loaded
        async with connected(urls, "identity") as connection:
            assert await connection.fetchval("SELECT count(*) FROM users") == SMALL.users + 1

    async def test_an_admin_alone_is_in_nobodys_way_and_stays(self, urls: Urls, order: Order, report: Report) -> None:
        await add_user(urls, "admin@eduplatform.com", "admin")
        await seed(urls, order, report, replace=False)
        async with connected(urls, "identity") as connection:
            admins = await connection.fetch("SELECT email, password_hash FROM users WHERE role = 'admin'")
        assert [tuple(row) for row in admins] == [("admin@eduplatform.com", "theirs")]

    async def test_a_database_that_is_not_migrated(
        self, urls: Urls, order: Order, report: Report, new_database: Callable[[str], str]
    ) -> None:
        fresh = await asyncio.to_thread(new_database, "not_migrated")
        with pytest.raises(SeedError, match=r"has no table payments; migrate it first \(python -m edu_payment"):
            await seed(urls | {"payment": fresh.replace("+asyncpg", "")}, order, report, replace=False)

    async def test_a_second_job_at_once(
        self, urls: Urls, order: Order, report: Report, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(load, "LOCK_WAIT_SECONDS", 0)
        async with load.opened(urls):
            with pytest.raises(SeedError, match="Another seed job works on the identity database"):
                await seed(urls, order, report, replace=False)

    async def test_a_server_that_is_not_there(self, urls: Urls, order: Order, report: Report) -> None:
        nowhere = urls | {"course": "postgresql://127.0.0.1:9/course"}
        with pytest.raises(SeedError, match=r"course database cannot be reached .*COURSE_DATABASE_URL"):
            await seed(nowhere, order, report, replace=False)

    def test_missing_addresses(self) -> None:
        with pytest.raises(SeedError, match=r"Set COURSE_DATABASE_URL, .* to the databases' addresses"):
            read_urls({"IDENTITY_DATABASE_URL": "postgresql://somewhere/identity"})


LEDGER_ENTRY = "INSERT INTO seed_ledger (kind, name, number, detail) VALUES ('block', 'lessons', 0, '{}')"


class TestInterruption:
    """The job is killed while it waits for a lock of the test; then it runs again."""

    @pytest.mark.parametrize(
        ("database", "hold", "large"),
        [
            ("payment", "LOCK TABLE mock_charges IN SHARE MODE", 10**9),
            ("course", LEDGER_ENTRY, 0),
            ("course", "LOCK TABLE search_words IN SHARE MODE", 0),
        ],
        ids=["between blocks", "at the end of a block, without indexes", "while building"],
    )
    async def test_goes_on_to_the_same_rows(
        self,
        urls: Urls,
        order: Order,
        report: Report,
        digests: Digests,
        schema: set[str],
        present_schema: Schema,
        database: str,
        hold: str,
        large: int,
    ) -> None:
        unbroken = await seed(urls, order, report, replace=False)
        expected = await digests()
        await begin_anew(urls)
        await kill_at(urls, database, hold, large)
        outcome = await seed(urls, order, report, replace=False)
        assert outcome.loaded
        assert outcome.manifest["tables"] == unbroken.manifest["tables"]
        assert await digests() == expected
        assert await present_schema() == schema

    async def test_replace_after_it_builds_what_was_taken_off(
        self, urls: Urls, order: Order, report: Report, schema: set[str], present_schema: Schema
    ) -> None:
        await begin_anew(urls)
        await kill_at(urls, "course", LEDGER_ENTRY, large=0)
        assert await present_schema() != schema
        await seed(urls, order, report, replace=True)
        assert await present_schema() == schema


async def add_user(urls: Urls, email: str, role: str) -> None:
    async with connected(urls, "identity") as connection:
        await connection.execute(
            "INSERT INTO users (id, email, email_key, password_hash, name, role) "
            "VALUES (gen_random_uuid(), $1, $1, 'theirs', 'Somebody', $2)",
            *(email, role),
        )


async def begin_anew(urls: Urls) -> None:
    async with load.opened(urls) as connections:
        await load._empty(connections)  # pyright: ignore[reportPrivateUsage] - what --replace begins with


async def kill_at(urls: Urls, database: str, hold: str, large: int) -> None:
    """Run the job until it waits for the lock taken by `hold` and has loaded something, then kill it."""
    async with connected(urls, database) as holder:
        await holder.execute("BEGIN")
        await holder.execute(hold)
        job = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", JOB.format(large=large)),
            env={**os.environ, **{variable(name): url for name, url in urls.items()}},
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(PATIENCE_SECONDS), connected(urls, database) as watcher:
            while not await is_stuck(watcher, holder.get_server_pid(), urls):
                assert job.returncode is None, await job.stderr.read() if job.stderr else ""
                await asyncio.sleep(0.05)
        job.send_signal(signal.SIGKILL)
        await job.wait()


async def is_stuck(watcher: Connection, holder: int, urls: Urls) -> bool:
    waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)))"
    if not await watcher.fetchval(waits, holder):
        return False
    async with connected(urls, "course") as connection:
        return await connection.fetchval("SELECT EXISTS (SELECT FROM seed_ledger WHERE kind = 'block')")
