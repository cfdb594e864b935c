"""What a teacher does: register, wait, build a course, publish it, see who enrolled."""

import csv
import io
import re
from collections.abc import Callable

import pytest

from edu_cli.devserver.platform import Platform
from people import Admin, Student, Teacher, Visitor, eventually, expect, token_in_mail


class TestVerification:
    def test_an_unverified_teacher_cannot_create(self, platform: Platform, admin: Admin) -> None:
        with Teacher(platform.url) as newcomer:
            body = {"title": "Too early", "is_free": True}
            expect(newcomer.post("course/courses", body), 403, "teacher_not_verified")
            expect(admin.call("PATCH", f"identity/admin/users/{newcomer.id}/verify"), 200)
            made = eventually(lambda: newcomer.post("course/courses", body), lambda it: it.status_code == 201)
            assert made.json()["status"] == "draft"

    def test_a_teacher_again_is_not_verified(self, platform: Platform, admin: Admin) -> None:
        body = {"title": "Back again", "is_free": True}
        with Teacher(platform.url) as teacher, Visitor(platform.url) as former:
            admin.verify(teacher)
            expect(teacher.post("course/courses", body), 201)
            former.http.headers["Authorization"] = teacher.http.headers["Authorization"]
            for role in ("student", "teacher"):
                expect(admin.call("PATCH", f"identity/admin/users/{teacher.id}", json={"role": role}), 200)
            eventually(lambda: former.post("course/courses", body).status_code, lambda status: status == 401)
            teacher.sign_in()
            expect(teacher.post("course/courses", body), 403, "teacher_not_verified")

    def test_a_student_cannot_create(self, student: Student) -> None:
        expect(student.post("course/courses", {"title": "Mine", "is_free": True}), 403, "role_required")


class TestCourse:
    def test_a_draft_is_its_owners_alone(self, teacher: Teacher, student: Student, visitor: Visitor) -> None:
        draft = teacher.draft()
        lessons = teacher.add_lessons(draft["id"])
        for path in (f"courses/{draft['id']}", f"courses/{draft['slug']}", f"courses/{draft['id']}/curriculum"):
            expect(visitor.get(f"course/{path}"), 404)
            expect(student.get(f"course/{path}"), 404)
            teacher.read(f"course/{path}")
        assert student.get(f"course/lessons/{lessons[0]}").status_code in (403, 404)
        assert visitor.get(f"course/lessons/{lessons[0]}").status_code in (401, 404)
        expect(student.enroll(draft["id"]), 404)
        found = visitor.read("course/courses", params={"ids": draft["id"]})
        assert found["items"] == []

    def test_publishing_names_what_is_missing(self, teacher: Teacher) -> None:
        bare = expect(teacher.post("course/courses", {"title": "Bare", "is_free": True}), 201)
        refused = expect(teacher.post(f"course/courses/{bare['id']}/publish"), 422, "incomplete")
        missing = {error["loc"][-1] for error in refused["errors"]}
        assert missing == {"description", "category", "lessons"}

    def test_reorder_moves_lessons_between_modules(self, teacher: Teacher, visitor: Visitor) -> None:
        course = teacher.course()
        teacher.add_lessons(course["id"], 1)
        before = visitor.read(f"course/courses/{course['id']}/curriculum")["modules"]
        first, second = before[0], before[1]
        lessons = [[lesson["id"] for lesson in module["lessons"]] for module in (first, second)]
        wanted = [
            {"id": second["id"], "lessons": [lessons[0][1], lessons[1][0]]},
            {"id": first["id"], "lessons": [lessons[0][0]]},
        ]
        expect(teacher.call("PUT", f"course/courses/{course['id']}/curriculum/order", json={"modules": wanted}), 200)
        after = visitor.read(f"course/courses/{course['id']}/curriculum")["modules"]
        assert [{"id": it["id"], "lessons": [lesson["id"] for lesson in it["lessons"]]} for it in after] == wanted
        expect(
            teacher.call("PUT", f"course/courses/{course['id']}/curriculum/order", json={"modules": wanted[:1]}), 409
        )

    def test_another_teacher_may_not_touch_it(self, platform: Platform, admin: Admin, teacher: Teacher) -> None:
        course = teacher.course()
        with Teacher(platform.url) as other:
            admin.verify(other)
            expect(other.call("PUT", f"course/courses/{course['id']}", json={"title": "Stolen"}), 403)
            expect(other.post(f"course/courses/{course['id']}/archive"), 403)
            expect(other.get(f"enrollment/enrollments/course/{course['id']}"), 403)

    def test_deleting_asks_who_is_enrolled(self, teacher: Teacher, student: Student) -> None:
        course = teacher.course()
        expect(student.enroll(course["id"]), 201)
        expect(teacher.call("DELETE", f"course/courses/{course['id']}"), 409, "has_enrollments")
        expect(teacher.post(f"course/courses/{course['id']}/archive"), 200)
        student.read(f"course/courses/{course['id']}")
        empty = teacher.course()
        expect(teacher.call("DELETE", f"course/courses/{empty['id']}"), 204)

    def test_an_archived_course_is_not_sold(self, teacher: Teacher, student: Student, visitor: Visitor) -> None:
        course = teacher.course(price="5.00")
        expect(teacher.post(f"course/courses/{course['id']}/archive"), 200)
        expect(visitor.get(f"course/courses/{course['id']}"), 404)
        expect(student.enroll(course["id"]), 409, "not_on_sale")
        expect(student.pay(course["id"]), 409, "not_on_sale")


