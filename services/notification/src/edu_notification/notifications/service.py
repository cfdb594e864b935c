"""A user's own notifications."""

from uuid import UUID

from edu_common.database.pagination import PageParams
from edu_common.errors import NotFound
from edu_notification.context import NotificationContext
from edu_notification.notifications import repository
from edu_notification.notifications.schemas import NotificationOut, NotificationPage


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    detail = "You have no such notification."


async def list_own(
    app: NotificationContext, user_id: UUID, *, unread_only: bool, params: PageParams
) -> NotificationPage:
    async with app.database.read() as connection:
        page = await repository.page(connection, user_id, unread_only=unread_only, params=params, cursors=app.cursors)
        unread = await repository.unread_count(connection, user_id)
    items = [NotificationOut.model_validate(row) for row in page.rows]
    return NotificationPage(**page.envelope(items, unread_count=unread))


async def mark_read(app: NotificationContext, user_id: UUID, notification_id: UUID) -> NotificationOut:
    async with app.database.unit_of_work() as unit:
        row = await repository.mark_read(unit, notification_id, user_id)
    if row is None:
        raise NotificationNotFound
    return NotificationOut.model_validate(row)


async def mark_all_read(app: NotificationContext, user_id: UUID) -> None:
    async with app.database.unit_of_work() as unit:
        await repository.mark_all_read(unit, user_id)
