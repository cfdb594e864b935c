"""Alembic's environment of the enrollment service."""

from edu_common.database.migrations import run_env
from edu_enrollment.models import Base

run_env(Base.metadata)
