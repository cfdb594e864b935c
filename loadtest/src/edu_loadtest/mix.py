"""The standard mix: which requests students, searchers and teachers send, and how often.

Each task is some requests that belong together. They are chosen before the first is sent and depend on no response, so
that Locust's users (closed loop: each waits for the response) and `edu bench capacity` (open loop: none waits) send the
same requests.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

from edu_loadtest import accounts, users
from edu_loadtest.catalogue import Catalogue
from edu_loadtest.request import Request
from edu_loadtest.sampling import ZipfSampler, rng
from edu_loadtest.users import Student, Teacher, new_course

PAGE = 20
OWNED = ("already_owned", "already_enrolled", "own_course")
SORTS = ("relevance", "popular", "rating", "newest", "price_asc")
POPULAR_PAGES = ZipfSampler(range(10))


@dataclass
class Session:
    """One session of a user, with the course, search query and lesson of its requests."""

    catalogue: Catalogue
    student: Student | None = None
    teacher: Teacher | None = None
    course: str = field(init=False)
    query: str = field(init=False)
    lesson: tuple[str, str] | None = field(init=False)

    def __post_init__(self) -> None:
        self.course = self.catalogue.popular.draw()
        self.query = self.catalogue.vocabulary.query()
        self.lesson = rng.choice(self.student.lessons) if self.student and self.student.lessons else None

    @property
    def token(self) -> str | None:
        user = self.student or self.teacher
        return user and user.token

    def get(self, path: str, name: str) -> Request:
        return Request("GET", path, name, self.token)

    def post(self, path: str, name: str, tolerated: tuple[str, ...] = (), **body: object) -> Request:
        return Request("POST", path, name, self.token, body, tolerated)


Operation: TypeAlias = Callable[[Session], Request | None]
"""Makes a request of a session; None when the user has nothing to request."""


def popular_courses(session: Session) -> Request:
    offset = POPULAR_PAGES.draw() * PAGE
    return session.get(f"/course/courses?limit={PAGE}&sort=popular&offset={offset}", "/course/courses")


def course(session: Session) -> Request:
    return session.get(f"/course/courses/{session.course}", "/course/courses/{id}")


def curriculum(session: Session) -> Request:
    return session.get(f"/course/courses/{session.course}/curriculum", "/course/courses/{id}/curriculum")


def reviews(session: Session) -> Request:
    return session.get(f"/course/reviews/course/{session.course}", "/course/reviews/course/{id}")


def own_enrollments(session: Session) -> Request:
    return session.get("/enrollment/enrollments/me", "/enrollment/enrollments/me")


def own_curriculum(session: Session) -> Request | None:
    if session.lesson:
        return session.get(f"/course/courses/{session.lesson[0]}/curriculum", "/course/courses/{id}/curriculum")
    return None


def lesson(session: Session) -> Request | None:
    return session.get(f"/course/lessons/{session.lesson[1]}", "/course/lessons/{id}") if session.lesson else None


def complete_lesson(session: Session) -> Request | None:
    if session.lesson:
        path = f"/enrollment/progress/lessons/{session.lesson[1]}/complete"
        return session.post(path, "/enrollment/progress/lessons/{id}/complete", course_id=session.lesson[0])
    return None


def progress(session: Session) -> Request | None:
    if session.lesson:
        return session.get(f"/enrollment/progress/courses/{session.lesson[0]}", "/enrollment/progress/courses/{id}")
    return None


def free_courses(session: Session) -> Request:
    return session.get(f"/course/courses?limit={PAGE}&price=free&sort=newest", "/course/courses")


def enroll(session: Session) -> Request | None:
    if session.catalogue.free:
        free = rng.choice(session.catalogue.free)
        return session.post("/enrollment/enrollments", "/enrollment/enrollments", OWNED, course_id=free)
    return None


def paid_courses(session: Session) -> Request:
    return session.get(f"/course/courses?limit={PAGE}&price=paid&sort=popular", "/course/courses")


def buy(session: Session) -> Request | None:
    if session.catalogue.paid:
        paid = rng.choice(session.catalogue.paid)
        return session.post("/payment/payments", "/payment/payments", OWNED, course_id=paid)
    return None


def notifications(session: Session) -> Request:
    return session.get("/notification/notifications/me", "/notification/notifications/me")


def me(session: Session) -> Request:
    return session.get("/identity/me", "/identity/me")


def login(session: Session) -> Request:
    return users.login(accounts.student())


def search(session: Session) -> Request:
    return _search_for(session, session.query)


def _search_for(session: Session, query: str) -> Request:
    sort = rng.choice(SORTS)
    return session.get(f"/course/courses?limit={PAGE}&q={quote(query)}&sort={sort}", "/course/courses?q")


def frequent_search(session: Session) -> Request:
    return _search_for(session, rng.choice(session.catalogue.vocabulary.frequent))


def rare_search(session: Session) -> Request:
    return _search_for(session, rng.choice(session.catalogue.vocabulary.rare))


def facets(session: Session) -> Request:
    return session.get(f"/course/courses/facets?q={quote(session.query)}", "/course/courses/facets?q")


def narrowed_search(session: Session) -> Request:
    filters = f"q={quote(session.query)}&level=beginner&min_rating=4"
    return session.get(f"/course/courses?limit={PAGE}&{filters}", "/course/courses?q&filters")


def suggestions(session: Session) -> Request:
    prefix = session.catalogue.vocabulary.prefix()
    return session.get(f"/course/courses/suggest?q={quote(prefix)}", "/course/courses/suggest")


def own_courses(session: Session) -> Request:
    return session.get("/course/courses/my", "/course/courses/my")


def roster(session: Session) -> Request | None:
    if session.teacher and session.teacher.courses:
        taught = rng.choice(session.teacher.courses)
        return session.get(f"/enrollment/enrollments/course/{taught}", "/enrollment/enrollments/course/{id}")
    return None


def own_reviews(session: Session) -> Request | None:
    if session.teacher and session.teacher.courses:
        taught = rng.choice(session.teacher.courses)
        return session.get(f"/course/reviews/course/{taught}", "/course/reviews/course/{id}")
    return None


def draft_course(session: Session) -> Request | None:
    return new_course(session.teacher.token) if session.teacher and session.teacher.draft else None


def edit_draft(session: Session) -> Request | None:
    if session.teacher and session.teacher.draft:
        path = f"/course/courses/{session.teacher.draft}"
        return Request("PUT", path, "/course/courses/{id}", session.token, {"subtitle": f"Take {rng.randrange(1000)}"})
    return None


@dataclass(frozen=True)
class Profile:
    """A kind of user: its share of all users, its pause between tasks in seconds, and the weight of each task."""

    name: str
    weight: int
    pause: tuple[float, float]
    tasks: dict[Sequence[Operation], int]

    @property
    def effective_weight(self) -> int:
        """Return the weight, unless MIX_STUDENT or one of its siblings sets another."""
        return int(os.environ.get(f"MIX_{self.name.upper()}", self.weight))

    @property
    def pace(self) -> float:
        """Return the tasks per second if responses took no time, relative to the other profiles."""
        return self.effective_weight / (sum(self.pause) / 2)


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
"""The operations that can be requested on their own, by name."""


def requests_of(session: Session, task: Sequence[Operation]) -> Iterator[Request]:
    """Yield the requests of a task."""
    return filter(None, (operation(session) for operation in task))
