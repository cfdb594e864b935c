"""The failpoints of the identity service (see `edu_common.fault_injection.failpoints`)."""

from enum import StrEnum


class Point(StrEnum):
    REFRESH_BEFORE_COMMIT = "refresh.before_commit"
    REFRESH_AFTER_COMMIT = "refresh.after_commit"
