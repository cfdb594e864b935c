"""The notification service's application."""

from edu_common.web.app import create_app
from fastapi import FastAPI

import edu_notification
from edu_notification.runtime import NotificationRuntime
from edu_notification.settings import NotificationSettings


def create(settings: NotificationSettings) -> FastAPI:
    return create_app(NotificationRuntime(settings), description=edu_notification.__doc__ or "", routers=[])
