"""A flood of sign-ins: hashing is bounded, no request hangs, and signed-in users are not affected."""

import asyncio
from collections.abc import Callable, Iterable

import httpx2

from edu_cli.devserver.platform import Platform
from in_time import REQUEST_SECONDS, SLACK_SECONDS
from people import Student

SIGN_INS = 200
READS = ("identity/me", "course/courses", "enrollment/enrollments/me")
HASHES_AT_ONCE = "password_hash_queue_depth"
Answers = list[httpx2.Response]


async def storm(
    student: Student, origin: str, identity: str
) -> tuple[list[httpx2.Response], list[httpx2.Response], float]:
    """Return the responses to concurrent sign-ins, to reads meanwhile, and the peak of hashes waiting or running."""
    limits = httpx2.Limits(max_connections=SIGN_INS + len(READS))
    wait = REQUEST_SECONDS + SLACK_SECONDS
    headers = {"Authorization": f"Bearer {student.access_token}"}
    body = {"email": student.email, "password": student.password}
    async with httpx2.AsyncClient(base_url=origin, timeout=wait, limits=limits, trust_env=False) as client:
        signing_in = [asyncio.create_task(client.post("/api/identity/login", json=body)) for _ in range(SIGN_INS)]
        reads: Answers = []
        deepest = 0.0
        while not reads or not all(task.done() for task in signing_in):
            reads += [await client.get(f"/api/{path}", headers=headers) for path in READS]
            deepest = max(deepest, depth((await client.get(f"{identity}/metrics")).text))
        return [await task for task in signing_in], reads, deepest


def depth(metrics: str) -> float:
    lines = metrics.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{HASHES_AT_ONCE}{{"))


def named(answers: Iterable[httpx2.Response]) -> set[int]:
    return {answer.status_code for answer in answers}


def test_of_sign_ins(platform: Platform, new_student: Callable[[], Student]) -> None:
    student = new_student()
    origin, identity = platform.url, platform.service_url("identity")

    answers, reads, deepest = asyncio.run(storm(student, origin, identity))

    assert len(answers) == SIGN_INS
    assert {200, 503} == named(answers)
    refused = [answer for answer in answers if answer.status_code == 503]
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert {answer.json()["code"] for answer in refused} == {"overloaded"}
    assert named(reads) == {200}
    assert deepest < SIGN_INS / 2
    student.sign_in()
