"""Alembic's environment of the sample services."""

from edu_common.database.migrations import run_env
from edu_sample.models import Base

run_env(Base.metadata)
