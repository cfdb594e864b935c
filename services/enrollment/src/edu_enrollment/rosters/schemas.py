"""Rosters on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import computed_field

from edu_enrollment.progress.schemas import LessonCounts


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
