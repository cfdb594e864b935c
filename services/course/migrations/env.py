"""Alembic's environment of the course service."""

from edu_common.database.migrations import run_env
from edu_course.models import Base

run_env(Base.metadata)
