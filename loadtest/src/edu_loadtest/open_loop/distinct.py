"""Requests of which no two have the same URL: whatever remembers URLs, words or ids without a bound grows with them."""

from collections.abc import Callable, Iterator
from urllib.parse import quote
from uuid import uuid4

from edu_loadtest.open_loop.virtual_users import VirtualUsers
from edu_loadtest.request import Request
from edu_loadtest.sampling import rng

NOT_FOUND = "404"
PAGE_FRACTION = 0.02
"""How many of the requests are for a page: it takes as long as fifty requests to a service."""

PUBLIC = (
    "/course/courses?limit=5&q={word}+{n}",
    "/course/courses?limit=5&tag={n}",
    "/course/courses?limit=5&teacher_id={id}",
    "/course/courses?ids={id}",
    "/course/courses/facets?q={word}{n}",
    "/course/courses/suggest?q={n}",
    "/course/categories?unknown={n}",
    "/course/courses/{id}",
    "/course/courses/no-such-course-{n}",
    "/course/courses/{id}/curriculum",
    "/course/lessons/{id}",
    "/course/reviews/course/{id}",
    "/course/no-such-path/{n}",
    "/enrollment/certificates/{id}",
    "/enrollment/enrollments/course/{id}/count",
    "/enrollment/no-such-path/{n}",
    "/identity/users/{id}/public",
    "/identity/users?ids={id}",
    "/identity/no-such-path/{n}",
    "/notification/no-such-path/{n}",
    "/payment/no-such-path/{n}",
)
"""Paths that anyone may request."""

OF_STUDENTS = (
    "/enrollment/progress/courses/{id}",
    "/enrollment/enrollments/me?unknown={n}",
    "/identity/me?unknown={n}",
    "/notification/notifications/me?unknown={n}",
    "/payment/payments/{id}",
    "/payment/payments/me?unknown={n}",
)
"""Paths that a signed-in student may request."""

PAGES = (
    "/courses?q={word}+{n}",
    "/ru/courses?tag={n}",
    "/courses/no-such-course-{n}",
    "/teachers/{id}",
    "/certificates/{id}",
    "/login?next=/courses/{n}",
    "/about?unknown={n}",
    "/no-such-page/{n}",
    "/no-such-file-{n}.js",
    "/_next/static/chunks/{n}.js",
)
"""Paths of the front end."""


def distinct_urls(users: VirtualUsers) -> Iterator[Request]:
    """Yield requests endlessly, each with a URL that was not requested before, to all services and the front end."""
    word = users.catalogue.vocabulary.word
    endpoints: list[tuple[str, bool]] = [*((path, False) for path in PUBLIC), *((path, True) for path in OF_STUDENTS)]
    while True:
        if rng.random() < PAGE_FRACTION:
            path = rng.choice(PAGES)
            yield Request("GET", _fill(path, word), path, tolerated=(NOT_FOUND,), page=True)
        else:
            path, needs_user = rng.choice(endpoints)
            token = users.students.draw().token if needs_user else None
            yield Request("GET", _fill(path, word), path, token, tolerated=(NOT_FOUND,))


def _fill(path: str, word: Callable[[], str]) -> str:
    """Return the path with an id that no other request has, and with a word of the catalogue."""
    unique = uuid4()
    return path.replace("{id}", str(unique)).replace("{n}", unique.hex).replace("{word}", quote(word()))
