"""The notification service's application."""

from fastapi import FastAPI

import edu_notification
from edu_common.web.app import create_app
from edu_notification import announcements, preferences, tasks
from edu_notification.consumers import subscriptions
from edu_notification.context import NotificationContext
from edu_notification.mail import unsubscribe
from edu_notification.notifications.router import router as notifications
from edu_notification.settings import NotificationSettings


def create(settings: NotificationSettings) -> FastAPI:
    runtime = NotificationContext(settings)
    runtime.subscribe(subscriptions(runtime))
    return create_app(
        runtime,
        description=edu_notification.__doc__ or "",
        routers=[notifications, preferences.router, preferences.unsubscribing, announcements.router],
        other_bodies=[unsubscribe.PATH],
        tasks=[lambda: tasks.send_mails(runtime), lambda: tasks.purge_mails(runtime)],
    )
