"""Business metrics of the notification service."""

from prometheus_client import Counter

MAILS = Counter("mails_total", "Attempts to hand over a mail", ["result"])

for result in ("sent", "postponed", "dropped"):
    MAILS.labels(result)
