"""What a student does: search, view, pay, enroll, learn, review."""

from collections.abc import Callable

from edu_cli.devserver.platform import Platform
from people import Student, Teacher, Visitor, eventually, expect
from queries import fetch_value


class TestFreeCourse:
    def test_from_search_to_certificate(self, teacher: Teacher, student: Student, visitor: Visitor) -> None:
        course = teacher.course(title="Chrysanthemum breeding at home")
        course_id, lessons = course["id"], course["lesson_ids"]

        found = eventually(
            lambda: visitor.read("course/courses", params={"q": "chrysanthemums breed"})["items"],
            lambda items: any(item["id"] == course_id for item in items),
        )
        assert found
        assert visitor.read(f"course/courses/{course['slug']}")["id"] == course_id
        assert visitor.read(f"course/courses/{course_id}/curriculum")["total_lessons"] == len(lessons)

        expect(student.get(f"course/lessons/{lessons[0]}"), 403, "enrollment_required")
        enrollment = expect(student.enroll(course_id), 201)
        assert enrollment["status"] == "enrolled"
        expect(student.enroll(course_id), 409, "already_enrolled")
        lesson = student.read(f"course/lessons/{lessons[0]}")
        assert lesson["next_id"] == lessons[1]
        assert lesson["content"].startswith("# Lesson 1")

        expect(student.complete(lessons[0], course_id), 201)
        expect(student.complete(lessons[0], course_id), 200)
        progress = student.read(f"enrollment/progress/courses/{course_id}")
        assert (progress["completed_lessons"], progress["total_lessons"], progress["percentage"]) == (1, 2, 50)
        assert student.enrollments(course_id)[0]["status"] == "in_progress"

        expect(student.complete(lessons[1], course_id), 201)
        assert student.enrollments(course_id)[0]["status"] == "completed"
        (certificate,) = student.read("enrollment/certificates/me")["items"]
        checked = visitor.read(f"enrollment/certificates/{certificate['code']}")
        assert checked["student_name"] == student.name
        assert checked["teacher_name"] == teacher.name
        assert checked["valid"] is True

    def test_review_by_the_enrolled_alone(self, teacher: Teacher, student: Student, visitor: Visitor) -> None:
        course_id = teacher.course()["id"]
        review = {"course_id": course_id, "rating": 4, "comment": "Clear and calm."}
        expect(student.post("course/reviews", review), 403, "enrollment_required")
        expect(student.enroll(course_id), 201)
        made = expect(student.post("course/reviews", review), 201)
        assert made["author_name"] == student.name
        expect(student.post("course/reviews", review), 409, "already_reviewed")
        listed = visitor.read(f"course/reviews/course/{course_id}")
        assert listed["items"][0]["id"] == made["id"]
        assert listed["histogram"]["4"] == 1
        seen = eventually(lambda: visitor.read(f"course/courses/{course_id}"), lambda it: it["review_count"] == 1)
        assert float(seen["avg_rating"]) == 4

    def test_lessons_counts_follow_the_course(self, teacher: Teacher, student: Student) -> None:
        course = teacher.course()
        expect(student.enroll(course["id"]), 201)
        expect(student.complete(course["lesson_ids"][0], course["id"]), 201)
        added = teacher.add_lessons(course["id"], 2)
        progress = eventually(
            lambda: student.read(f"enrollment/progress/courses/{course['id']}"), lambda it: it["total_lessons"] == 4
        )
        assert progress["percentage"] == 25
        expect(student.complete(added[0], course["id"]), 201)
        expect(teacher.call("DELETE", f"course/lessons/{added[0]}"), 204)
        progress = eventually(
            lambda: student.read(f"enrollment/progress/courses/{course['id']}"), lambda it: it["total_lessons"] == 3
        )
        assert progress["completed_lessons"] == 1

    def test_a_lesson_of_another_course_does_not_count(self, teacher: Teacher, student: Student) -> None:
        mine, other = teacher.course(), teacher.course()
        expect(student.enroll(mine["id"]), 201)
        expect(student.complete(other["lesson_ids"][0], mine["id"]), 404)
        expect(student.complete(other["lesson_ids"][0], other["id"]), 403, "enrollment_required")


