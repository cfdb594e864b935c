"""Events between services: a transactional outbox at the sender, an inbox at the receiver, a relay in between.

An event is written in the transaction of the change that it reports, delivered at least once and applied exactly once,
in order per aggregate. The guarantee rests on Postgres at both ends: a process may die at any moment. The envelope is
CloudEvents 1.0 in JSON.
"""

from edu_common.events.envelope import Event
from edu_common.events.inbox import Handler, Handlers, Subscriptions
from edu_common.events.outbox import Routes, publish

__all__ = ["Event", "Handler", "Handlers", "Routes", "Subscriptions", "publish"]
