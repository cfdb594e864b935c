"""Whatever users do: once the events are delivered, each copy of another service's data is what its source says.

docs/reference/copies.md lists the copies. What a failed history did is in the report; the same seed does it again.
"""

import asyncio
from collections.abc import Callable, Collection, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx2
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from armed import broken_promises
from edu_cli.devserver.platform import Platform
from edu_seed.invariants import connected
from edu_topology import SERVICES
from people import Admin, Student, Teacher, expect
from queries import fetch_value

SEED = 1
HISTORIES = 10
TEACHERS, STUDENTS = 2, 3
PENDING_PRICE, PRICE = "20.37", "20.00"
ROLES = ("student", "teacher", "admin")


class Member(Teacher, Student):
    """A user who gets and loses roles."""

    def __init__(self, origin: str, role: str) -> None:
        self.role = role
        super().__init__(origin)

    def try_to_sign_in(self) -> httpx2.Response:
        response = self.post("identity/login", {"email": self.email, "password": self.password})
        if response.is_success:
            self.use(response.json())
        return response


@dataclass
class World:
    """Teachers, then students, and their courses; acts choose among them by number."""

    admin: Admin
    members: list[Member]
    courses: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def course(self, number: int) -> dict[str, Any]:
        return self.courses[number % len(self.courses)]

    def owner(self, course: dict[str, Any]) -> Member:
        return next(member for member in self.members if member.id == course["teacher_id"])

    def of_owner(self, number: int, method: str, path: str = "", json: Any = None) -> httpx2.Response:
        """Send a request about a course as its teacher."""
        course = self.course(number)
        return self.owner(course).call(method, f"course/courses/{course['id']}{path}", json=json)

    def modules(self, number: int) -> list[Any]:
        return modules_in(self.of_owner(number, "GET", "/curriculum"))

    def lessons(self, number: int) -> list[str]:
        return [lesson["id"] for module in self.modules(number) for lesson in module["lessons"]]

    def payment(self, number: int, status: str) -> Any:
        """Return a payment for a course with this status, of whichever student, or None."""
        query = f"course_id={self.course(number)['id']}&status={status}"
        return first(self.admin.get(f"payment/admin/payments?{query}"))

    def learned(self, member: Member, number: int) -> str:
        """Return the course that the member enrolled in last, or else one by number."""
        enrollment = first(member.get("enrollment/enrollments/me"))
        return enrollment["course_id"] if enrollment else self.course(number)["id"]


def modules_in(response: httpx2.Response) -> list[Any]:
    """Return the modules of a curriculum, none when it was rejected."""
    return response.json()["modules"] if response.is_success else []


def first(response: httpx2.Response) -> Any:
    """Return the first item of a list, None when it is empty or was rejected."""
    return next(iter(response.json()["items"]), None) if response.is_success else None


Act = Callable[[World, Member, int], httpx2.Response | None]


def rename(_: World, member: Member, number: int) -> httpx2.Response:
    return member.call("PATCH", "identity/me", json={"name": f"Renamed {uuid4().hex[:8]}", "locale": "ru"})


def get_role(world: World, member: Member, number: int) -> httpx2.Response:
    body = {"role": ROLES[number % len(ROLES)]}
    return world.admin.call("PATCH", f"identity/admin/users/{member.id}", json=body)


def get_verified(world: World, member: Member, number: int) -> httpx2.Response:
    return world.admin.call("PATCH", f"identity/admin/users/{member.id}/verify")


def get_disabled(world: World, member: Member, number: int) -> httpx2.Response:
    return world.admin.call("PATCH", f"identity/admin/users/{member.id}", json={"is_active": False})


def get_enabled(world: World, member: Member, number: int) -> httpx2.Response:
    return world.admin.call("PATCH", f"identity/admin/users/{member.id}", json={"is_active": True})


def sign_in(_: World, member: Member, number: int) -> httpx2.Response:
    return member.try_to_sign_in()


def sign_out(_: World, member: Member, number: int) -> httpx2.Response:
    return member.post("identity/logout")


def forget_password(_: World, member: Member, number: int) -> httpx2.Response:
    return member.post("identity/password/forgot", {"email": member.email})


def erase(_: World, member: Member, number: int) -> httpx2.Response:
    return member.call("DELETE", "identity/me")


def create_course(world: World, member: Member, number: int) -> httpx2.Response:
    prices: Sequence[dict[str, Any]] = ({"is_free": True}, {"price": PRICE}, {"price": PENDING_PRICE})
    body = {"is_free": False, "title": f"Course {uuid4().hex[:8]}", "description": "Soil.", "category": "gardening"}
    response = member.post("course/courses", body | prices[number % len(prices)])
    if response.is_success:
        world.courses.append(response.json())
    return response