class TestPaidCourse:
    def test_payment_alone_brings_enrollment_and_one_notification(self, teacher: Teacher, student: Student) -> None:
        course_id = teacher.course(price="49.99")["id"]
        expect(student.enroll(course_id), 402, "payment_required")
        payment = expect(student.pay(course_id), 201)
        assert (payment["status"], payment["amount"], payment["currency"]) == ("completed", "49.99", "USD")
        (enrollment,) = eventually(lambda: student.enrollments(course_id), bool)
        assert enrollment["payment_id"] == payment["id"]
        eventually(lambda: student.notifications(course_id), bool)
        expect(student.enroll(course_id, payment_id=payment["id"]), 200)
        expect(student.enroll(course_id), 200)
        expect(student.pay(course_id), 409, "already_owned")
        assert len(student.notifications(course_id)) == 1

    def test_the_price_is_the_courses(self, teacher: Teacher, student: Student) -> None:
        course_id = teacher.course(price="20.00")["id"]
        refused = expect(student.pay(course_id, amount="0.50"), 409, "price_changed")
        assert refused["price"] == "20.00"
        expect(teacher.call("PUT", f"course/courses/{course_id}", json={"price": "25.00"}), 200)
        assert expect(student.pay(course_id, amount="25.00"), 201)["amount"] == "25.00"

    def test_free_and_own_courses_are_not_sold(self, teacher: Teacher, student: Student) -> None:
        expect(student.pay(teacher.course()["id"]), 409, "course_is_free")
        own = teacher.course(price="9.00")["id"]
        response = teacher.post("payment/payments", {"course_id": own}, headers={"Idempotency-Key": "own"})
        expect(response, 403, "own_course")
        expect(teacher.post("enrollment/enrollments", {"course_id": own}), 403, "own_course")

    def test_somebody_elses_payment_opens_nothing(self, teacher: Teacher, new_student: Callable[[], Student]) -> None:
        course_id = teacher.course(price="15.00")["id"]
        buyer, other = new_student(), new_student()
        payment = expect(buyer.pay(course_id), 201)
        expect(other.enroll(course_id, payment_id=payment["id"]), 404, "payment_not_found")
        expect(other.get(f"payment/payments/{payment['id']}"), 404)

    def test_declined_then_bought(self, teacher: Teacher, student: Student) -> None:
        course_id = teacher.course(price="10.13")["id"]
        assert expect(student.pay(course_id), 201)["status"] == "failed"
        assert student.enrollments(course_id) == []
        expect(teacher.call("PUT", f"course/courses/{course_id}", json={"price": "10.00"}), 200)
        assert expect(student.pay(course_id), 201)["status"] == "completed"
        eventually(lambda: student.enrollments(course_id), bool)

    def test_refund_revokes_and_buying_again_keeps_progress(self, teacher: Teacher, student: Student) -> None:
        course = teacher.course(lessons=4, price="30.00")
        course_id = course["id"]
        payment = expect(student.pay(course_id), 201)
        eventually(lambda: student.enrollments(course_id), bool)
        eventually(
            lambda: student.read(f"enrollment/progress/courses/{course_id}"), lambda it: it["total_lessons"] == 4
        )
        expect(student.complete(course["lesson_ids"][0], course_id), 201)
        refunded = expect(student.post(f"payment/payments/{payment['id']}/refund", {}), 200)
        assert refunded["status"] == "refunded"
        eventually(lambda: student.enrollments(course_id), lambda it: it[0]["status"] == "revoked")
        eventually(lambda: student.get(f"course/lessons/{course['lesson_ids'][0]}").status_code, lambda it: it == 403)
        expect(student.pay(course_id), 201)
        (again,) = eventually(lambda: student.enrollments(course_id), lambda it: it[0]["status"] != "revoked")
        assert again["progress"] == 25


class TestPendingPayment:
    def test_settled_by_an_admin(self, teacher: Teacher, student: Student, admin: Teacher) -> None:
        course_id = teacher.course(price="12.37")["id"]
        first = expect(student.pay(course_id), 201)
        second = expect(student.pay(course_id), 201)
        assert (first["status"], second["status"]) == ("pending", "pending")
        settle = f"payment/admin/payments/{first['id']}/settle"
        expect(student.post(settle, {"outcome": "completed"}), 403, "role_required")
        assert expect(admin.post(settle, {"outcome": "completed"}), 200)["status"] == "completed"
        eventually(lambda: student.enrollments(course_id), bool)
        expect(admin.post(f"payment/admin/payments/{second['id']}/settle", {"outcome": "completed"}), 409)


class TestErasure:
    def test_the_person_goes_and_the_deeds_stay(
        self, platform: Platform, teacher: Teacher, new_student: Callable[[], Student], visitor: Visitor
    ) -> None:
        course_id = teacher.course(price="16.00")["id"]
        leaver = new_student()
        expect(leaver.pay(course_id), 201)
        eventually(lambda: leaver.enrollments(course_id), bool)
        review = {"course_id": course_id, "rating": 5, "comment": "Worth it."}
        expect(leaver.post("course/reviews", review), 201)
        expect(leaver.call("DELETE", "identity/me"), 202)
        expect(leaver.get("identity/me"), 401)
        eventually(
            lambda: visitor.read(f"course/reviews/course/{course_id}")["items"][0]["author_name"],
            lambda name: name == "",
        )
        eventually(
            lambda: fetch_value(
                platform, "payment", "SELECT student_name FROM payments WHERE student_id = $1", leaver.id
            ),
            lambda name: name == "",
        )
        eventually(
            lambda: fetch_value(
                platform, "notification", "SELECT count(*) FROM recipients WHERE user_id = $1", leaver.id
            ),
            lambda left: left == 0,
        )
        expect(visitor.get(f"identity/users/{leaver.id}/public"), 404)
        leaver.http.headers.pop("Authorization")
        leaver.sign_up()
