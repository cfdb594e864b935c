"""Virtual users for an open loop: signed in beforehand, then sending requests without end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from edu_loadtest import accounts, mix
from edu_loadtest.catalogue import Catalogue, read_catalogue
from edu_loadtest.mix import Operation, Profile, Session
from edu_loadtest.open_loop.client import Client, Exchange
from edu_loadtest.request import Conversation, Request
from edu_loadtest.sampling import ZipfSampler, rng
from edu_loadtest.users import SignInFailed, Student, Teacher, sign_in_student, sign_in_teacher

UserT = TypeVar("UserT", Student, Teacher)
CONCURRENT_SESSIONS = 64
CONCURRENT_SIGN_INS = 4
"""More would only queue up, or be rejected: passwords are hashed by as many threads as there are cores."""


class PreparationFailed(Exception):
    """The platform lacks what the run needs; the text names it, and the remedy."""


@dataclass(frozen=True)
class VirtualUsers:
    """All signed-in users; the first ones start the most sessions."""

    catalogue: Catalogue
    students: ZipfSampler[Student]
    teachers: ZipfSampler[Teacher]

    def new_session(self, profile: Profile) -> Session:
        """Start a session of a user of this profile; searchers are anonymous."""
        if profile is mix.STUDENT:
            return Session(self.catalogue, student=self.students.draw())
        if profile is mix.TEACHER:
            return Session(self.catalogue, teacher=self.teachers.draw())
        return Session(self.catalogue)


def standard_mix(users: VirtualUsers) -> Iterator[Request]:
    """Yield requests of many concurrent sessions endlessly, in random order."""
    paces = [profile.pace for profile in mix.PROFILES]
    sessions: list[Iterator[Request]] = [iter(()) for _ in range(CONCURRENT_SESSIONS)]
    while True:
        index = rng.randrange(CONCURRENT_SESSIONS)
        request = next(sessions[index], None)
        if request:
            yield request
        else:
            (profile,) = rng.choices(mix.PROFILES, paces)
            sessions[index] = mix.requests_of(users.new_session(profile), _task(profile))


def _task(profile: Profile) -> Sequence[Operation]:
    (task,) = rng.choices(list(profile.tasks), list(profile.tasks.values()))
    return task


def mix_of(users: VirtualUsers, weights: Mapping[str, float]) -> Iterator[Request]:
    """Yield single operations of students endlessly by these weights, each named by its operation."""
    names = list(weights)
    while True:
        (name,) = rng.choices(names, list(weights.values()))
        request = mix.OPERATIONS[name](users.new_session(mix.STUDENT))
        if request:
            yield replace(request, name=name)


@dataclass(frozen=True)
class Counts:
    """How many users sign in, and how many courses they know."""

    students: int = 200
    teachers: int = 20
    courses: int = 10_000


async def sign_in_users(client: Client, counts: Counts, report: Callable[[str], None]) -> VirtualUsers:
    """Read the catalogue and sign users in, some at once; `report` receives the progress.

    Raise `PreparationFailed` when a request fails, or when there are no courses.
    """
    errors: Counter[str] = Counter()

    def failed(exchange: Exchange) -> None:
        errors[f"{exchange.request.name}: {exchange.error}"] += 1

    report("reading the catalogue")
    catalogue = await client.converse(read_catalogue(counts.courses), failed)
    students = await _sign_in(client, accounts.students(counts.students), sign_in_student, failed, report)
    teachers = await _sign_in(client, accounts.teachers(counts.teachers), sign_in_teacher, failed, report)
    if errors:
        raise PreparationFailed(f"The run could not be prepared: {_most_common(errors)}.{_remedy(errors)}")
    if not catalogue.courses:
        raise PreparationFailed("The platform has no published courses. Seed it: ./edu seed --size full")
    return VirtualUsers(catalogue, ZipfSampler(students), ZipfSampler(teachers))


async def _sign_in(
    client: Client,
    emails: list[str],
    sign_in: Callable[[str], Conversation[UserT]],
    failed: Callable[[Exchange], None],
    report: Callable[[str], None],
) -> list[UserT]:
    """Return the users in the order of their addresses, so that a seed draws the same ones every time."""
    users: dict[str, UserT] = {}
    waiting = list(emails)

    async def sign_in_next() -> None:
        while waiting:
            report(f"signing in, {len(waiting)} to go")
            email = waiting.pop()
            users[email] = await client.converse(sign_in(email), failed)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(CONCURRENT_SIGN_INS):
                group.create_task(sign_in_next())
    except* SignInFailed:
        waiting.clear()
    return [users[email] for email in emails if email in users]


def _most_common(errors: Counter[str]) -> str:
    ((error, count),) = errors.most_common(1)
    return f"{error} ({count} times)"


def _remedy(errors: Counter[str]) -> str:
    if any("429" in error for error in errors):
        return " Rate limits are on; start the platform with: ./edu up --rate-limits off"
    if any("/login: 401" in error for error in errors):
        return " Its accounts are not those of the demonstration data, or of another size; see --size."
    return ""
