"""Business metrics of the identity service."""

from prometheus_client import Counter

REGISTRATIONS = Counter("registrations", "Accounts that people made for themselves")