def edit_title(world: World, _: Member, number: int) -> httpx2.Response:
    return world.of_owner(number, "PUT", json={"title": f"Edited {uuid4().hex[:8]}"})


def make_free(world: World, _: Member, number: int) -> httpx2.Response:
    return world.of_owner(number, "PUT", json={"is_free": True, "price": None})


def make_paid(world: World, _: Member, number: int) -> httpx2.Response:
    return world.of_owner(number, "PUT", json={"is_free": False, "price": PRICE})


def add_lessons(world: World, _: Member, number: int) -> httpx2.Response:
    made = world.of_owner(number, "POST", "/modules", {"title": "More"})
    if made.is_success:
        for title in ("One", "Two"):
            body = {"title": title, "content": "Text."}
            world.owner(world.course(number)).post(f"course/modules/{made.json()['id']}/lessons", body)
    return made


def remove_lesson(world: World, _: Member, number: int) -> httpx2.Response | None:
    lessons = world.lessons(number)
    return world.owner(world.course(number)).call("DELETE", f"course/lessons/{lessons[-1]}") if lessons else None


def remove_module(world: World, _: Member, number: int) -> httpx2.Response | None:
    modules = world.modules(number)
    return world.owner(world.course(number)).call("DELETE", f"course/modules/{modules[0]['id']}") if modules else None


def reorder(world: World, _: Member, number: int) -> httpx2.Response:
    modules = [
        {"id": module["id"], "lessons": [lesson["id"] for lesson in reversed(module["lessons"])]}
        for module in reversed(world.modules(number))
    ]
    return world.of_owner(number, "PUT", "/curriculum/order", {"modules": modules})


def publish(world: World, _: Member, number: int) -> httpx2.Response:
    return world.of_owner(number, "POST", "/publish")


def unpublish(world: World, _: Member, number: int) -> httpx2.Response:
    return world.of_owner(number, "POST", "/unpublish")


def archive(world: World, _: Member, number: int) -> httpx2.Response:
    return world.admin.post(f"course/courses/{world.course(number)['id']}/archive")


def take_down(world: World, _: Member, number: int) -> httpx2.Response:
    body = {"reason": "Not its own.", "access": number > 1}
    return world.admin.post(f"course/admin/courses/{world.course(number)['id']}/take-down", body)


def restore(world: World, _: Member, number: int) -> httpx2.Response:
    return world.admin.post(f"course/admin/courses/{world.course(number)['id']}/restore")


def hide_or_show_review(world: World, _: Member, number: int) -> httpx2.Response | None:
    found = first(world.admin.get(f"course/admin/reviews?course_id={world.course(number)['id']}"))
    body = {"hidden": True, "reason": "Rude."} if found and not found["hidden"] else {"hidden": False}
    return found and world.admin.call("PATCH", f"course/admin/reviews/{found['id']}", json=body)


def delete(world: World, _: Member, number: int) -> httpx2.Response:
    return world.of_owner(number, "DELETE")


def enroll(world: World, member: Member, number: int) -> httpx2.Response:
    return member.enroll(world.course(number)["id"])


def pay(world: World, member: Member, number: int) -> httpx2.Response:
    return member.pay(world.course(number)["id"])


def settle(world: World, _: Member, number: int) -> httpx2.Response | None:
    return _settle(world, number, "completed")


def fail(world: World, _: Member, number: int) -> httpx2.Response | None:
    return _settle(world, number, "failed")


def _settle(world: World, number: int, outcome: str) -> httpx2.Response | None:
    """End a pending payment, whatever became of its student and its course since."""
    payment = world.payment(number, "pending")
    return payment and world.admin.post(f"payment/admin/payments/{payment['id']}/settle", {"outcome": outcome})


def ask_for_refund(world: World, member: Member, _: int) -> httpx2.Response | None:
    payment = first(member.get("payment/payments/me?status=completed"))
    return payment and member.post(f"payment/payments/{payment['id']}/refund")


def get_refund(world: World, _: Member, number: int) -> httpx2.Response | None:
    payment = world.payment(number, "completed")
    return payment and world.admin.post(f"payment/payments/{payment['id']}/refund")


def complete_lessons(world: World, member: Member, number: int) -> None:
    course_id = world.learned(member, number)
    for module in modules_in(member.get(f"course/courses/{course_id}/curriculum")):
        for lesson in module["lessons"]:
            member.complete(lesson["id"], course_id)


