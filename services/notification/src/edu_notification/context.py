"""The parts of the running notification service."""

import asyncio
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.context import ServiceContext, service_context
from edu_common.events import Event
from edu_notification.delivery.channels import InAppChannel, LogChannel, MailChannel
from edu_notification.delivery.events import Delivery
from edu_notification.mail.composer import Composer
from edu_notification.mail.sender import MailSender
from edu_notification.mail.transports import transport_of
from edu_notification.publishers import ROUTES
from edu_notification.recipients import repository as recipients
from edu_notification.settings import NotificationSettings
from edu_notification.texts import Texts


class NotificationContext(ServiceContext):
    def __init__(self, settings: NotificationSettings) -> None:
        texts = Texts()
        mail_queued = asyncio.Event()
        delivery = Delivery([InAppChannel(texts), MailChannel(mail_queued), LogChannel()])
        super().__init__("edu_notification", settings, ROUTES, delivery.handlers())
        self._identity = self.service_client("identity")
        self.mail_sender = MailSender(
            self.database, Composer(settings, texts, self._identity), transport_of(settings), mail_queued
        )

    async def _access_changed(self, session: AsyncSession, event: Event) -> None:
        await super()._access_changed(session, event)
        await recipients.set_role(session, UUID(event.data["user_id"]), event.data["role"])

    async def close(self) -> None:
        await self._identity.close()
        await super().close()


async def _runtime(request: Request) -> NotificationContext:
    return cast("NotificationContext", service_context(request))


App = Annotated[NotificationContext, Depends(_runtime)]
