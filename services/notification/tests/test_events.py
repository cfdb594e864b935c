"""The effect of other services' events."""

from collections.abc import Awaitable, Callable, Sequence
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import httpx2
import pytest
import structlog

from edu_common.ids import new_id
from edu_common.testing.keys import service_call
from edu_common.testing.tokens import Signer
from edu_notification.models import Mail, MailType

Send = Callable[..., Awaitable[UUID]]
Mails = Callable[[], Awaitable[Sequence[Mail]]]
COURSE = {"course_id": "01980000-0000-7000-8000-000000000001", "course_title": "Engines & <more>"}
PAYMENT = {**COURSE, "payment_id": "01980000-0000-7000-8000-000000000002", "amount": "49.99", "currency": "USD"}
ENROLLMENT = {**COURSE, "enrollment_id": "01980000-0000-7000-8000-000000000003"}
BOUGHT = {**ENROLLMENT, "course_slug": "engines", "teacher_id": str(new_id()), "payment_id": PAYMENT["payment_id"]}
REVIEW = {**COURSE, "course_slug": "engines", "review_id": str(new_id()), "author_name": "Grace", "rating": 4}

CASES: list[tuple[str, str, dict[str, Any], dict[str, Any] | None, str | None]] = [
    (
        "enrollment.created",
        "student_id",
        BOUGHT,
        {name: BOUGHT[name] for name in ("course_id", "course_slug", "enrollment_id", "payment_id")},
        "/learn/engines",
    ),
    (
        "enrollment.revoked",
        "student_id",
        ENROLLMENT,
        {name: ENROLLMENT[name] for name in ("course_id", "enrollment_id")},
        None,
    ),
    (
        "enrollment.completed",
        "student_id",
        {**ENROLLMENT, "teacher_name": "Alan", "certificate_code": "AB-12"},
        {"course_id": COURSE["course_id"], "enrollment_id": ENROLLMENT["enrollment_id"], "certificate_code": "AB-12"},
        "/certificates/AB-12",
    ),
    ("payment.completed", "student_id", PAYMENT, None, f"/learn/{COURSE['course_id']}"),
    ("payment.refunded", "student_id", PAYMENT, None, f"/courses/{COURSE['course_id']}"),
    (
        "payment.refunded",
        "student_id",
        {**PAYMENT, "cause": "already_paid"},
        {"course_id": COURSE["course_id"], "payment_id": PAYMENT["payment_id"], "cause": "already_paid"},
        f"/courses/{COURSE['course_id']}",
    ),
    ("user.teacher_verified", "user_id", {}, {}, "/studio"),
    ("user.teacher_rejected", "user_id", {"reason": "Too short."}, {"reason": "Too short."}, "/studio"),
    (
        "review.created",
        "teacher_id",
        REVIEW,
        {name: REVIEW[name] for name in ("course_id", "course_slug", "review_id", "rating")},
        "/courses/engines",
    ),
]


