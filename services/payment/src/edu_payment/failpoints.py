"""The failpoints around each commit (see `edu_common.fault_injection.failpoints`)."""

from enum import StrEnum


class Point(StrEnum):
    PAYMENT_BEFORE_CHARGE = "payment.before_charge"
    PAYMENT_AFTER_CHARGE = "payment.after_charge"
    PAYMENT_BEFORE_COMMIT = "payment.before_commit"
    PAYMENT_AFTER_COMMIT = "payment.after_commit"
    REFUND_BEFORE_PROVIDER = "refund.before_provider"
    REFUND_AFTER_PROVIDER = "refund.after_provider"
    REFUND_BEFORE_COMMIT = "refund.before_commit"
    REFUND_AFTER_COMMIT = "refund.after_commit"
    SETTLE_BEFORE_PROVIDER = "settle.before_provider"
    SETTLE_AFTER_PROVIDER = "settle.after_provider"
