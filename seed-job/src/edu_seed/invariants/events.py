"""Events: all delivered once the platform has settled, and each applied exactly once."""

from edu_seed.invariants.kinds import Nowhere, Told, Union, Within
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
        Told(frozenset()),
    ),
    Nowhere(
        "no payment is under way",
        "payment",
        "SELECT id, state FROM payments WHERE state IN ('charging', 'refund_pending')",
    ),
)
"""States that the services reach on their own, within seconds, once there is no load."""

TAKEN = Within(
    "every delivered event is remembered by whoever took it",
    Union(
        tuple(
            (
                teller,
                "SELECT subscriber, id FROM outbox JOIN outbox_deliveries USING (seq) WHERE delivered_at IS NOT NULL",
            )
            for teller in SERVICES
        )
    ),
    Union(tuple((taker, f"SELECT '{taker}', id FROM inbox") for taker in SERVICES)),  # noqa: S608 - our own names
)
