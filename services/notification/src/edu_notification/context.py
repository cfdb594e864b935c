"""The components of the running notification service."""

import asyncio
from typing import Annotated, cast

from fastapi import Depends, Request

from edu_common.context import ServiceContext, service_context
from edu_common.fault_injection.failpoints import with_failpoints
from edu_notification.channels import Channel, InAppChannel, LogChannel, MailChannel
from edu_notification.failpoints import Point
from edu_notification.mail.composer import Composer
from edu_notification.mail.sender import MailSender
from edu_notification.mail.transports import transport_of
from edu_notification.publishers import ROUTES
from edu_notification.settings import NotificationSettings
from edu_notification.texts import Texts


class NotificationContext(ServiceContext):
    def __init__(self, settings: NotificationSettings) -> None:
        super().__init__("edu_notification", settings, ROUTES, subscriptions={})
        self.texts = Texts()
        self._identity = self.service_client("identity")
        self.mail_queued = asyncio.Event()
        self._transport = with_failpoints(transport_of(settings), send=("", Point.MAIL_AFTER_SEND))
        composer = Composer(settings, self.texts, self._identity, self.service_tokens)
        self.mail_sender = MailSender(self.database, composer, self._transport)
        self.channels: tuple[Channel, ...] = (InAppChannel(self.texts), MailChannel(self.mail_queued), LogChannel())

    async def close(self) -> None:
        await self._transport.close()
        await self._identity.close()
        await super().close()


async def _runtime(request: Request) -> NotificationContext:
    return cast("NotificationContext", service_context(request))


App = Annotated[NotificationContext, Depends(_runtime)]
