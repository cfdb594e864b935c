"""Who may do what with which token after any sequence of actions: the real service is compared with a model."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import httpx2
import jwt
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from edu_common.auth.access_tokens import Role
from edu_common.testing.app import client_of
from edu_identity.app import create
from edu_identity.context import IdentityContext
from edu_identity.models import RefreshToken, Session, User
from edu_identity.sessions import service as sessions
from edu_identity.sessions.repository import LIFETIME as SESSION_LIFETIME
from edu_identity.settings import IdentitySettings

from .conftest import PASSWORD

GRACE = timedelta(minutes=2)
"""Longer than a run of the machine takes, shorter than its pauses."""

PAUSES = (timedelta(minutes=3), timedelta(minutes=16), SESSION_LIFETIME + timedelta(hours=1))
TOKEN_LIFE = timedelta(minutes=15)

ResultT = TypeVar("ResultT")
NOTHING: MultipleResults[Any] = multiple()


@dataclass(eq=False)
class ASession:
    """A session in the model."""

    living: str
    replaced: dict[str, timedelta] = field(default_factory=dict[str, timedelta])
    """Former refresh tokens from the oldest on, and how long ago each was replaced."""
    idle: timedelta = timedelta()
    ended: bool = False

    @property
    def over(self) -> bool:
        return self.ended or self.idle >= SESSION_LIFETIME

    def is_reused(self, token: str) -> bool:
        """Return whether the successor of a former token was used before the grace period."""
        former = list(self.replaced)
        later = former[former.index(token) + 1 :] if token in former else []
        return bool(later) and self.replaced[later[0]] > GRACE


@dataclass(eq=False)
class AnAccess:
    """An access token in the model; `token` is the one a client would have now."""

    token: str
    session: ASession
    role: Role
    age: timedelta = timedelta()
    ended: bool = False

    @property
    def good(self) -> bool:
        return not self.ended and self.age < TOKEN_LIFE


@dataclass(frozen=True, eq=False)
class Pair:
    """The tokens that a client was given together."""

    access: AnAccess
    refresh: str


class TokenMachine(RuleBasedStateMachine):
    """One student with any number of devices, and an admin."""

    runtime: IdentityContext
    client: httpx2.AsyncClient
    runner: "asyncio.Runner"

    pairs = Bundle("pairs")

    def __init__(self) -> None:
        super().__init__()
        self.email = f"{uuid4().hex}@example.com"
        self.password = PASSWORD
        self.role = Role.STUDENT
        self.active = True
        self.sessions: list[ASession] = []
        self.given: list[AnAccess] = []

    # helpers

    def run_in_loop(self, what: Coroutine[Any, Any, ResultT]) -> ResultT:
        return self.runner.run(what)

    def ask(self, method: str, path: str, access: AnAccess | None = None, json: Any = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {access.token}"} if access else {}
        answer = self.run_in_loop(self.client.request(method, path, headers=headers, json=json))
        self.client.cookies.clear()
        assert answer.status_code < 500, answer.text
        return answer

    def admit(self, pair: dict[str, Any], session: ASession | None = None) -> Pair:
        """Record a pair that the service returned."""
        if session is None:
            session = ASession(pair["refresh_token"])
            self.sessions.append(session)
        access = AnAccess(pair["access_token"], session, self.role)
        self.given.append(access)
        return Pair(access, session.living)

    def end(self, *ended: ASession) -> None:
        for session in ended:
            session.ended = True
        for access in self.given:
            access.ended |= access.session in ended

    def expect(self, answer: httpx2.Response, access: AnAccess, status: int) -> bool:
        """Check the response to a request that a valid token permits; return whether it was valid."""
        assert answer.status_code == (status if access.good else 401), (answer.text, access)
        return access.good

    # actions of users

    @initialize(target=pairs)
    def register(self) -> Pair:
        body = {"email": self.email, "password": PASSWORD, "name": "Ada", "role": "student"}
        answer = self.ask("POST", "/register", json=body)
        assert answer.status_code == 201, answer.text
        return self.admit(answer.json())

    @initialize()
    def appoint_admin(self) -> None:
        email = f"{uuid4().hex}@example.com"
        body = {"email": email, "password": PASSWORD, "name": "Grace", "role": "student"}
        assert self.ask("POST", "/register", json=body).status_code == 201
        self.run_in_loop(self._make_admin(email))
        pair = self.ask("POST", "/login", json={"email": email, "password": PASSWORD}).json()
        self.admin = AnAccess(pair["access_token"], ASession(pair["refresh_token"]), Role.ADMIN)

    async def _make_admin(self, email: str) -> None:
        async with self.runtime.database.unit_of_work() as unit:
            await unit.execute(update(User).where(User.email_key == email).values(role=Role.ADMIN))

    @rule(target=pairs, password=st.sampled_from(["right", "wrong"]))
    def log_in(self, password: str) -> Any:
        given = self.password if password == "right" else "not the password"
        answer = self.ask("POST", "/login", json={"email": self.email, "password": given})
        if answer.status_code == 429:  # after ten wrong ones, whatever is sent
            assert answer.json()["code"] == "locked_out"
            return NOTHING
        expected = 401 if password == "wrong" else 200 if self.active else 403
        assert answer.status_code == expected, answer.text
        if expected != 200:
            return NOTHING
        return self.admit(answer.json())

    @rule(target=pairs, pair=pairs)
    def refresh(self, pair: Pair) -> Any:
        """Refresh with any refresh token that was ever issued."""
        token = pair.refresh
        answer = self.ask("POST", "/refresh", json={"refresh_token": token})
        session = next(known for known in self.sessions if token == known.living or token in known.replaced)
        if session.over:
            assert answer.json()["code"] == "invalid_refresh_token", answer.text
            return NOTHING
        if session.is_reused(token):
            assert answer.json()["code"] == "refresh_reused", answer.text
            self.end(session)
            return NOTHING
        assert answer.status_code == 200, answer.text
        given = answer.json()
        if token == session.living:
            assert given["refresh_token"] != token
            session.replaced[token] = timedelta()
            session.living = given["refresh_token"]
        assert given["refresh_token"] == session.living
        session.idle = timedelta()
        return self.admit(given, session)

    @rule(pair=pairs)
    def look(self, pair: Pair) -> None:
        access = pair.access
        answer = self.ask("GET", "/me", access)
        if self.expect(answer, access, 200):
            assert access.role == self.role == answer.json()["role"]

    @rule(pair=pairs)
    def log_out(self, pair: Pair) -> None:
        access = pair.access
        if self.expect(self.ask("POST", "/logout", access), access, 204):
            self.end(access.session)

    @rule(pair=pairs)
    def log_out_everywhere(self, pair: Pair) -> None:
        access = pair.access
        if self.expect(self.ask("POST", "/logout-all", access), access, 204):
            self.end(*self.sessions)

    @rule(pair=pairs)
    def change_password(self, pair: Pair) -> None:
        access = pair.access
        new = f"battery staple {uuid4().hex}"
        answer = self.ask("POST", "/me/password", access, {"current": self.password, "new": new})
        if answer.status_code == 429:
            return
        if self.expect(answer, access, 204):
            self.password = new
            self.end(*(session for session in self.sessions if session is not access.session))

    @rule(role=st.sampled_from([Role.STUDENT, Role.TEACHER]), active=st.booleans())
    def change_user(self, role: Role, active: bool) -> None:
        user_id = jwt.decode(self.given[0].token, options={"verify_signature": False})["sub"]
        body = {"role": role, "is_active": active}
        answer = self.ask("PATCH", f"/admin/users/{user_id}", self.admin, body)
        assert answer.status_code == 200, answer.text
        if (role, active) == (self.role, self.active):
            return
        self.role, self.active = role, active
        for access in self.given:
            access.ended = True
        if not active:
            self.end(*self.sessions)

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        self.run_in_loop(self._shift(pause))
        for session in self.sessions:
            session.idle += pause
            session.replaced = {token: age + pause for token, age in session.replaced.items()}
        for access in self.given:
            access.age += pause
            access.token = self._older(access.token, pause)

    async def _shift(self, pause: timedelta) -> None:
        """Make the service's stored times older instead of advancing the clock. The admin's session stays."""
        async with self.runtime.database.unit_of_work() as unit:
            times = {"last_used_at": Session.last_used_at - pause, "expires_at": Session.expires_at - pause}
            await unit.execute(update(Session).values(times))
            await unit.execute(update(RefreshToken).values(replaced_at=RefreshToken.replaced_at - pause))

    def _older(self, token: str, pause: timedelta) -> str:
        """Return the token as if it had been issued that much earlier."""
        claims = jwt.decode(token, options={"verify_signature": False})
        seconds = int(pause.total_seconds())
        return self.runtime.keys.sign({**claims, "iat": claims["iat"] - seconds, "exp": claims["exp"] - seconds})


@pytest.fixture
def machine(settings: IdentitySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[TokenMachine]]:
    """Return the machine for a service on an event loop of its own, since Hypothesis runs outside of any."""
    monkeypatch.setattr(sessions, "REUSE_GRACE", GRACE)
    with asyncio.Runner() as runner:
        app = create(settings)
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        client = client_of(app)
        parts = {"runtime": app.state.runtime, "client": client, "runner": runner}
        yield type("Machine", (TokenMachine,), parts)
        runner.run(client.aclose())
        runner.run(lifespan.__aexit__(None, None, None))


def test_the_model_and_the_service_agree(machine: type[TokenMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            phases=[Phase.generate],  # shrinking takes minutes, and the steps are printed anyway
        ),
    )
