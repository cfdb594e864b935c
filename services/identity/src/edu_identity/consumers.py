"""Handlers of other services' events: the audit log has what admins did there."""

from collections.abc import Mapping
from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Event, Subscriptions
from edu_common.events.admin_actions import ADMIN_ACTED
from edu_identity import audit
from edu_identity.audit import Action

ACTIONS: Mapping[str, frozenset[Action]] = {
    "course": frozenset(
        {
            Action.COURSE_UNPUBLISHED,
            Action.COURSE_ARCHIVED,
            Action.COURSE_TAKEN_DOWN,
            Action.COURSE_RESTORED,
            Action.REVIEW_HIDDEN,
            Action.REVIEW_RESTORED,
            Action.REVIEW_REMOVED,
            Action.REPORT_DECIDED,
        }
    ),
    "payment": frozenset({Action.PAYMENT_SETTLED, Action.PAYMENT_REFUNDED}),
    "notification": frozenset({Action.ANNOUNCEMENT_SENT}),
}
"""The actions that each service may report."""


class ForeignAction(Exception):
    """A service reported an action that is not its own."""


async def admin_acted(unit: UnitOfWork, event: Event) -> None:
    """Record what an admin did in another service, with the time at which it was done."""
    action, target = Action(event.data["action"]), event.data["target_id"]
    if action not in ACTIONS[event.source]:
        raise ForeignAction(f"{action} by {event.source}")
    actor, about = UUID(event.data["actor_id"]), UUID(target) if target else None
    await audit.record(unit, action, actor=actor, target=about, detail=event.data["detail"], at=event.time)


SUBSCRIPTIONS: Subscriptions = {source: {ADMIN_ACTED: admin_acted} for source in ACTIONS}
