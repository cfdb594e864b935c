"""A database that is slow, out of connections, unavailable or behind: the responses, and the recovery."""

import asyncio
import subprocess
import tempfile
import time
import traceback
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psutil
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import Uuid, bindparam, event, exists, insert, literal, make_url, select, text
from sqlalchemy.exc import DBAPIError

from edu_common.auth.revocations import POLL_SECONDS
from edu_common.database import migrations
from edu_common.database.engine import Database
from edu_common.events.inbox import InboxEvent
from edu_common.settings import Misconfigured
from edu_common.testing.postgres import create_database, start_server
from edu_sample.app import PACKAGE, ReceiverSettings, create_receiver

Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]]
Settings = Callable[..., ReceiverSettings]
Launch = Callable[..., "subprocess.Popen[bytes]"]
Asking = Callable[[Database], AsyncGenerator[int | None]]


END_THE_OTHERS = """
    WITH others AS MATERIALIZED (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    )
    SELECT pid FROM others WHERE pg_terminate_backend(pid)
"""


ONE = select(literal(1))


def message(kind: bytes, severity: bytes, state: bytes) -> bytes:
    """Return a message that a Postgres server sends without a request, in its protocol."""
    fields = b"S%b\0V%b\0C%b\0Mterminating connection\0\0" % (severity, severity, state)
    return kind + (len(fields) + 4).to_bytes(4, "big") + fields


async def until_gone(pid: int) -> None:
    """Wait for the end of a process of the database server, which runs on this machine."""
    while psutil.pid_exists(pid):  # noqa: ASYNC110 - no process tells others of its end
        await asyncio.sleep(0.005)


@pytest_asyncio.fixture
async def database(receiver_settings: Settings) -> AsyncGenerator[Database]:
    database = Database(receiver_settings())
    yield database
    await database.close()


class TestTransactions:
    async def test_a_callback_waits_for_the_commit(self, database: Database) -> None:
        seen: list[str] = []
        async with database.unit_of_work() as unit:
            unit.after_commit.append(lambda: seen.append("committed"))
            await unit.execute(text("SELECT 1"))
            assert seen == []
        assert seen == ["committed"]

    async def test_a_failed_transaction_calls_nobody(self, database: Database) -> None:
        seen: list[str] = []

        async def fail() -> None:
            async with database.unit_of_work() as unit:
                unit.after_commit.append(lambda: seen.append("committed"))
                raise LookupError

        with pytest.raises(LookupError):
            await fail()
        assert seen == []

    async def test_settings_of_a_connection(self, database: Database) -> None:
        async with database.read() as connection:
            for name, value in (("jit", "off"), ("statement_timeout", "5s"), ("TimeZone", None)):
                shown = await connection.scalar(text(f"SHOW {name}"))
                assert value is None or shown == value


class TestPool:
    async def test_exhausted(self, serve: Serve, receiver_settings: Settings) -> None:
        settings = receiver_settings(db_pool_size=1, db_pool_timeout=0.2)
        async with serve(create_receiver(settings)) as client:
            holding = asyncio.create_task(client.get("/things/statement?seconds=2"))
            while 'db_pool_in_use{service="enrollment"} 1.0' not in (await client.get("/metrics")).text:
                assert not holding.done()
            response = await client.get("/things/statement")
            assert response.status_code == 503, response.text
            assert response.json()["code"] == "overloaded"
            assert response.headers["retry-after"]
            assert (await holding).status_code == 200
            assert (await client.get("/things/statement")).status_code == 200

    async def test_connections_that_ended_while_idle_are_made_anew(
        self, serve: Serve, receiver_settings: Settings, database: Database
    ) -> None:
        async with serve(create_receiver(receiver_settings(db_pool_size=3))) as client:
            await asyncio.gather(*(client.get("/things/statement?seconds=0.1") for _ in range(3)))
            async with database.read() as connection:
                ended = await connection.scalars(text(END_THE_OTHERS))
            assert len(ended) >= 3
            for pid in ended:
                await until_gone(pid)
            answers = await asyncio.gather(*(client.get("/things/statement?seconds=0.1") for _ in range(3)))
            assert [answer.status_code for answer in answers] == [200] * 3
            assert (await client.get("/health/ready")).status_code == 200

    async def test_requests_that_are_ended_give_their_connections_back(
        self, serve: Serve, receiver_settings: Settings
    ) -> None:
        settings = receiver_settings(db_pool_size=2, request_timeout=0.3)
        async with serve(create_receiver(settings)) as client:
            for _ in range(3):
                answers = await asyncio.gather(*(client.get("/things/statement?seconds=3") for _ in range(4)))
                assert {answer.status_code for answer in answers} == {504}
            assert (await client.get("/things/statement")).status_code == 200
            async with asyncio.timeout(10):  # the service's own tasks query the database from time to time, too
                figures = ""
                while 'db_pool_in_use{service="enrollment"} 0.0' not in figures:
                    figures = (await client.get("/metrics")).text
            assert 'db_pool_peak_in_use{service="enrollment"} 2.0' in figures

    async def test_clients_that_leave_give_their_connections_back(
        self, serve: Serve, receiver_settings: Settings
    ) -> None:
        async with serve(create_receiver(receiver_settings(db_pool_size=2, db_statement_timeout=1))) as client:
            for _ in range(3):
                with pytest.raises(httpx2.ReadTimeout):
                    await client.get("/things/statement?seconds=0.5", timeout=0.05)
            while (response := await client.get("/things/statement")).status_code == 503:
                pass
            assert response.status_code == 200


