"""People who use a platform that is falling over: each repeats a request until it is answered."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2

from edu_seed.invariants.receipts import Receipts

ANSWER_SECONDS = 15.0
PATIENCE_SECONDS = 180.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 0.5
UNAUTHORIZED, CONFLICT, TOO_MANY, SERVER_ERROR = 401, 409, 429, 500
PASSWORD = "correct horse battery"  # noqa: S105 - of accounts that live as long as the run
AWAY = {503, 504}
"""What a server may say while parts of it are away; any other failure is a fault of its own."""
NOT_YET = {"payment_in_progress", "enrollment_required"}
"""Refusals that pass: the other try is under way, the event has not arrived."""


class Refused(Exception):
    """An answer that no fault excuses."""


@dataclass
class Tally:
    """What all clients together saw."""

    receipts: Receipts = field(default_factory=Receipts)
    requests: int = 0
    retries: int = 0
    refreshed: int = 0
    signed_in_again: int = 0
    faulty: list[str] = field(default_factory=list[str])
    """Answers such as 500, which no fault of another part excuses."""
    refused: list[str] = field(default_factory=list[str])


class Student:
    """One account, which the first request makes."""

    def __init__(self, http: httpx2.AsyncClient, tally: Tally) -> None:
        self._http = http
        self._tally = tally
        self._credentials = {"email": f"chaos.{uuid4().hex}@example.com", "password": PASSWORD}
        self._refresh_token = ""
        self._authorization: dict[str, str] = {}
        self.id = UUID(int=0)

    async def register(self) -> None:
        """A repetition finds that the lost first try has made the account, and signs in."""
        body = {**self._credentials, "name": "Student of Chaos", "role": "student"}
        answer = await self._repeat("POST", "identity/register", {201, CONFLICT}, body)
        if answer.status_code == CONFLICT:
            await self.sign_in()
        else:
            self._use(answer)
        me = await self._ask("GET", "identity/me", {200})
        self.id = UUID(me["id"])
        self._tally.receipts.registered.add((self.id,))

    async def sign_in(self) -> None:
        self._use(await self._repeat("POST", "identity/login", {200}, self._credentials))

    async def refresh(self) -> None:
        """Rotate the refresh token; a session whose rotation was lost for too long is begun anew."""
        body = {"refresh_token": self._refresh_token}
        answer = await self._repeat("POST", "identity/refresh", {200, UNAUTHORIZED}, body)
        if answer.status_code == UNAUTHORIZED:
            self._tally.signed_in_again += 1
            await self.sign_in()
        else:
            self._tally.refreshed += 1
            self._use(answer)

    async def buy(self, course_id: UUID) -> UUID:
        body, key = {"course_id": str(course_id)}, {"Idempotency-Key": uuid4().hex}
        payment = await self._ask("POST", "payment/payments", {201}, body, key)
        payment_id = UUID(payment["id"])
        self._tally.receipts.paid.add((payment_id, self.id, course_id))
        return payment_id

    async def give_back(self, payment_id: UUID, course_id: UUID) -> None:
        await self._ask("POST", f"payment/payments/{payment_id}/refund", {200, 202}, {})
        self._tally.receipts.refunded.add((payment_id, self.id, course_id))

    async def enroll(self, course_id: UUID) -> None:
        """A repetition finds that the lost first try has enrolled, which is then a refusal."""
        await self._ask("POST", "enrollment/enrollments", {201, CONFLICT}, {"course_id": str(course_id)})
        self._tally.receipts.enrolled.add((self.id, course_id))

    async def complete(self, course_id: UUID, lesson_id: UUID) -> None:
        path, body = f"enrollment/progress/lessons/{lesson_id}/complete", {"course_id": str(course_id)}
        await self._ask("POST", path, {200, 201}, body)
        self._tally.receipts.completed.add((self.id, course_id, lesson_id))

    def _use(self, answer: httpx2.Response) -> None:
        tokens = answer.json()
        self._refresh_token = tokens["refresh_token"]
        self._authorization = {"Authorization": f"Bearer {tokens['access_token']}"}

    async def _ask(
        self, method: str, path: str, wanted: set[int], body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        """The body of a request's answer, the request being sent with tokens that are renewed when they expire."""

        def signed() -> Awaitable[httpx2.Response]:
            together = {**self._authorization, **(headers or {})}
            return self._repeat(method, path, {*wanted, UNAUTHORIZED}, body, together)

        answer = await signed()
        while answer.status_code == UNAUTHORIZED:
            await self.refresh()
            answer = await signed()
        return answer.json()

    async def _repeat(
        self, method: str, path: str, wanted: set[int], body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        """Send the same request until its answer has a wanted status; raises `Refused` for any other that stays."""
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE
        while True:
            self._tally.requests += 1
            said = "no answer"
            try:
                answer = await self._http.request(method, f"/api/{path}", json=body, headers=headers)
            except httpx2.TransportError as error:
                said = repr(error)
            else:
                if answer.status_code in wanted and _code(answer) not in NOT_YET:
                    return answer
                said = f"{answer.status_code} {answer.text[:400]}"
                if answer.status_code >= SERVER_ERROR and answer.status_code not in AWAY:
                    self._tally.faulty.append(f"{method} {path}: {said}")
                if not _passes(answer):
                    raise Refused(f"{method} {path}: {said}")
            if time.monotonic() > deadline:
                raise Refused(f"{method} {path}: not acknowledged within {PATIENCE_SECONDS:.0f} s, at last {said}")
            self._tally.retries += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _passes(answer: httpx2.Response) -> bool:
    return answer.status_code >= SERVER_ERROR or answer.status_code == TOO_MANY or _code(answer) in NOT_YET


def _code(answer: httpx2.Response) -> str:
    if answer.is_success or "json" not in answer.headers.get("content-type", ""):
        return ""
    return str(answer.json().get("code", ""))
