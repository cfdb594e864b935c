"""People and their requests for an open loop: signed in beforehand, then asking without end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from edu_loadtest import accounts, mix
from edu_loadtest.catalogue import Catalogue, read_catalogue
from edu_loadtest.chance import Popular, dice
from edu_loadtest.mix import Operation, Profile, Visit
from edu_loadtest.open_loop.client import Client, Exchange
from edu_loadtest.people import CannotSignIn, Student, Teacher, student_signs_in, teacher_signs_in
from edu_loadtest.request import Conversation, Request

PersonT = TypeVar("PersonT", Student, Teacher)
VISITS_AT_ONCE = 64
SIGN_INS_AT_ONCE = 4
"""More would only queue, or be refused: passwords are hashed by as many threads as there are cores."""


class Unprepared(Exception):
    """The platform lacks what the run needs; the text says what, and the remedy."""


@dataclass(frozen=True)
class Crowd:
    """Everybody who may come; the first ones come most."""

    catalogue: Catalogue
    students: Popular[Student]
    teachers: Popular[Teacher]

    def visit(self, profile: Profile) -> Visit:
        if profile is mix.STUDENT:
            return Visit(self.catalogue, student=self.students.pick())
        if profile is mix.TEACHER:
            return Visit(self.catalogue, teacher=self.teachers.pick())
        return Visit(self.catalogue)


def standard_mix(crowd: Crowd) -> Iterator[Request]:
    """The next request of one of many visits that go on at once, without end."""
    paces = [profile.pace for profile in mix.PROFILES]
    visits: list[Iterator[Request]] = [iter(()) for _ in range(VISITS_AT_ONCE)]
    while True:
        place = dice.randrange(VISITS_AT_ONCE)
        request = next(visits[place], None)
        if request:
            yield request
        else:
            (profile,) = dice.choices(mix.PROFILES, paces)
            visits[place] = mix.requests_of(crowd.visit(profile), _task(profile))


def _task(profile: Profile) -> Sequence[Operation]:
    (task,) = dice.choices(list(profile.tasks), list(profile.tasks.values()))
    return task


def mix_of(crowd: Crowd, weights: Mapping[str, float]) -> Iterator[Request]:
    """Single operations, each asked by some student and counted under its own name, without end."""
    names = list(weights)
    while True:
        (name,) = dice.choices(names, list(weights.values()))
        request = mix.OPERATIONS[name](crowd.visit(mix.STUDENT))
        if request:
            yield replace(request, name=name)


@dataclass(frozen=True)
class Sizes:
    """How much of the platform a run gets to know."""

    students: int = 200
    teachers: int = 20
    courses: int = 10_000


async def gather_crowd(client: Client, sizes: Sizes, tell: Callable[[str], None]) -> Crowd:
    """Read the catalogue and sign people in, some at once; `tell` gets what is being done."""
    errors: Counter[str] = Counter()

    def failed(exchange: Exchange) -> None:
        errors[f"{exchange.request.name}: {exchange.error}"] += 1

    tell("reading the catalogue")
    catalogue = await client.converse(read_catalogue(sizes.courses), failed)
    students = await _sign_in(client, accounts.students(sizes.students), student_signs_in, failed, tell)
    teachers = await _sign_in(client, accounts.teachers(sizes.teachers), teacher_signs_in, failed, tell)
    if errors:
        raise Unprepared(f"The platform did not let the run be prepared: {_most(errors)}.{_remedy(errors)}")
    if not catalogue.courses:
        raise Unprepared("The platform has no published courses. Fill it: ./edu seed --size full")
    return Crowd(catalogue, Popular(students), Popular(teachers))


async def _sign_in(
    client: Client,
    emails: list[str],
    conversation: Callable[[str], Conversation[PersonT]],
    failed: Callable[[Exchange], None],
    tell: Callable[[str], None],
) -> list[PersonT]:
    people: list[PersonT] = []
    waiting = list(emails)

    async def sign_in_some() -> None:
        while waiting:
            tell(f"signing in, {len(waiting)} {conversation.__name__.partition('_')[0]}s to go")
            people.append(await client.converse(conversation(waiting.pop()), failed))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(SIGN_INS_AT_ONCE):
                group.create_task(sign_in_some())
    except* CannotSignIn:
        waiting.clear()
    return people


def _most(errors: Counter[str]) -> str:
    ((error, count),) = errors.most_common(1)
    return f"{error} ({count} times)"


def _remedy(errors: Counter[str]) -> str:
    if any("429" in error for error in errors):
        return " Rate limits are on; start the platform with: ./edu up --rate-limits off"
    if any("/login: 401" in error for error in errors):
        return " Its accounts are not those of the demonstration data, or of another size; see --size."
    return ""
