"""Alembic's environment of the payment service."""

from edu_common.database.migrations import run_env
from edu_payment.models import Base

run_env(Base.metadata)
