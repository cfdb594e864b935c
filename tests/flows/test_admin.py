"""What an admin does: verify teachers, moderate, read the audit log."""

from edu_cli.devserver.platform import Platform
from people import Admin, Student, Teacher, Visitor, eventually, expect, token_in_mail


class TestTeachers:
    def test_pending_then_rejected_then_verified(self, platform: Platform, admin: Admin) -> None:
        with Teacher(platform.url) as applicant:
            pending = admin.read("identity/admin/teachers/pending?limit=100")["items"]
            assert applicant.id in {item["id"] for item in pending}
            reason = {"reason": "Tell us what you would teach."}
            expect(admin.call("PATCH", f"identity/admin/users/{applicant.id}/reject", json=reason), 200)
            told = eventually(
                lambda: applicant.read("notification/notifications/me")["items"],
                lambda items: any(item["type"] == "user.teacher_rejected" for item in items),
            )
            assert any("Tell us" in item["body"] for item in told)
            expect(applicant.post("identity/me/application", {"text": "Grafting of fruit trees."}), 202)
            expect(admin.call("PATCH", f"identity/admin/users/{applicant.id}/verify"), 200)
            expect(admin.call("PATCH", f"identity/admin/users/{applicant.id}/verify"), 409, "already_verified")

    def test_for_admins_alone(self, student: Student, teacher: Teacher, visitor: Visitor) -> None:
        for path in ("admin/teachers/pending", "admin/users", "admin/audit"):
            expect(visitor.get(f"identity/{path}"), 401)
            expect(student.get(f"identity/{path}"), 403, "role_required")
            expect(teacher.get(f"identity/{path}"), 403, "role_required")


class TestAccess:
    def test_a_disabled_user_is_out_everywhere_at_once(self, admin: Admin, student: Student) -> None:
        expect(admin.call("PATCH", f"identity/admin/users/{student.id}", json={"is_active": False}), 200)
        for path in (
            "identity/me",
            "enrollment/enrollments/me",
            "payment/payments/me",
            "notification/notifications/me",
        ):
            eventually(lambda path=path: student.get(path).status_code, lambda status: status == 401)
        expect(student.post("identity/refresh", {"refresh_token": student.refresh_token}), 401)
        credentials = {"email": student.email, "password": student.password}
        expect(student.post("identity/login", credentials), 403, "account_disabled")
        expect(admin.call("PATCH", f"identity/admin/users/{student.id}", json={"is_active": True}), 200)
        student.sign_in()
        student.read("enrollment/enrollments/me")

    def test_the_audit_log_names_the_deed(self, admin: Admin, student: Student) -> None:
        expect(admin.call("PATCH", f"identity/admin/users/{student.id}", json={"is_active": False}), 200)
        entries = admin.read("identity/admin/audit", params={"target": student.id})["items"]
        assert [entry["actor"] for entry in entries] == [admin.id]

    def test_admins_neither_enroll_nor_pay(self, admin: Admin, teacher: Teacher) -> None:
        course_id = teacher.course(price="8.00")["id"]
        expect(admin.post("enrollment/enrollments", {"course_id": course_id}), 403, "role_required")
        answer = admin.post("payment/payments", {"course_id": course_id}, headers={"Idempotency-Key": "admin"})
        expect(answer, 403, "role_required")


class TestModeration:
    def test_a_course_that_is_taken_down(
        self, platform: Platform, admin: Admin, teacher: Teacher, student: Student
    ) -> None:
        course = teacher.course()
        expect(student.enroll(course["id"]), 201)
        with Student(platform.url) as reader:
            expect(reader.post(f"course/courses/{course['id']}/report", {"reason": "copyright"}), 201)
            (report,) = [
                report
                for report in admin.read("course/admin/reports?status=open&limit=100")["items"]
                if report["target_id"] == course["id"]
            ]
            decision = {"decision": "hidden", "note": "Its videos are someone else's."}
            expect(admin.call("PATCH", f"course/admin/reports/{report['id']}", json=decision), 200)
            assert course["id"] not in {found["id"] for found in reader.read("course/courses?limit=100")["items"]}
            expect(reader.get(f"course/courses/{course['id']}"), 404)
        student.read(f"course/lessons/{course['lesson_ids'][0]}")
        expect(teacher.post(f"course/courses/{course['id']}/publish"), 409, "taken_down")
        told = eventually(
            lambda: teacher.read("notification/notifications/me")["items"],
            lambda items: any(item["type"] == "course.taken_down" for item in items),
        )
        assert any(decision["note"] in item["body"] for item in told)
        expect(admin.post(f"course/admin/courses/{course['id']}/restore"), 200)
        entries = eventually(
            lambda: admin.read("identity/admin/audit", params={"target": teacher.id})["items"],
            lambda items: len(items) > len({"verified", "taken down", "decided"}),
        )
        assert [(entry["action"], entry["actor"]) for entry in entries[:3]] == [
            ("course.restored", admin.id),
            ("report.decided", admin.id),
            ("course.taken_down", admin.id),
        ]


class TestMail:
    def test_reset_of_a_forgotten_password(self, platform: Platform, student: Student) -> None:
        expect(student.post("identity/password/forgot", {"email": student.email}), 202)
        token = eventually(lambda: token_in_mail(platform, student, "reset-password"), bool)
        expect(student.post("identity/password/reset", {"token": token, "password": "another long secret"}), 204)
        reused = {"token": token, "password": "a third long secret"}
        expect(student.post("identity/password/reset", reused), 400, "invalid_token")
        student.password = "another long secret"
        student.sign_in()

    def test_verification_of_the_address(self, platform: Platform, student: Student) -> None:
        token = eventually(lambda: token_in_mail(platform, student, "verify-email"), bool)
        expect(student.post("identity/email/verify", {"token": token}), 204)
        assert student.read("identity/me")["email_verified"] is True
