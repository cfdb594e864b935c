"""Rotate secrets as docs/how-to/rotate-secrets.md describes, and check what it promises about each."""

import asyncio
from collections.abc import Iterator

import asyncpg
import jwt
import pytest

from abuse.callers import OWN, Cast, new_cast
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.state import new_signing_key
from edu_cli.devserver.testing import temporary_platform
from edu_common.service_keys import KeyRing
from edu_common.testing.keys import tokens_of
from edu_topology import SERVICES
from people import Admin, Student, expect
from queries import until_delivered


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Start a platform for this module, since its secrets change."""
    with temporary_platform() as platform:
        yield platform


@pytest.fixture(scope="module")
def cast(platform: Platform) -> Iterator[Cast]:
    with Admin(platform.url) as admin, new_cast(platform.url, admin) as cast:
        yield cast


def key_of(who: Student) -> str:
    return jwt.get_unverified_header(who.access_token)["kid"]


def assert_let_in(who: Student) -> None:
    for path in OWN.values():
        expect(who.get(path), 200)


def refresh(who: Student) -> None:
    who.use(expect(who.post("identity/refresh", {"refresh_token": who.refresh_token}), 200))


def test_the_signing_key(platform: Platform, cast: Cast) -> None:
    student = cast.student
    assert_let_in(student)
    old_key, old_token, old_pem = key_of(student), student.access_token, platform.state.signing_key.read_bytes()

    new_pem = new_signing_key()
    platform.state.signing_key.write_bytes(old_pem + new_pem)
    platform.restart("identity")
    assert_let_in(student)
    refresh(student)
    assert key_of(student) == old_key

    platform.state.signing_key.write_bytes(new_pem + old_pem)
    platform.restart("identity")
    assert_let_in(student)  # with the token of the old key
    refresh(student)
    assert key_of(student) != old_key
    assert_let_in(student)

    platform.state.signing_key.write_bytes(new_pem)
    platform.restart("identity")
    assert_let_in(student)  # no one has to sign in again
    refresh(student)
    assert_let_in(student)
    expect(student.get(OWN["identity"], headers={"Authorization": f"Bearer {old_token}"}), 401)


def key_environment(service: str, keys: KeyRing) -> dict[str, str]:
    return {"SERVICE_PRIVATE_KEY": keys.private_key(service), "SERVICE_PUBLIC_KEYS": keys.public_keys()}


def test_the_service_keys(platform: Platform, cast: Cast) -> None:
    """Rotate service by service without errors; the second rotation makes a leaked key useless."""
    student, teacher = cast.student, cast.teacher
    for who in (student, teacher, cast.admin):
        who.sign_in()
    leaked = platform.state.service_keys()
    keys = leaked.rotated()
    page = expect(cast.admin.get("identity/admin/users?limit=1"), 200)
    for service in SERVICES:
        platform.reconfigure({service: key_environment(service, keys)})
        course = teacher.course(lessons=1)
        until_delivered(platform)
        expect(student.enroll(course["id"]), 201)
        assert_let_in(student)
    refresh(student)
    assert_let_in(student)
    cursor = page["next_cursor"]
    expect(cast.admin.get(f"identity/admin/users?limit=1&cursor={cursor}"), 422, "validation_failed")

    def status_of_leaked(service: str) -> int:
        headers = {"Authorization": f"Bearer {tokens_of('identity', leaked).issue(service)}"}
        internal = f"{platform.service_url(service)}/internal/events"
        return student.http.post(internal, json=[], headers=headers).status_code

    assert {status_of_leaked(service) for service in SERVICES} == {200}
    platform.reconfigure({service: key_environment(service, keys.rotated()) for service in SERVICES})
    assert {status_of_leaked(service) for service in SERVICES} == {401}
    until_delivered(platform)
    expect(student.enroll(teacher.course(lessons=1)["id"]), 201)


def test_the_end_of_every_session(platform: Platform, cast: Cast) -> None:
    async def delete() -> None:
        connection = await asyncpg.connect(platform.database_url("identity", "postgresql"))
        try:
            await connection.execute("DELETE FROM sessions")
        finally:
            await connection.close()

    both = (cast.student, cast.teacher)
    for who in both:
        who.sign_in()
    asyncio.run(delete())
    for who in both:
        assert who.get(OWN["identity"]).status_code == 200  # for the rest of the token's 15 minutes
        expect(who.post("identity/refresh", {"refresh_token": who.refresh_token}), 401, "invalid_refresh_token")
        who.sign_in()
        expect(who.get(OWN["identity"]), 200)
