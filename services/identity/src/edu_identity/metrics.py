"""What the identity service counts of its business."""

from prometheus_client import Counter

REGISTRATIONS = Counter("registrations", "Accounts that people made for themselves")
