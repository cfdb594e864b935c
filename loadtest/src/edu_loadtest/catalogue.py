"""The published courses by popularity, and the words that describe them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from edu_loadtest.request import Conversation, Request
from edu_loadtest.sampling import ZipfSampler
from edu_loadtest.vocabulary import Vocabulary

PAGE = 100
NAME = "/course/courses"


@dataclass(frozen=True)
class Catalogue:
    """Some of the published courses, the most popular first."""

    courses: list[dict[str, Any]]

    @cached_property
    def popular(self) -> ZipfSampler[str]:
        return ZipfSampler([course["id"] for course in self.courses])

    @cached_property
    def free(self) -> list[str]:
        return [course["id"] for course in self.courses if course["is_free"]]

    @cached_property
    def paid(self) -> list[str]:
        return [course["id"] for course in self.courses if not course["is_free"]]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(" ".join((course["title"], *course["tags"])) for course in self.courses)


def read_catalogue(count: int) -> Conversation[Catalogue]:
    """Read the most popular courses, at most `count`."""
    courses: list[dict[str, Any]] = []
    cursor = ""
    while len(courses) < count:
        page = yield Request("GET", f"/course/courses?sort=popular&limit={PAGE}{cursor}", NAME)
        if not page or not page["items"]:
            break
        courses += page["items"]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    return Catalogue(courses[:count])