class TestTakeEvents:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/internal/events", json=[])).status_code == 401

    async def test_a_users_token_is_none_of_a_service(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        headers = signer.headers(role="admin")  # pyright: ignore[reportArgumentType] - a role on the wire
        assert (await client.post("/internal/events", json=[], headers=headers)).status_code == 401

    async def test_a_token_for_another_service(self, client: httpx2.AsyncClient) -> None:
        headers = service_call("course", audience="payment")
        response = await client.post("/internal/events", json=[], headers=headers)
        assert response.status_code == 401


class TestDelivery:
    @pytest.mark.parametrize(("event_type", "addressee", "data", "shown", "link"), CASES)
    async def test_in_app_and_by_mail(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        register: Send,
        deliver: Send,
        settled_mails: Mails,
        letter: Callable[[Mail], EmailMessage],
        event_type: str,
        addressee: str,
        data: dict[str, Any],
        shown: dict[str, Any] | None,
        link: str | None,
    ) -> None:
        user_id = await register(name="Ada Lovelace")
        await deliver(event_type, **{**data, addressee: str(user_id)})
        found = (await client.get("/notifications/me", headers=signer.headers(user_id))).json()["items"]
        assert [(item["type"], item["data"]) for item in found] == ([] if shown is None else [(event_type, shown)])
        mails = await settled_mails()
        assert [mail.status for mail in mails] == ([] if link is None else ["sent"])
        for mail in mails:
            message = letter(mail)
            assert message["To"] == f"Ada Lovelace <{user_id}@example.com>"
            plain = message.get_body(("plain",))
            assert plain
            assert f"\nhttp://127.0.0.1:3001{link}\n" in plain.get_content().replace("\r\n", "\n")

    async def test_in_the_language_that_the_recipient_has_now(
        self, client: httpx2.AsyncClient, signer: Signer, register: Send, deliver: Send
    ) -> None:
        user_id = await register()
        await deliver("user.teacher_verified", user_id=str(user_id))
        await deliver("user.renamed", user_id=str(user_id), name="Ада", locale="ru")
        await deliver("user.teacher_verified", user_id=str(user_id))
        items = (await client.get("/notifications/me", headers=signer.headers(user_id))).json()["items"]
        assert [item["title"] for item in items] == ["Вы подтверждены как преподаватель"] * 2

    async def test_a_name_may_be_anything(
        self, register: Send, deliver: Send, settled_mails: Mails, letter: Callable[[Mail], EmailMessage]
    ) -> None:
        name = 'Ада "x" <a@b.c>, evil@example.com\r\nBcc: all@example.com'
        user_id = await register(name=name, locale="ru")
        await deliver("user.teacher_verified", user_id=str(user_id))
        (mail,) = await settled_mails()
        message = letter(mail)
        (to,) = message["To"].addresses
        # Where a long name is folded, an additional space appears when it is read.
        assert ("".join(to.display_name.split()), to.addr_spec) == ("".join(name.split()), f"{user_id}@example.com")
        assert message["Bcc"] is None

    async def test_a_name_makes_no_link(
        self, register: Send, deliver: Send, settled_mails: Mails, letter: Callable[[Mail], EmailMessage]
    ) -> None:
        user_id = await register(name="Ada, you won: https://evil.example/x or evil.example J. R. Lovelace")
        await deliver("user.teacher_verified", user_id=str(user_id))
        (mail,) = await settled_mails()
        body = letter(mail).get_body(("plain",))
        assert body is not None
        assert body.get_content().startswith("Hello Ada, you won: or J. R. Lovelace,")

    async def test_a_stranger_gets_the_confirmation_alone(
        self, register: Send, deliver: Send, closed_mails: Mails
    ) -> None:
        """Until the e-mail address is confirmed it may be someone else's."""
        user_id = await register(email_verified=False)
        await deliver("user.teacher_verified", user_id=str(user_id))
        (mail,) = await closed_mails()
        assert (mail.status, mail.data) == ("dropped", {})
        await deliver("user.email_verified", user_id=str(user_id))
        await deliver("user.teacher_verified", user_id=str(user_id))
        assert [mail.status for mail in await closed_mails()] == ["dropped", "sent"]

    async def test_each_notice_is_a_line_in_the_log(self, deliver: Send) -> None:
        user_id = new_id()
        with structlog.testing.capture_logs() as lines:
            event_id = await deliver("user.teacher_verified", user_id=str(user_id))
        expected = {"type": "user.teacher_verified", "user_id": str(user_id), "event_id": str(event_id)}
        assert {"event": "notice", "log_level": "info", **expected} in lines


class TestUnknownRecipient:
    async def test_the_notification_is_there_and_the_mail_waits(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        register: Send,
        deliver: Send,
        settled_mails: Mails,
        closed_mails: Mails,
        letter: Callable[[Mail], EmailMessage],
    ) -> None:
        user_id = new_id()
        await deliver("user.teacher_verified", user_id=str(user_id))
        (item,) = (await client.get("/notifications/me", headers=signer.headers(user_id))).json()["items"]
        assert item["title"] == "You're a verified instructor"
        (mail,) = await settled_mails()
        assert (mail.status, mail.attempts, mail.last_error) == ("queued", 1, "RecipientUnknown()")
        await register(user_id)
        assert [mail.status for mail in await closed_mails()] == ["sent"]
        assert letter(mail)["To"].addresses[0].addr_spec == f"{user_id}@example.com"


class TestMailRequested:
    @pytest.mark.parametrize("purpose", ["email_verification", "password_reset"])
    async def test_waits_for_identity_and_keeps_no_secret(
        self, deliver: Send, settled_mails: Mails, purpose: str
    ) -> None:
        user = {"user_id": str(new_id()), "email": "ada@example.com", "name": "Ada", "locale": "ru"}
        await deliver("user.mail_requested", purpose=purpose, **user)
        (mail,) = await settled_mails()
        assert (mail.type, mail.status, mail.data) == (MailType(purpose), "queued", {})
        assert (
            mail.last_error
            == "ServiceUnavailable('The identity service does not answer right now. Try again in a moment.')"
        )
