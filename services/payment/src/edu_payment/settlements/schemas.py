"""What a settlement takes."""

from enum import StrEnum

from edu_common.types import Body


class SettlementOutcome(StrEnum):
    COMPLETED = "completed"
    FAILED = "failed"


class SettlementCreate(Body):
    outcome: SettlementOutcome
