"""The queue of outgoing mail: nothing lost, nothing duplicated, no endless retries."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest
import pytest_asyncio
import structlog
from fastapi import FastAPI
from sqlalchemy import select, update

from edu_common.database import migrations
from edu_common.database.engine import Database
from edu_common.fault_injection.failpoints import KILLED
from edu_common.ids import new_id, utc_now
from edu_common.testing.keys import secret_environment, secret_settings
from edu_notification import recipients
from edu_notification.mail import repository
from edu_notification.models import Mail, MailType
from edu_notification.settings import NotificationSettings

Send = Callable[..., Awaitable[UUID]]
Mails = Callable[[], Awaitable[Sequence[Mail]]]
LEASE = timedelta(minutes=1)


async def add(database: Database, user_id: UUID, count: int = 1) -> None:
    async with database.unit_of_work() as unit:
        for _ in range(count):
            await repository.add(unit, event_id=new_id(), user_id=user_id, kind=MailType.TEACHER_VERIFIED, data={})


async def alter(database: Database, **values: object) -> None:
    async with database.unit_of_work() as unit:
        await unit.execute(update(Mail).values(**values))


@pytest.fixture
def database(app: FastAPI, client: object) -> Database:
    """Return the running service's database."""
    return app.state.runtime.database


@pytest.fixture(scope="module")
def idle_settings(new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> NotificationSettings:
    """Return settings of a service that does not run: its queue stays as a test leaves it."""
    url = new_database("edu_notification_idle")
    migrations.upgrade("edu_notification", url)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return NotificationSettings.model_validate(
        {
            "database_url": url,
            **secret_settings("notification"),
            "port": port,
            "mail_folder": tmp_path_factory.mktemp("idle"),
        }
    )


@pytest_asyncio.fixture
async def idle_database(idle_settings: NotificationSettings) -> AsyncGenerator[Database]:
    database = Database(idle_settings)
    yield database
    await alter(database, status="dropped")
    await database.close()


class TestClaim:
    async def test_two_senders_share_the_mails(self, idle_database: Database) -> None:
        await add(idle_database, new_id(), count=10)
        async with idle_database.unit_of_work() as one, idle_database.unit_of_work() as other:
            first = await repository.claim(one, 7, LEASE)
            second = await repository.claim(other, 7, LEASE)
        assert (len(first), len(second)) == (7, 3)
        assert {mail.id for mail in first}.isdisjoint({mail.id for mail in second})

    async def test_a_claimed_mail_is_left_alone_until_the_lease_ends(self, idle_database: Database) -> None:
        await add(idle_database, new_id())
        async with idle_database.unit_of_work() as unit:
            (mail,) = await repository.claim(unit, 7, LEASE)
        async with idle_database.unit_of_work() as unit:
            assert await repository.claim(unit, 7, LEASE) == []
        await alter(idle_database, next_attempt_at=utc_now())
        async with idle_database.unit_of_work() as unit:
            assert [again.id for again in await repository.claim(unit, 7, LEASE)] == [mail.id]

    async def test_a_sender_that_dies_while_claiming_takes_nothing_along(self, idle_database: Database) -> None:
        await add(idle_database, new_id())
        with suppress(InterruptedError):
            async with idle_database.unit_of_work() as unit:
                assert len(await repository.claim(unit, 7, LEASE)) == 1
                raise InterruptedError
        async with idle_database.unit_of_work() as unit:
            assert [mail.attempts for mail in await repository.claim(unit, 7, LEASE)] == [1]


class TestGivingUp:
    async def test_a_recipient_who_stays_unknown(
        self, database: Database, settled_mails: Mails, closed_mails: Mails
    ) -> None:
        await add(database, new_id())
        await settled_mails()
        with structlog.testing.capture_logs() as lines:
            await alter(database, created_at=utc_now() - timedelta(minutes=61), next_attempt_at=utc_now())
            (mail,) = await closed_mails()
        assert mail.status == "dropped"
        assert [line["mail_id"] for line in lines if line["event"] == "mail dropped"] == [str(mail.id)]

    async def test_pauses_grow(self, database: Database, settled_mails: Mails) -> None:
        await add(database, new_id())
        (mail,) = await settled_mails()
        assert timedelta(0) < mail.next_attempt_at - utc_now() <= timedelta(seconds=5)
        await alter(database, attempts=3, next_attempt_at=utc_now(), last_error=None)
        (mail,) = await settled_mails()
        assert mail.attempts == 4
        assert timedelta(seconds=30) < mail.next_attempt_at - utc_now() <= timedelta(seconds=40)

    async def test_an_address_that_is_none(self, register: Send, deliver: Send, closed_mails: Mails) -> None:
        user_id = await register(email="not an address\r\nBcc: all@example.com")
        await deliver("user.teacher_verified", user_id=str(user_id))
        assert [mail.status for mail in await closed_mails()] == ["dropped"]


class TestPurge:
    async def test_only_what_is_closed_and_old(self, idle_database: Database) -> None:
        await add(idle_database, new_id())
        await alter(idle_database, status="sent", created_at=utc_now() - timedelta(days=2))
        await add(idle_database, new_id())
        async with idle_database.unit_of_work() as unit:
            await repository.purge(unit, timedelta(days=3))
            assert len(await unit.scalars(select(Mail.id))) >= 2
            await repository.purge(unit, timedelta(days=1))
            assert set(await unit.scalars(select(Mail.status))) == {"queued"}


class TestDeathOfTheSender:
    async def test_a_mail_sent_but_not_noted_leaves_again_as_the_same_mail(
        self, idle_settings: NotificationSettings, idle_database: Database
    ) -> None:
        user_id = new_id()
        async with idle_database.unit_of_work() as unit:
            await recipients.save(unit, user_id=user_id, email="ada@example.com", name="Ada", locale="en")
        await add(idle_database, user_id)
        with self._service(idle_settings, failpoint="mail.after_send") as process:
            assert process.wait(60) == KILLED
        (file,) = idle_settings.mail_folder.iterdir()
        first = message_from_bytes(file.read_bytes(), policy=default)
        assert await self._statuses(idle_database, user_id) == ["queued"]
        await alter(idle_database, next_attempt_at=utc_now())
        file.unlink()
        with self._service(idle_settings) as process:
            while await self._statuses(idle_database, user_id) == ["queued"]:
                assert process.poll() is None
                await asyncio.sleep(0.05)
            process.terminate()
        assert [path.name for path in idle_settings.mail_folder.iterdir()] == [file.name]
        again = message_from_bytes(file.read_bytes(), policy=default)
        assert (again["Message-ID"], again["Date"]) == (first["Message-ID"], first["Date"])
        assert first["Content-Language"] == "en"

    def _service(self, settings: NotificationSettings, failpoint: str = "") -> "subprocess.Popen[bytes]":
        environment = {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            **secret_environment("notification"),
            "PORT": str(settings.port),
            "MAIL_FOLDER": str(settings.mail_folder),
            "FAILPOINT": failpoint,
        }
        return subprocess.Popen([sys.executable, "-m", "edu_notification", "serve"], env=os.environ | environment)

    async def _statuses(self, database: Database, user_id: UUID) -> list[str]:
        async with database.read() as connection:
            return await connection.scalars(select(Mail.status).where(Mail.user_id == user_id))