PID = text("SELECT pg_backend_pid()")
WRITE = insert(InboxEvent).values(id=uuid4(), type="late")
WRITTEN = select(exists().where(InboxEvent.type == "late"))


class TestStoppedServer:
    async def test_what_is_written_after_a_late_begin_is_durable(
        self, receiver_settings: Settings, database: Database
    ) -> None:
        """The server takes up the BEGIN after the client has given up on it."""
        impatient = Database(receiver_settings(db_statement_timeout=0.01), pool_size=1)
        async with impatient.read() as connection:
            server = psutil.Process(await connection.scalar(PID))
        server.suspend()
        try:
            with pytest.raises(TimeoutError):
                async with impatient.unit_of_work():
                    pytest.fail("began while the server was stopped")
        finally:
            server.resume()
        async with impatient.read() as connection:
            await connection.execute(WRITE)
        async with database.read() as connection:
            assert await connection.scalar(WRITTEN)
        await impatient.close()


class TestServerFull:
    async def test_503_until_it_takes_connections_again(
        self, serve: Serve, receiver_settings: Settings, database: Database
    ) -> None:
        """For a request and for a background task alike."""
        name = f"guest_{uuid4().hex}"
        settings = receiver_settings()
        url = make_url(settings.database_url.get_secret_value()).set(username=name)
        guest = receiver_settings(database_url=url.render_as_string(hide_password=False))
        async with database.unit_of_work() as unit:
            await unit.execute(text(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 0"))
        guests = Database(guest)
        async with serve(create_receiver(guest)) as client:
            response = await client.get("/things/statement")
            assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
            assert response.headers["retry-after"]
            with pytest.raises(DBAPIError):
                async with guests.read():
                    pass
            async with database.unit_of_work() as unit:
                await unit.execute(text(f"ALTER ROLE {name} CONNECTION LIMIT -1"))
            assert (await client.get("/things/statement")).status_code == 200
            async with guests.read():
                pass
        await guests.close()
        async with database.unit_of_work() as unit:
            await unit.execute(text(f"DROP ROLE {name}"))


async def read_by_connection(database: Database) -> AsyncGenerator[int | None]:
    async with database.read() as connection:
        while True:
            yield await connection.scalar(ONE)


async def read_in_unit_of_work(database: Database) -> AsyncGenerator[int | None]:
    async with database.unit_of_work() as unit:
        while True:
            yield await unit.scalar(ONE)


@pytest.mark.parametrize("asking", [read_by_connection, read_in_unit_of_work])
class TestFarewell:
    async def test_a_server_that_ends_and_has_not_hung_up(self, receiver_settings: Settings, asking: Asking) -> None:
        """Its message reaches an idle connection some time before the connection is closed."""
        real = make_url(receiver_settings().database_url.get_secret_value())
        clients: list[asyncio.StreamWriter] = []

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            clients.append(writer)
            theirs, ours = await asyncio.open_unix_connection(f"{real.query['host']}/.s.PGSQL.5432")
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(pour(reader, ours))
                tasks.create_task(pour(theirs, writer))

        async with await asyncio.start_server(relay, "127.0.0.1", 0) as server:
            url = real.set(query={}, host="127.0.0.1", port=server.sockets[0].getsockname()[1])
            address = url.render_as_string(hide_password=False)
            database = Database(receiver_settings(database_url=address, db_pool_size=1))
            heard = asyncio.Event()

            def note(_: Any, __: Any) -> None:
                heard.set()

            @event.listens_for(database.engine.sync_engine, "connect")
            def _(made: Any, _: object) -> None:
                made.driver_connection.add_log_listener(note)

            async with aclosing(asking(database)) as answers:
                assert await anext(answers) == 1
                clients[-1].write(message(b"N", b"WARNING", b"01000") + message(b"E", b"FATAL", b"57P01"))
                await heard.wait()
                with pytest.raises(DBAPIError):
                    await anext(answers)
            async with aclosing(asking(database)) as answers:
                assert await anext(answers) == 1
            await database.close()

    async def test_a_connection_that_is_torn_as_soon_as_it_is_made(
        self, receiver_settings: Settings, asking: Asking
    ) -> None:
        database = Database(receiver_settings())

        @event.listens_for(database.engine.sync_engine, "do_connect", once=True)
        def _(dialect: Any, _: object, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
            connection = dialect.connect(*arguments, **options)
            connection.driver_connection.terminate()
            return connection

        async with aclosing(asking(database)) as answers:
            with pytest.raises(DBAPIError):
                await anext(answers)
        async with aclosing(asking(database)) as answers:
            assert await anext(answers) == 1
        await database.close()


async def pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
    target.close()


class TestReadiness:
    async def test_a_flood_of_questions_reaches_the_database_twice_a_second(
        self, serve: Serve, receiver_settings: Settings
    ) -> None:
        app = create_receiver(receiver_settings())
        asked = 0

        def count(*_: object) -> None:
            nonlocal asked
            asked += 1

        async with serve(app) as client:
            event.listen(app.state.runtime.database.engine.sync_engine, "checkout", count)
            watched, started = asked, time.monotonic()
            responses = await asyncio.gather(*(client.get("/health/ready") for _ in range(200)))
            seconds = time.monotonic() - started
        assert {response.status_code for response in responses} == {200}
        polls = seconds / POLL_SECONDS + 1  # of the revocations
        assert asked - watched <= 2 * seconds + 1 + polls


class TestLogs:
    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT CAST(:name AS integer)",
            "INSERT INTO inbox (id, type) SELECT CAST(:name AS uuid), 'x'",
        ],
    )
    async def test_an_error_of_the_driver_holds_no_value(self, database: Database, statement: str) -> None:
        name = f"{uuid4()}@example.com"
        with pytest.raises(DBAPIError) as caught:
            async with database.unit_of_work() as unit:
                await unit.execute(text(statement), name=name)
        assert name not in "".join(traceback.format_exception(caught.value))

    async def test_a_broken_constraint_names_no_value(self, database: Database) -> None:
        statement = text("INSERT INTO inbox (id, type) VALUES (:id, 'x'), (:id, 'y')").bindparams(
            bindparam("id", type_=Uuid)
        )
        event_id = uuid4()
        with pytest.raises(DBAPIError) as caught:
            async with database.unit_of_work() as unit:
                await unit.execute(statement, id=event_id)
        report = "".join(traceback.format_exception(caught.value))
        assert "inbox_pkey" in report
        assert str(event_id) not in report


class TestStatementTimeout:
    async def test_ends_the_request(self, serve: Serve, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(db_statement_timeout=0.2))) as client:
            response = await client.get("/things/statement?seconds=5")
            assert response.status_code == 504, response.text
            assert response.json()["code"] == "timeout"
            assert "statement" not in response.text
            assert (await client.get("/things/statement")).status_code == 200


