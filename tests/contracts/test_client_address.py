"""A client cannot choose the IP that its failed logins are counted by."""

import httpx2
import pytest

from edu_cli.devserver.platform import Platform
from people import Student

TRIES = 12


@pytest.mark.parametrize("through", ["origin", "service"])
def test_the_lock_out_cannot_be_dodged_by_a_header(platform: Platform, student: Student, through: str) -> None:
    login = f"{platform.url}/api/identity/login" if through == "origin" else f"{platform.service_url('identity')}/login"
    wrong = {"email": student.email, "password": "not the password"}
    with httpx2.Client(trust_env=False, timeout=15) as http:
        statuses = [
            http.post(login, json=wrong, headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
            for number in range(TRIES)
        ]
    assert statuses[0] == 401
    assert statuses[-1] == 429