def review(world: World, member: Member, number: int) -> httpx2.Response:
    return member.post("course/reviews", {"course_id": world.learned(member, number), "rating": 4})


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        *(rename, get_role, get_verified, get_disabled, get_enabled, sign_in, sign_out, forget_password, erase),
        *(create_course, edit_title, make_free, make_paid, add_lessons, remove_lesson, remove_module, reorder),
        *(
            publish,
            unpublish,
            archive,
            take_down,
            restore,
            hide_or_show_review,
            delete,
            enroll,
            pay,
            settle,
            fail,
            ask_for_refund,
            get_refund,
        ),
        *(complete_lessons, review),
    )
}
RARE = {"erase", "get_disabled", "sign_out", "delete", "archive", "take_down"}
FREQUENT = ("enroll", "pay", "pay", "settle", "review", "complete_lessons", "publish", "get_verified")
CHOICES = (*ACTS, *(name for name in ACTS if name not in RARE), *FREQUENT, *FREQUENT)
"""Acts that end something are rarer than those that give the others something to change."""

STEP = st.tuples(st.sampled_from(CHOICES), st.integers(0, TEACHERS + STUDENTS - 1), st.integers(0, 5))
HISTORY = st.lists(st.lists(STEP, min_size=1, max_size=3), min_size=30, max_size=45)
"""Steps in one list happen at the same time."""


LATE = st.sets(st.sampled_from(SERVICES), max_size=2)
"""Services that receive the events of a history only at its end."""


@contextmanager
def new_world(platform: Platform, admin: Admin) -> Generator[World]:
    with ExitStack() as stack:
        roles = ["teacher"] * TEACHERS + ["student"] * STUDENTS
        world = World(admin, [stack.enter_context(Member(platform.url, role)) for role in roles])
        for teacher in world.members[:TEACHERS]:
            admin.verify(teacher)
        one, other, *students = world.members
        world.courses += [one.course(), one.course(price=PRICE), other.course(price=PENDING_PRICE)]
        free, paid, pending = (course["id"] for course in world.courses)
        for student in students:
            expect(student.enroll(free), 201)
            expect(student.post("course/reviews", {"course_id": free, "rating": 4}), 201)
            expect(student.pay(pending), 201)
        for buyer in (other, *students[1:]):
            expect(buyer.pay(paid), 201)
        yield world
        for member in world.members:  # other tests count on one admin; an erased member is not found
            response = admin.call("PATCH", f"identity/admin/users/{member.id}", json={"role": "student"})
            assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR


def play(world: World, history: list[list[tuple[str, int, int]]]) -> None:
    """Do what a history says; what the platform rejects is part of it, a server error is not."""
    with ThreadPoolExecutor(3) as pool:
        for steps in history:
            calls = [pool.submit(ACTS[act], world, world.members[member], course) for act, member, course in steps]
            for call, step in zip(calls, steps, strict=True):
                response = call.result()
                if response is not None:
                    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (step, response.text)
                    sign_in_again(world, response)


async def play_with_late_events(
    platform: Platform, world: World, history: list[list[tuple[str, int, int]]], services: Collection[str]
) -> None:
    """Do so while the inboxes of these services are locked, so that events of several sources change their order."""
    async with connected({name: platform.database_url(name, "postgresql") for name in services}) as connections:
        for connection in connections.values():
            await connection.execute("BEGIN; LOCK TABLE inbox IN EXCLUSIVE MODE")
        await asyncio.to_thread(play, world, history)


def sign_in_again(world: World, response: httpx2.Response) -> None:
    """Renew the token of the member whose request was rejected because a role, a session or access ended."""
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        for member in world.members:
            if response.request.headers["Authorization"] == member.http.headers["Authorization"]:
                member.try_to_sign_in()


def opened_in_vain(platform: Platform, world: World) -> list[tuple[str, str]]:
    """Return the students, and lessons that they can read without being enrolled."""
    found: list[tuple[str, str]] = []
    for member in world.members[TEACHERS:]:
        if not member.try_to_sign_in().is_success or member.read("identity/me")["role"] == "admin":
            continue
        for course in world.courses:
            query = "SELECT status <> 'revoked' FROM enrollments WHERE student_id = $1 AND course_id = $2"
            lessons = world.lessons(world.courses.index(course))
            if course["teacher_id"] == member.id or not lessons:
                continue
            is_open = member.get(f"course/lessons/{lessons[0]}").is_success
            if is_open and not fetch_value(platform, "enrollment", query, member.id, course["id"]):
                found.append((member.id, lessons[0]))
    return found


def test_every_copy_follows_its_source(platform: Platform, admin: Admin) -> None:
    @seed(SEED)
    @settings(
        max_examples=HISTORIES,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a history never happens twice in the same order of events
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(HISTORY, LATE)
    def check(history: list[list[tuple[str, int, int]]], services: set[str]) -> None:
        with new_world(platform, admin) as world:
            asyncio.run(play_with_late_events(platform, world, history, services))
            assert broken_promises(platform) == []
            assert opened_in_vain(platform, world) == []

    check()
