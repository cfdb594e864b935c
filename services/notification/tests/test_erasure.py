"""An account that is erased leaves nothing here."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import httpx2

from edu_common.testing.tokens import Signer
from edu_notification.models import Mail

Send = Callable[..., Awaitable[UUID]]


class TestErasure:
    async def test_takes_the_user_and_nobody_else(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        register: Send,
        deliver: Send,
        closed_mails: Callable[[], Awaitable[Sequence[Mail]]],
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
