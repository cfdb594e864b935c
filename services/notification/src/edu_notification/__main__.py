"""`python -m edu_notification serve` and `python -m edu_notification migrate`."""

from edu_common.cli import main
from edu_notification.settings import NotificationSettings

main("edu_notification", NotificationSettings, "edu_notification.app:create")
