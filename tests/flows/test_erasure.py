"""An erased account leaves no traces in any service, whatever was in progress at that moment."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import asyncpg
import httpx2

from edu_cli.devserver.platform import Platform
from edu_topology import SERVICES
from people import Admin, Person, Student, Teacher, eventually, expect
from queries import until_delivered

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
KEPT = {"certificates": ["teacher_name"]}
"""A student's certificate permanently names the course's teacher at the time of issue."""


def traces(platform: Platform, marks: Iterable[str]) -> list[str]:
    """Return service, table and row of all occurrences of these texts in any database."""

    async def search(service: str) -> list[str]:
        connection = await asyncpg.connect(platform.database_url(service, "postgresql"))
        try:
            found: list[str] = []
            for (table,) in await connection.fetch(TABLES):
                row = f"(to_jsonb(t) - $2::text[])::text FROM {table} t"
                query = f"SELECT {row} WHERE (to_jsonb(t) - $2::text[])::text ILIKE ANY ($1)"
                rows = await connection.fetch(query, [f"%{mark}%" for mark in marks], KEPT.get(table, []))
                found += [f"{service}.{table}: {row[0]}" for row in rows]
            return found
        finally:
            await connection.close()

    return [trace for service in SERVICES for trace in asyncio.run(search(service))]


def mark_of(person: Person) -> str:
    """Return the unique part of this person's name and e-mail address."""
    return person.name.split()[-1]


def at_once(*calls: Callable[[], httpx2.Response]) -> list[httpx2.Response]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [call.result() for call in [pool.submit(call) for call in calls]]


def ended(*responses: httpx2.Response) -> None:
    """Check that whatever was in progress succeeded or was rejected, without server errors."""
    assert {response.status_code for response in responses} <= {200, 201, 202, 204, 400, 401, 404, 409}, responses


class TestErasure:
    def test_a_student_is_gone(
        self, platform: Platform, teacher: Teacher, admin: Admin, new_student: Callable[[], Student]
    ) -> None:
        free, paid, pending = teacher.course(), teacher.course(price="19.00"), teacher.course(price="19.37")
        students = [new_student() for _ in range(8)]
        for student in students:
            expect(student.enroll(free["id"]), 201)
            for lesson in free["lesson_ids"]:
                expect(student.complete(lesson, free["id"]), 201)
            expect(student.post("course/reviews", {"course_id": free["id"], "rating": 5, "comment": "Good."}), 201)
            expect(student.pay(pending["id"]), 201)
        for student in students:
            forgot = partial(student.post, "identity/password/forgot", {"email": student.email})
            ended(
                *at_once(
                    partial(student.pay, paid["id"]),
                    forgot,
                    partial(student.post, "identity/email/verify/resend"),
                    partial(student.call, "PATCH", "identity/me", json={"name": f"Once {student.name}"}),
                    partial(student.call, "DELETE", "identity/me"),
                    forgot,
                )
            )
        for payment in admin.read(f"payment/admin/payments?course_id={pending['id']}&limit=100")["items"]:
            body = {"outcome": "completed"}
            expect(admin.post(f"payment/admin/payments/{payment['id']}/settle", body), 200)
        marks = [mark_of(student) for student in students]
        until_delivered(platform)
        eventually(lambda: traces(platform, marks), lambda found: not found, within=30)

    def test_a_teacher_is_gone(
        self, platform: Platform, admin: Admin, student: Student, new_student: Callable[[], Student]
    ) -> None:
        with Teacher(platform.url) as teacher:
            admin.verify(teacher)
            course, other = teacher.course(), teacher.course(price="9.00")
            expect(student.enroll(course["id"]), 201)
            expect(student.complete(course["lesson_ids"][0], course["id"]), 201)
            ended(
                *at_once(
                    partial(teacher.call, "PUT", f"course/courses/{other['id']}", json={"subtitle": "Soon"}),
                    partial(student.complete, course["lesson_ids"][1], course["id"]),
                    partial(student.pay, other["id"]),
                    partial(teacher.call, "DELETE", "identity/me"),
                )
            )
            until_delivered(platform)
            eventually(lambda: traces(platform, [mark_of(teacher)]), lambda found: not found, within=30)
            for unmanaged in (course, other):
                expect(new_student().enroll(unmanaged["id"]), 409, "not_on_sale")
            assert student.read(f"course/courses/{course['id']}")["status"] == "archived"
            student.read(f"course/lessons/{course['lesson_ids'][0]}")
