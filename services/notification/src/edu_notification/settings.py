"""Settings of the notification service."""

from typing import ClassVar

from edu_common.settings import ServiceSettings


class NotificationSettings(ServiceSettings):
    service: ClassVar[str] = "notification"
    default_port: ClassVar[int] = 8005
