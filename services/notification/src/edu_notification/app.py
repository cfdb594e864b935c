"""The notification service's application."""

from fastapi import FastAPI

import edu_notification
from edu_common.web.app import create_app
from edu_notification.announcements.router import router as announcements
from edu_notification.context import NotificationContext
from edu_notification.notifications.router import router as notifications
from edu_notification.preferences.router import router as preferences
from edu_notification.settings import NotificationSettings


def create(settings: NotificationSettings) -> FastAPI:
    runtime = NotificationContext(settings)
    return create_app(
        runtime,
        description=edu_notification.__doc__ or "",
        routers=[notifications, preferences, announcements],
        tasks=[runtime.mail_sender.run, runtime.mail_sender.clean],
    )
