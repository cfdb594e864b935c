"""Certificates on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class CertificateRead(BaseModel):
    """Names and title are those of the day of completion; never `valid` again once the enrollment was revoked."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    student_name: str
    course_title: str
    teacher_name: str
    completed_at: datetime
    valid: bool


class MyCertificate(CertificateRead):
    course_id: UUID
    course_slug: str
