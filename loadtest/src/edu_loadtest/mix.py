"""The standard mix: what students, searchers and teachers ask, and how often.

Each task is some requests that belong together. They are chosen before the first is sent and need no answer, so that
Locust's users (closed loop: each waits for an answer) and `edu capacity` (open loop: nobody waits) ask the same.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

from edu_loadtest import accounts, people
from edu_loadtest.catalogue import Catalogue
from edu_loadtest.chance import Popular, dice
from edu_loadtest.people import Student, Teacher, new_course
from edu_loadtest.request import Request

PAGE = 20
OWNED = ("already_owned", "already_enrolled", "own_course")
SORTS = ("relevance", "popular", "rating", "newest", "price_asc")
POPULAR_PAGES = Popular(range(10))


@dataclass
class Visit:
    """Who comes, and what they have in mind."""

    catalogue: Catalogue
    student: Student | None = None
    teacher: Teacher | None = None
    course: str = field(init=False)
    question: str = field(init=False)
    lesson: tuple[str, str] | None = field(init=False)

    def __post_init__(self) -> None:
        self.course = self.catalogue.popular.pick()
        self.question = self.catalogue.vocabulary.question()
        self.lesson = dice.choice(self.student.lessons) if self.student and self.student.lessons else None

    @property
    def token(self) -> str | None:
        person = self.student or self.teacher
        return person and person.token

    def get(self, path: str, name: str) -> Request:
        return Request("GET", path, name, self.token)

    def post(self, path: str, name: str, passing: tuple[str, ...] = (), **body: object) -> Request:
        return Request("POST", path, name, self.token, body, passing)


Operation: TypeAlias = Callable[[Visit], Request | None]
"""What a visitor asks; None when there is nothing to ask about."""


def popular_courses(visit: Visit) -> Request:
    offset = POPULAR_PAGES.pick() * PAGE
    return visit.get(f"/course/courses?limit={PAGE}&sort=popular&offset={offset}", "/course/courses")


def course(visit: Visit) -> Request:
    return visit.get(f"/course/courses/{visit.course}", "/course/courses/{id}")


def curriculum(visit: Visit) -> Request:
    return visit.get(f"/course/courses/{visit.course}/curriculum", "/course/courses/{id}/curriculum")


def reviews(visit: Visit) -> Request:
    return visit.get(f"/course/reviews/course/{visit.course}", "/course/reviews/course/{id}")


def own_enrollments(visit: Visit) -> Request:
    return visit.get("/enrollment/enrollments/me", "/enrollment/enrollments/me")


def own_curriculum(visit: Visit) -> Request | None:
    if visit.lesson:
        return visit.get(f"/course/courses/{visit.lesson[0]}/curriculum", "/course/courses/{id}/curriculum")
    return None


def lesson(visit: Visit) -> Request | None:
    return visit.get(f"/course/lessons/{visit.lesson[1]}", "/course/lessons/{id}") if visit.lesson else None


def complete_lesson(visit: Visit) -> Request | None:
    if visit.lesson:
        path = f"/enrollment/progress/lessons/{visit.lesson[1]}/complete"
        return visit.post(path, "/enrollment/progress/lessons/{id}/complete", course_id=visit.lesson[0])
    return None


def progress(visit: Visit) -> Request | None:
    if visit.lesson:
        return visit.get(f"/enrollment/progress/courses/{visit.lesson[0]}", "/enrollment/progress/courses/{id}")
    return None


def free_courses(visit: Visit) -> Request:
    return visit.get(f"/course/courses?limit={PAGE}&price=free&sort=newest", "/course/courses")


def enroll(visit: Visit) -> Request | None:
    if visit.catalogue.free:
        free = dice.choice(visit.catalogue.free)
        return visit.post("/enrollment/enrollments", "/enrollment/enrollments", OWNED, course_id=free)
    return None


def paid_courses(visit: Visit) -> Request:
    return visit.get(f"/course/courses?limit={PAGE}&price=paid&sort=popular", "/course/courses")


def buy(visit: Visit) -> Request | None:
    if visit.catalogue.paid:
        paid = dice.choice(visit.catalogue.paid)
        return visit.post("/payment/payments", "/payment/payments", OWNED, course_id=paid)
    return None


def notifications(visit: Visit) -> Request:
    return visit.get("/notification/notifications/me", "/notification/notifications/me")


def me(visit: Visit) -> Request:
    return visit.get("/identity/me", "/identity/me")


def login(visit: Visit) -> Request:
    return people.login(accounts.student())


def search(visit: Visit) -> Request:
    return _search_for(visit, visit.question)


def _search_for(visit: Visit, question: str) -> Request:
    sort = dice.choice(SORTS)
    return visit.get(f"/course/courses?limit={PAGE}&q={quote(question)}&sort={sort}", "/course/courses?q")


def frequent_search(visit: Visit) -> Request:
    return _search_for(visit, dice.choice(visit.catalogue.vocabulary.frequent))


def rare_search(visit: Visit) -> Request:
    return _search_for(visit, dice.choice(visit.catalogue.vocabulary.rare))


def facets(visit: Visit) -> Request:
    return visit.get(f"/course/courses/facets?q={quote(visit.question)}", "/course/courses/facets?q")


def narrowed_search(visit: Visit) -> Request:
    filters = f"q={quote(visit.question)}&level=beginner&min_rating=4"
    return visit.get(f"/course/courses?limit={PAGE}&{filters}", "/course/courses?q&filters")


def suggestions(visit: Visit) -> Request:
    beginning = visit.catalogue.vocabulary.beginning()
    return visit.get(f"/course/courses/suggest?q={quote(beginning)}", "/course/courses/suggest")


def own_courses(visit: Visit) -> Request:
    return visit.get("/course/courses/my", "/course/courses/my")


def roster(visit: Visit) -> Request | None:
    if visit.teacher and visit.teacher.courses:
        taught = dice.choice(visit.teacher.courses)
        return visit.get(f"/enrollment/enrollments/course/{taught}", "/enrollment/enrollments/course/{id}")
    return None


def own_reviews(visit: Visit) -> Request | None:
    if visit.teacher and visit.teacher.courses:
        taught = dice.choice(visit.teacher.courses)
        return visit.get(f"/course/reviews/course/{taught}", "/course/reviews/course/{id}")
    return None


def draft_course(visit: Visit) -> Request | None:
    return new_course(visit.teacher.token) if visit.teacher and visit.teacher.draft else None


def edit_draft(visit: Visit) -> Request | None:
    if visit.teacher and visit.teacher.draft:
        path = f"/course/courses/{visit.teacher.draft}"
        return Request("PUT", path, "/course/courses/{id}", visit.token, {"subtitle": f"Take {dice.randrange(1000)}"})
    return None


@dataclass(frozen=True)
class Profile:
    """A kind of user: how many there are for each other's, how long they pause, what they do how often."""

    name: str
    weight: int
    pause: tuple[float, float]
    tasks: dict[Sequence[Operation], int]

    @property
    def usual(self) -> int:
        """The weight, unless the environment sets another."""
        return int(os.environ.get(f"MIX_{self.name.upper()}", self.weight))

    @property
    def pace(self) -> float:
        """Tasks a second when answers take no time, in proportion to the other profiles'."""
        return self.usual / (sum(self.pause) / 2)


