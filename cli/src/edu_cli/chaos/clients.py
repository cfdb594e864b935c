"""Clients of a platform whose processes are killed: each retries a request until it is acknowledged."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2

from edu_seed.invariants.receipts import Receipts

RESPONSE_SECONDS = 15.0
PATIENCE_SECONDS = 180.0
FIRST_BACKOFF, LONGEST_BACKOFF = 0.1, 0.5
UNAUTHORIZED, CONFLICT, TOO_MANY, SERVER_ERROR = 401, 409, 429, 500
PASSWORD = "correct horse battery"  # noqa: S105 - of accounts that live as long as the run
UNAVAILABLE = {503, 504}
"""Statuses that a server may return while components are down; any other server error is a bug."""
TRANSIENT = {"payment_in_progress", "enrollment_required"}
"""Temporary errors: the other attempt is in progress, or the event has not arrived."""


class Unacknowledged(Exception):
    """A request was rejected, or not acknowledged in time."""


@dataclass
class Tally:
    """What all clients together observed."""

    receipts: Receipts = field(default_factory=Receipts)
    requests: int = 0
    retries: int = 0
    refreshed: int = 0
    signed_in_again: int = 0
    server_errors: list[str] = field(default_factory=list[str])
    """Responses such as 500, which a killed process does not excuse."""
    unacknowledged: list[str] = field(default_factory=list[str])


class Student:
    """One account, created by the first request."""

    def __init__(self, http: httpx2.AsyncClient, tally: Tally) -> None:
        self._http = http
        self._tally = tally
        self._credentials = {"email": f"chaos.{uuid4().hex}@example.com", "password": PASSWORD}
        self._refresh_token = ""
        self._authorization: dict[str, str] = {}
        self.id = UUID(int=0)

    async def register(self) -> None:
        """Create the account; a retry that finds it created by the lost first attempt signs in."""
        body = {**self._credentials, "name": "Student of Chaos", "role": "student"}
        response = await self._retry("POST", "identity/register", {201, CONFLICT}, body)
        if response.status_code == CONFLICT:
            await self.sign_in()
        else:
            self._use(response)
        me = await self._request("GET", "identity/me", {200})
        self.id = UUID(me["id"])
        self._tally.receipts.registered.add((self.id,))

    async def sign_in(self) -> None:
        self._use(await self._retry("POST", "identity/login", {200}, self._credentials))

    async def refresh(self) -> None:
        """Rotate the refresh token; sign in again when the rotation was lost for too long."""
        body = {"refresh_token": self._refresh_token}
        response = await self._retry("POST", "identity/refresh", {200, UNAUTHORIZED}, body)
        if response.status_code == UNAUTHORIZED:
            self._tally.signed_in_again += 1
            await self.sign_in()
        else:
            self._tally.refreshed += 1
            self._use(response)

    async def buy(self, course_id: UUID) -> UUID:
        body, key = {"course_id": str(course_id)}, {"Idempotency-Key": uuid4().hex}
        payment = await self._request("POST", "payment/payments", {201}, body, key)
        payment_id = UUID(payment["id"])
        self._tally.receipts.paid.add((payment_id, self.id, course_id))
        return payment_id

    async def refund(self, payment_id: UUID, course_id: UUID) -> None:
        await self._request("POST", f"payment/payments/{payment_id}/refund", {200, 202}, {})
        self._tally.receipts.refunded.add((payment_id, self.id, course_id))

    async def enroll(self, course_id: UUID) -> None:
        """Enroll; a retry that finds the student enrolled by the lost first attempt gets a conflict."""
        await self._request("POST", "enrollment/enrollments", {201, CONFLICT}, {"course_id": str(course_id)})
        self._tally.receipts.enrolled.add((self.id, course_id))

    async def complete(self, course_id: UUID, lesson_id: UUID) -> None:
        path, body = f"enrollment/progress/lessons/{lesson_id}/complete", {"course_id": str(course_id)}
        await self._request("POST", path, {200, 201}, body)
        self._tally.receipts.completed.add((self.id, course_id, lesson_id))

    def _use(self, response: httpx2.Response) -> None:
        tokens = response.json()
        self._refresh_token = tokens["refresh_token"]
        self._authorization = {"Authorization": f"Bearer {tokens['access_token']}"}

    async def _request(
        self, method: str, path: str, expected: set[int], body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Send a request, with tokens that are renewed when they expire; return the body of the response."""

        def send() -> Awaitable[httpx2.Response]:
            merged = {**self._authorization, **(headers or {})}
            return self._retry(method, path, {*expected, UNAUTHORIZED}, body, merged)

        response = await send()
        while response.status_code == UNAUTHORIZED:
            await self.refresh()
            response = await send()
        return response.json()

    async def _retry(
        self, method: str, path: str, expected: set[int], body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        """Send the same request until its response has an expected status.

        Raise `Unacknowledged` for a status that no retry changes, and when there is none in time.
        """
        deadline, backoff = time.monotonic() + PATIENCE_SECONDS, FIRST_BACKOFF
        while True:
            self._tally.requests += 1
            outcome = "no response"
            try:
                response = await self._http.request(method, f"/api/{path}", json=body, headers=headers)
            except httpx2.TransportError as error:
                outcome = repr(error)
            else:
                if response.status_code in expected and _code(response) not in TRANSIENT:
                    return response
                outcome = f"{response.status_code} {response.text[:400]}"
                if response.status_code >= SERVER_ERROR and response.status_code not in UNAVAILABLE:
                    self._tally.server_errors.append(f"{method} {path}: {outcome}")
                if not _is_transient(response):
                    raise Unacknowledged(f"{method} {path}: {outcome}")
            if time.monotonic() > deadline:
                raise Unacknowledged(
                    f"{method} {path}: not acknowledged within {PATIENCE_SECONDS:.0f} s, at last {outcome}"
                )
            self._tally.retries += 1
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, LONGEST_BACKOFF)


def _is_transient(response: httpx2.Response) -> bool:
    return response.status_code >= SERVER_ERROR or response.status_code == TOO_MANY or _code(response) in TRANSIENT


def _code(response: httpx2.Response) -> str:
    if response.is_success or "json" not in response.headers.get("content-type", ""):
        return ""
    return str(response.json().get("code", ""))
