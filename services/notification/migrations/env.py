"""Alembic's environment of the notification service."""

from edu_common.database.migrations import run_env
from edu_notification.models import Base

run_env(Base.metadata)