STUDENT = Profile(
    "student",
    7,
    (1, 3),
    {
        (popular_courses, course, curriculum, reviews): 5,
        (own_enrollments, own_curriculum, lesson, complete_lesson, progress): 4,
        (free_courses, enroll): 1,
        (paid_courses, buy): 1,
        (notifications,): 2,
    },
)
SEARCHER = Profile("search", 2, (1, 2), {(search,): 4, (facets, narrowed_search): 1, (suggestions,): 2})
TEACHER = Profile("teacher", 1, (2, 5), {(own_courses, roster): 4, (own_reviews,): 2, (draft_course, edit_draft): 1})
PROFILES = (STUDENT, SEARCHER, TEACHER)


OPERATIONS: dict[str, Operation] = {
    "list": popular_courses,
    "course": course,
    "curriculum": curriculum,
    "reviews": reviews,
    "search": search,
    "search_frequent": frequent_search,
    "search_rare": rare_search,
    "facets": facets,
    "suggest": suggestions,
    "enrollments": own_enrollments,
    "lesson": lesson,
    "complete": complete_lesson,
    "progress": progress,
    "enroll": enroll,
    "buy": buy,
    "notifications": notifications,
    "me": me,
    "login": login,
}
"""What can be asked alone, by name."""


def requests_of(visit: Visit, task: Sequence[Operation]) -> Iterator[Request]:
    return filter(None, (operation(visit) for operation in task))