class TestRoster:
    def test_count_roster_and_csv(self, teacher: Teacher, new_student: Callable[[], Student], visitor: Visitor) -> None:
        course = teacher.course()
        students = [new_student() for _ in range(3)]
        for student in students:
            expect(student.enroll(course["id"]), 201)
        expect(students[0].complete(course["lesson_ids"][0], course["id"]), 201)
        path = f"enrollment/enrollments/course/{course['id']}"
        assert visitor.read(f"{path}/count") == {"course_id": course["id"], "count": 3}
        expect(visitor.get(path), 401)
        expect(students[0].get(path), 403)
        roster = teacher.read(path)["items"]
        assert {row["name"] for row in roster} == {student.name for student in students}
        assert {row["student_id"]: row["progress"] for row in roster}[students[0].id] == 50
        answer = teacher.get(path, headers={"Accept": "text/csv"})
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert list(rows[0]) == ["student_id", "name", "enrolled_at", "progress", "last_activity_at"]
        assert len(rows) == 3
        eventually(lambda: visitor.read(f"course/courses/{course['id']}")["enrollment_count"], lambda count: count == 3)

    @pytest.mark.parametrize(
        ("language", "separator", "titles"),
        [
            ("en", ",", ["Name", "Email", "Enrolled (UTC)", "Progress, %", "Last active (UTC)"]),
            ("ru", ";", ["Имя", "Почта", "Дата записи (UTC)", "Прогресс, %", "Последняя активность (UTC)"]),
        ],
    )
    def test_spreadsheet(
        self,
        platform: Platform,
        teacher: Teacher,
        new_student: Callable[[], Student],
        language: str,
        separator: str,
        titles: list[str],
    ) -> None:
        """Excel needs the byte order mark for UTF-8; an address that is not confirmed may be a stranger's."""
        course = teacher.course()
        confirmed, other = new_student(), new_student()
        token = eventually(lambda: token_in_mail(platform, confirmed, "verify-email"), bool)
        expect(confirmed.post("identity/email/verify", {"token": token}), 204)
        expect(other.call("PATCH", "identity/me", json={"name": "Ёлкина, Анна; =1"}), 200)
        other.sign_in()
        for student in (confirmed, other):
            expect(student.enroll(course["id"]), 201)
        path = f"enrollment/enrollments/course/{course['id']}?spreadsheet={language}"
        content = teacher.get(path, headers={"Accept": "text/csv"}).content
        assert content.startswith(b"\xef\xbb\xbf")
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator)
        assert header == titles
        assert [row[:2] + row[3:] for row in rows] == [
            ["Ёлкина, Анна; =1", "", "0", ""],
            [confirmed.name, confirmed.email, "0", ""],
        ]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows[0][2])

    def test_unknown_course(self, visitor: Visitor, admin: Admin) -> None:
        unknown = "01980000-0000-7000-8000-000000000000"
        expect(visitor.get(f"enrollment/enrollments/course/{unknown}/count"), 404)
        expect(admin.get(f"enrollment/enrollments/course/{unknown}"), 404)
        expect(visitor.get(f"course/reviews/course/{unknown}"), 404)