class TestDatabaseAway:
    async def test_503_until_it_is_back(self, serve: Serve, receiver_settings: Settings) -> None:
        with tempfile.TemporaryDirectory(prefix="edu-away-") as name:
            folder = Path(name)
            server = await asyncio.to_thread(start_server, folder)
            url = await create_database(server.url, "away")
            await asyncio.to_thread(migrations.upgrade, PACKAGE, url)
            async with serve(create_receiver(receiver_settings(database_url=url, db_pool_size=5))) as client:
                await asyncio.gather(*(client.get("/things/statement?seconds=0.1") for _ in range(5)))
                await asyncio.to_thread(server.stop)
                for _ in range(3):
                    started = time.perf_counter()
                    response = await client.get("/things/statement")
                    assert time.perf_counter() - started < 4
                    assert response.status_code == 503, response.text
                    assert response.json()["code"] == "database_unavailable"
                    assert response.headers["retry-after"]
                ready = await client.get("/health/ready")
                assert (ready.status_code, ready.json()["code"]) == (503, "database_unavailable")
                assert (await client.get("/health/live")).status_code == 200
                server = await asyncio.to_thread(start_server, folder)
                async with asyncio.timeout(20):
                    while (await client.get("/health/ready")).status_code == 503:
                        pass
                answers = await asyncio.gather(*(client.get("/things/statement") for _ in range(10)))
                assert {answer.status_code for answer in answers} == {200}
            await asyncio.to_thread(server.stop)

    async def test_away_from_the_start(self, serve: Serve, receiver_settings: Settings) -> None:
        url = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
        async with serve(create_receiver(receiver_settings(database_url=url))) as client:
            assert (await client.get("/health/live")).status_code == 200
            assert (await client.get("/health/ready")).status_code == 503
            assert (await client.get("/things/statement")).status_code == 503


