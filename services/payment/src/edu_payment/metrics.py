"""The payment service's business metrics."""

from prometheus_client import Counter

from edu_payment.payments.schemas import PaymentStatus

PAYMENTS = Counter("payments_total", "Payments that reached a status", ["status"])
SWEPT = Counter("payments_swept_total", "Payments under way too long, checked with the provider", ["result"])

for status in PaymentStatus:
    PAYMENTS.labels(status)
for result in ("finished", "failed"):
    SWEPT.labels(result)
