"""`python -m edu_notification serve` and `python -m edu_notification migrate`."""

from edu_common.web.server import main
from edu_notification.app import create
from edu_notification.settings import NotificationSettings

main("edu_notification", NotificationSettings, create)
