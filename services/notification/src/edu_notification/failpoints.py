"""The failpoints of the notification service (see `edu_common.fault_injection.failpoints`)."""

from enum import StrEnum


class Point(StrEnum):
    MAIL_AFTER_SEND = "mail.after_send"
