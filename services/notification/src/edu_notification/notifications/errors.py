"""What can be wrong with a request about notifications."""

from edu_common.errors import NotFound


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    detail = "You have no such notification."