class TestMigrations:
    @pytest.fixture
    def empty_url(self, new_database: Callable[[str], str]) -> str:
        return new_database("edu_sample_empty")

    async def test_readiness_follows_the_schema(
        self, serve: Serve, receiver_settings: Settings, empty_url: str
    ) -> None:
        async with serve(create_receiver(receiver_settings(database_url=empty_url))) as client:
            for revision in (None, "0001"):
                if revision:
                    await asyncio.to_thread(migrations.upgrade, PACKAGE, empty_url, revision)
                response = await client.get("/health/ready")
                assert (response.status_code, response.json()["code"]) == (503, "not_migrated")
            await asyncio.to_thread(migrations.upgrade, PACKAGE, empty_url)
            response = await client.get("/health/ready")
            assert (response.status_code, response.json()["revision"]) == (200, "0002")

    async def test_the_previous_release_serves_on_a_newer_schema(
        self, serve: Serve, receiver_settings: Settings, empty_url: str
    ) -> None:
        await asyncio.to_thread(migrations.upgrade, PACKAGE, empty_url)
        database = Database(receiver_settings(database_url=empty_url))
        async with database.unit_of_work() as unit:
            await unit.execute(text("UPDATE alembic_version SET version_num = '0003'"))
        await database.close()
        async with serve(create_receiver(receiver_settings(database_url=empty_url))) as client:
            assert (await client.get("/health/ready")).status_code == 200

    async def test_the_previous_release_does_not_migrate_a_newer_schema(
        self, receiver_settings: Settings, empty_url: str
    ) -> None:
        await asyncio.to_thread(migrations.upgrade, PACKAGE, empty_url)
        settings = receiver_settings(database_url=empty_url)
        database = Database(settings)
        async with database.unit_of_work() as unit:
            await unit.execute(text("UPDATE alembic_version SET version_num = '0003'"))
        await database.close()
        with pytest.raises(Misconfigured, match=r"revision 0003.*newer release.*restore a backup"):
            await asyncio.to_thread(migrations.upgrade, PACKAGE, empty_url)

    async def test_several_processes_at_once(self, launch: Launch, receiver_settings: Settings, empty_url: str) -> None:
        settings = receiver_settings(database_url=empty_url)
        processes = [launch("receiver", "migrate", settings) for _ in range(3)]
        codes = await asyncio.gather(*(asyncio.to_thread(process.wait, 60) for process in processes))
        assert codes == [0, 0, 0]
        database = Database(settings)
        async with database.read() as connection:
            assert await migrations.current_revision(connection) == "0002"
        await database.close()

    def test_the_newest_revision_and_those_before_it(self) -> None:
        schema = migrations.read_schema(PACKAGE)
        assert (schema.head, schema.older) == ("0002", {"0001"})


class TestSettings:
    def test_what_is_missing_is_named(self, launch: Launch) -> None:
        import os
        import sys

        from edu_sample import app

        source = Path(app.__file__).parents[1]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(source), "PORT": "70000"}
        result = subprocess.run(
            [sys.executable, "-m", "edu_sample.receiver", "serve"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 1
        for name in ("DATABASE_URL", "PLATFORM_SECRET", "SERVICE_PRIVATE_KEY", "SERVICE_PUBLIC_KEYS", "PORT"):
            assert name in result.stderr
        assert "Traceback" not in result.stderr
