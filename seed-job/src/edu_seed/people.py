"""The users: names, languages, fields of teaching."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from edu_seed.clock import DAY, Clock
from edu_seed.content import Content
from edu_seed.rng import Flags, Ints, stream
from edu_seed.sizes import Size

VERIFIED_OF_TEN = 7
"""Teachers whose number ends in 0 to 6 are verified."""
RUSSIAN_STRIDE = 7
"""Every seventh of them teaches in Russian."""
RUSSIAN_STUDENTS = 0.15
ADMIN_EMAIL = "admin@eduplatform.com"
ADMIN_NAME = "Ada Admin"


@dataclass(frozen=True)
class People:
    """All users except the admin, by number: `user{i}@example.com`."""

    names: list[str]
    russian: Flags
    teachers: int
    verified: Flags
    fields: Ints
    """Index into `Content`'s fields; for teachers only."""
    drawn: Ints
    """The tentative time of joining; users with earlier activity joined before that."""

    @property
    def demo_teacher(self) -> int:
        return 0

    @property
    def demo_student(self) -> int:
        return self.teachers


def fields(content: Content, language: str) -> list[str]:
    """Return the fields that have a category with lessons in that language."""
    return list(dict.fromkeys(bank.field for (code, _), bank in content.banks.items() if code == language))


def make_people(size: Size, seed: int, clock: Clock, content: Content) -> People:
    rng = stream(seed, "people")
    number = np.arange(size.users)
    verified = (number < size.teachers) & (number % 10 < VERIFIED_OF_TEN)
    rank = np.cumsum(verified) - 1
    russian_teacher = rank % RUSSIAN_STRIDE == RUSSIAN_STRIDE // 2
    russian = np.where(number < size.teachers, russian_teacher, rng.random(size.users) < RUSSIAN_STUDENTS)
    russian[size.teachers] = False
    return People(
        names=_names(content.people, russian, rng),
        russian=russian,
        teachers=size.teachers,
        verified=verified,
        fields=_fields_of_teachers(content, russian, verified),
        drawn=clock.before_end(rng.integers(DAY, clock.window, size.users)),
    )


def _names(bank: dict[str, Any], russian: Flags, rng: np.random.Generator) -> list[str]:
    latin = bank["en"]
    given = rng.integers(0, len(latin["given"]), len(russian))
    family = rng.integers(0, len(latin["family"]), len(russian))
    names = [f"{latin['given'][g]} {latin['family'][f]}" for g, f in zip(given, family, strict=True)]
    for place in np.flatnonzero(russian):
        names[place] = _russian_name(bank["ru"], int(given[place]), int(family[place]))
    return names


def _russian_name(bank: dict[str, Any], given: int, family: int) -> str:
    surname = bank["family"][family % len(bank["family"])]
    if given % 2:
        return f"{bank['male_given'][given // 2 % len(bank['male_given'])]} {surname}"
    return f"{bank['female_given'][given // 2 % len(bank['female_given'])]} {surname}а"


def _fields_of_teachers(content: Content, russian: Flags, verified: Flags) -> Ints:
    """Assign fields in turn, so that each has verified teachers in each language in which it has courses."""
    every = fields(content, "en")
    in_russian = np.array([every.index(field) for field in fields(content, "ru")])
    turn = np.where(russian, np.cumsum(russian & verified), np.cumsum(~russian & verified))
    return np.where(russian, in_russian[turn % len(in_russian)], (turn - 1) % len(every))
