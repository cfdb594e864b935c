"""The CloudEvents 1.0 JSON envelope."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Event(BaseModel):
    """One event; `subject` is the id of the aggregate within which order holds, `requestid` what began it all."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str = Field(max_length=100)
    subject: UUID
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    requestid: str = Field(default="", max_length=128)
    data: dict[str, Any]
