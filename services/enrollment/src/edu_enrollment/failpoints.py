"""The failpoints of the enrollment service (see `edu_common.fault_injection.failpoints`)."""

from enum import StrEnum


class Point(StrEnum):
    ENROLLMENT_BEFORE_COMMIT = "enrollment.before_commit"
    ENROLLMENT_AFTER_COMMIT = "enrollment.after_commit"
