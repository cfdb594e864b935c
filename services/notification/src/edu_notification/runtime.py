"""The parts of the running notification service."""

from edu_common.runtime import Runtime

from edu_notification.events import ROUTES
from edu_notification.settings import NotificationSettings


class NotificationRuntime(Runtime):
    def __init__(self, settings: NotificationSettings) -> None:
        super().__init__("edu_notification", settings, ROUTES, handlers={})
