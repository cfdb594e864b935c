"""What the enrollment service knows of who takes a course."""

from uuid import UUID

from pydantic import BaseModel

from edu_common.caching.memory import Cache
from edu_common.caching.second_level import CacheInvalidations, Codec, SecondLevel
from edu_common.errors import DomainError
from edu_common.service_client import ServiceClient

REMEMBERED_ENROLLMENTS = 50_000
KNOWN: Codec[None] = Codec(lambda _: b"", lambda _: None)


class Count(BaseModel):
    count: int


class Attendance(BaseModel):
    enrolled: bool


class EnrollmentRequired(DomainError):
    status = 403
    code = "enrollment_required"
    detail = "Only those enrolled in the course may do this. Enroll first."


class Enrollments:
    """Asks the enrollment service; an enrollment that exists is remembered until its end is told, `seconds` at most."""

    def __init__(self, peer: ServiceClient, *, seconds: float, caching: bool, drops: CacheInvalidations | None) -> None:
        self._peer = peer
        self._known: Cache[None] = Cache(
            "course",
            "enrollments",
            ttl=seconds,
            max_bytes=REMEMBERED_ENROLLMENTS,
            size_of=lambda _: 1,
            enabled=caching,
            second=drops and SecondLevel(drops, "enrollments", KNOWN, seconds),
        )

    async def require(self, student_id: UUID, course_id: UUID) -> None:
        """Raise `EnrollmentRequired` for a student who is not enrolled, `ServiceUnavailable` when nobody can tell."""
        await self._known.get((student_id, course_id), "", lambda: self._ask(student_id, course_id))

    async def count(self, course_id: UUID) -> int:
        """How many students are enrolled at this moment; raises `ServiceUnavailable`."""
        return (await self._peer.get_existing(Count, f"/internal/courses/{course_id}/enrollment-count")).count

    def forget(self, student_id: UUID, course_id: UUID) -> None:
        self._known.drop((student_id, course_id))

    async def _ask(self, student_id: UUID, course_id: UUID) -> None:
        whose = {"student_id": str(student_id), "course_id": str(course_id)}
        attendance = await self._peer.get(Attendance, "/internal/enrollments", whose)
        if not (attendance and attendance.enrolled):
            raise EnrollmentRequired

    async def close(self) -> None:
        await self._peer.close()
