"""Events between services: transactional outbox at the sender, inbox at the receiver, a relay between.

An event is written in the transaction of the change that it tells of, delivered at least once and applied
exactly once, in order per aggregate. The guarantee rests on Postgres at both ends: a process may die at any
moment. The envelope is CloudEvents 1.0 in JSON.
"""

from edu_common.events.envelope import Event
from edu_common.events.inbox import Handler, Handlers, Subscriptions
from edu_common.events.outbox import Routes, publish

__all__ = ["Event", "Handler", "Handlers", "Routes", "Subscriptions", "publish"]
