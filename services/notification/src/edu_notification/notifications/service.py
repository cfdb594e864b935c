"""A user's own notifications."""

from uuid import UUID

from jinja2 import UndefinedError

from edu_common.database.executor import Row
from edu_common.database.pagination import PageParams
from edu_common.errors import NotFound
from edu_notification import recipients
from edu_notification.channels import IN_APP_FIELDS
from edu_notification.context import NotificationContext
from edu_notification.models import Locale, NotificationType
from edu_notification.notifications import repository
from edu_notification.notifications.schemas import NotificationOut, NotificationPage


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    detail = "You have no such notification."


async def list_own(
    app: NotificationContext, user_id: UUID, *, unread_only: bool, params: PageParams, locale: Locale | None
) -> NotificationPage:
    """Return a page of the user's notifications, in `locale` or, when it is None, in the language of their account."""
    async with app.database.read() as connection:
        language = locale or await recipients.locale_of(connection, user_id)
        page = await repository.page(connection, user_id, unread_only=unread_only, params=params, cursors=app.cursors)
        unread = await repository.unread_count(connection, user_id)
    items = [_represent(app, row, language) for row in page.rows]
    return NotificationPage(**page.envelope(items, unread_count=unread))


async def mark_read(
    app: NotificationContext, user_id: UUID, notification_id: UUID, locale: Locale | None
) -> NotificationOut:
    async with app.database.unit_of_work() as unit:
        language = locale or await recipients.locale_of(unit, user_id)
        row = await repository.mark_read(unit, notification_id, user_id)
    if row is None:
        raise NotificationNotFound
    return _represent(app, row, language)


def _represent(app: NotificationContext, row: Row, locale: Locale) -> NotificationOut:
    """Return a notification rendered for the present reader.

    Announcements keep their text, as do notifications from before their values were stored.
    """
    kind = NotificationType(row["type"])
    shown = dict(row)
    if kind is NotificationType.ANNOUNCEMENT:
        return NotificationOut.model_validate(shown)
    shown["data"] = {field: row["data"][field] for field in IN_APP_FIELDS[kind]}
    try:
        text = app.texts.notification(locale, kind, row["data"])
    except UndefinedError:
        return NotificationOut.model_validate(shown)
    return NotificationOut.model_validate({**shown, "title": text.title, "body": text.body})


async def mark_all_read(app: NotificationContext, user_id: UUID) -> None:
    async with app.database.unit_of_work() as unit:
        await repository.mark_all_read(unit, user_id)
