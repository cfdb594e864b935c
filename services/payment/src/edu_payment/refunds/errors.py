"""Refusals of a refund."""

from edu_common.errors import DomainError


class NotRefundable(DomainError):
    status = 409
    code = "not_refundable"
    detail = "Only a completed payment can be refunded."


class RefundWindowClosed(DomainError):
    status = 409
    code = "refund_window_closed"
    detail = "A refund is possible within 30 days and under 30 % of the course."
