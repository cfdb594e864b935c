"""Alembic's environment of the identity service."""

from edu_common.database.migrations import run_env
from edu_identity.models import Base

run_env(Base.metadata)
