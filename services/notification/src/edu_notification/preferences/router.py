"""Addresses of mail preferences."""

from fastapi import APIRouter

from edu_common.auth.dependencies import User
from edu_notification.context import App
from edu_notification.preferences import service
from edu_notification.preferences.schemas import Preferences

router = APIRouter(prefix="/notifications/preferences", tags=["preferences"])


@router.get("")
async def get_preferences(app: App, user: User) -> Preferences:
    """Which mails the caller wants: every type, all of them by default."""
    return await service.read(app, user.user_id)


@router.put("")
async def put_preferences(app: App, user: User, preferences: Preferences) -> Preferences:
    """Choose which mails to get; types that are absent stay as they are. Security mails cannot be switched off."""
    return await service.save(app, user.user_id, preferences)
