"""What the notification service counts of its business."""

from prometheus_client import Counter

MAILS = Counter("mails_total", "Attempts to hand over a mail", ["result"])

for result in ("sent", "postponed", "dropped"):
    MAILS.labels(result)
