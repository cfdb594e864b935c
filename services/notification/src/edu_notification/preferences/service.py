"""Which mails a user wants."""

from uuid import UUID

from edu_common.errors import Unprocessable
from edu_notification.context import NotificationContext
from edu_notification.mail.composer import SECURITY
from edu_notification.models import MailType
from edu_notification.preferences import repository
from edu_notification.preferences.schemas import Preferences


async def read(app: NotificationContext, user_id: UUID) -> Preferences:
    async with app.database.read() as session:
        chosen = await repository.of_user(session, user_id)
    return Preferences(email={kind: chosen.get(kind, True) for kind in MailType})


async def save(app: NotificationContext, user_id: UUID, preferences: Preferences) -> Preferences:
    """Keep the choices sent; raises `Unprocessable` for one that is not the user's to make."""
    refused = sorted(kind for kind in SECURITY if preferences.email.get(kind) is False)
    if refused:
        msg = "Security mails cannot be switched off."
        raise Unprocessable.at("body", "email", refused[0], msg=msg)
    if preferences.email:
        async with app.database.transaction() as session:
            await repository.save(session, user_id, preferences.email)
    return await read(app, user_id)
