"""Rosters on the wire."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import computed_field

from edu_enrollment.progress.schemas import LessonCounts


class Sort(StrEnum):
    """The order of a roster: the latest enrollment, the name, the most lessons or the latest activity first."""

    NEWEST = "newest"
    NAME = "name"
    PROGRESS = "progress"
    ACTIVITY = "activity"


class RosterEntry(LessonCounts):
    """A student of a course; `progress` is a percentage."""

    student_id: UUID
    name: str
    enrolled_at: datetime
    last_activity_at: datetime | None

    @computed_field
    @property
    def progress(self) -> int:
        return self.percent()
