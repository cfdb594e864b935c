"""An erased account leaves no data here."""

from collections.abc import Awaitable, Callable, Sequence
from email.message import EmailMessage
from uuid import UUID

import httpx2
from fastapi import FastAPI
from sqlalchemy import text

from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_notification.models import Mail

REVIEW = {"course_title": "Python", "course_slug": "python", "rating": 5}
COMPLETED = {"course_title": "Python", "certificate_code": "AB-12", "student_name": "Grace"}

Send = Callable[..., Awaitable[UUID]]
ReadMails = Callable[[], Awaitable[Sequence[Mail]]]


class TestErasure:
    async def test_takes_the_user_and_nobody_else(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        register: Send,
        deliver: Send,
        closed_mails: ReadMails,
    ) -> None:
        erased, other = await register(role="teacher"), await register(role="teacher")
        for user_id in (erased, other):
            await deliver("user.teacher_verified", user_id=str(user_id))
            choice = {"email": {"review.created": False}}
            await client.put("/notifications/preferences", json=choice, headers=signer.headers(user_id))
        assert len(await closed_mails()) == 2
        await deliver("user.erased", user_id=str(erased))
        assert {mail.user_id for mail in await closed_mails()} == {other}
        for user_id, total in ((erased, 0), (other, 1)):
            headers = signer.headers(user_id)
            assert (await client.get("/notifications/me", headers=headers)).json()["total"] == total
            wanted = (await client.get("/notifications/preferences", headers=headers)).json()["email"]
            assert wanted["review.created"] is (user_id == erased)
        announcement = {"role": "teacher", "title": "Hello", "body": "Hello"}
        admin = signer.headers(role="admin")  # pyright: ignore[reportArgumentType] - a role on the wire
        told = await client.post("/notifications", json=announcement, headers=admin)
        assert told.json()["recipients"] == 1

    async def test_nobody_returns_by_what_was_under_way(
        self, client: httpx2.AsyncClient, signer: Signer, register: Send, deliver: Send, queued_mails: ReadMails
    ) -> None:
        erased = await register(role="teacher")
        await deliver("user.erased", user_id=str(erased))
        known = {"user_id": str(erased), "email": "ada@example.com", "name": "Ada", "locale": "en"}
        await deliver("user.mail_requested", **known, purpose="password_reset")
        await deliver("user.registered", **known, role="teacher")
        review = {"course_id": str(new_id()), "review_id": str(new_id()), **REVIEW}
        await deliver("review.created", teacher_id=str(erased), author_id=str(new_id()), author_name="Alan", **review)
        choice = {"email": {"review.created": False}}
        await client.put("/notifications/preferences", json=choice, headers=signer.headers(erased))
        assert not await queued_mails()
        headers = signer.headers(erased)
        assert (await client.get("/notifications/me", headers=headers)).json()["total"] == 0
        wanted = (await client.get("/notifications/preferences", headers=headers)).json()["email"]
        assert wanted["review.created"] is True
        announcement = {"user_id": str(erased), "title": "Hello", "body": "Hello"}
        admin = signer.headers(role="admin")  # pyright: ignore[reportArgumentType] - a role on the wire
        assert (await client.post("/notifications", json=announcement, headers=admin)).status_code == 404

    async def test_others_are_not_told_the_name(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        register: Send,
        deliver: Send,
        queued_mails: ReadMails,
        closed_mails: ReadMails,
        app: FastAPI,
        letter: Callable[[Mail], EmailMessage],
    ) -> None:
        """Users who were notified before the erasure, and after it."""
        author, reader = await register(), new_id()
        review = {"course_id": str(new_id()), "author_id": str(author), "author_name": "Ada Lovelace", **REVIEW}
        finished = {"course_id": str(new_id()), "enrollment_id": str(new_id()), "teacher_id": str(author), **COMPLETED}
        await deliver("review.created", teacher_id=str(reader), review_id=str(new_id()), **review)
        await deliver("user.erased", user_id=str(author))
        headers = signer.headers(reader)
        assert (await client.get("/notifications/me", headers=headers)).json()["total"] == 0
        await deliver("review.created", teacher_id=str(reader), review_id=str(new_id()), **review)
        await deliver("enrollment.completed", student_id=str(reader), teacher_name="Ada Lovelace", **finished)
        assert "Ada" not in str([mail.data for mail in await queued_mails()])
        listed = (await client.get("/notifications/me", headers=headers)).json()["items"]
        assert "A former student rated it 5 out of 5." in {item["body"] for item in listed}
        async with app.state.runtime.database.read() as connection:
            query = text("SELECT about_user_id FROM notifications WHERE type = 'review.created'")
            assert await connection.scalars(query) == [None]
        await register(reader, role="teacher", name="Grace")
        for mail in await closed_mails():
            assert mail.data == {}
            sent = letter(mail).get_body(("plain",))
            assert sent is not None
            assert "Ada" not in sent.get_content()
