"""Events: all delivered once the platform has settled, and each applied exactly once."""

from edu_seed.invariants.kinds import Nowhere, Observed, Union, Within
from edu_topology import SERVICES

SETTLED = (
    Within(
        "nothing is undelivered",
        Union(
            tuple(
                (
                    database,
                    "SELECT type, subscriber, attempts, last_error FROM outbox_deliveries JOIN outbox USING (seq)"
                    " WHERE delivered_at IS NULL",
                )
                for database in SERVICES
            )
        ),
        Observed(frozenset()),
    ),
    Nowhere(
        "no payment is under way",
        "payment",
        "SELECT id, state FROM payments WHERE state IN ('charging', 'refund_pending')",
    ),
)
"""States that the services reach on their own, within seconds, once there is no load."""

RECEIVED = Within(
    "every delivered event is remembered by its subscriber",
    Union(
        tuple(
            (
                publisher,
                "SELECT subscriber, id FROM outbox JOIN outbox_deliveries USING (seq) WHERE delivered_at IS NOT NULL",
            )
            for publisher in SERVICES
        )
    ),
    Union(tuple((subscriber, f"SELECT '{subscriber}', id FROM inbox") for subscriber in SERVICES)),  # noqa: S608 - our own names
)
