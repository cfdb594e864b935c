"""The whole platform: real services, real Postgres, one origin. Started once, shared by the tests of this folder."""

import re
from collections.abc import Callable, Generator, Iterator

import pytest

from edu_cli.devserver.platform import Platform
from edu_cli.devserver.testing import temporary_platform
from edu_cli.errors import LocalError
from edu_topology import SERVICES
from people import Admin, Student, Teacher, Visitor


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep these tests on one worker of pytest-xdist: a platform is five processes and a Postgres."""
    item.add_marker(pytest.mark.xdist_group("platform"))


WARNING = re.compile('"level":"(warning|error)"')
WARNINGS_SHOWN = 25
TRANSACTIONS = (
    "SELECT datname, application_name, state, wait_event_type, wait_event, now() - xact_start, left(query, 200) "
    "FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()"
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a failed test what its platform had to say."""
    report = yield
    running = getattr(item, "funcargs", {}).get("platform")
    if report.failed and isinstance(running, Platform):
        report.sections += [(f"{name}: last warnings", last_warnings(running, name)) for name in SERVICES]
        report.sections.append(("open transactions", open_transactions(running)))
    return report


def last_warnings(platform: Platform, service: str) -> str:
    lines = platform.state.log(service).read_text(errors="replace").splitlines()
    return "\n".join([line for line in lines if WARNING.search(line)][-WARNINGS_SHOWN:])


def open_transactions(platform: Platform) -> str:
    try:
        return platform.postgres.sql(TRANSACTIONS)
    except LocalError as error:
        return str(error)


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with temporary_platform() as running:
        yield running


@pytest.fixture
def visitor(platform: Platform) -> Iterator[Visitor]:
    with Visitor(platform.url) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def admin(platform: Platform) -> Iterator[Admin]:
    with Admin(platform.url) as admin:
        yield admin


@pytest.fixture
def new_student(platform: Platform) -> Iterator[Callable[[], Student]]:
    """Return a function that registers a new student."""
    students: list[Student] = []

    def register() -> Student:
        students.append(Student(platform.url))
        return students[-1]

    yield register
    for student in students:
        student.close()


@pytest.fixture
def student(new_student: Callable[[], Student]) -> Student:
    return new_student()


@pytest.fixture(scope="session")
def teacher(platform: Platform, admin: Admin) -> Iterator[Teacher]:
    """Return a verified teacher."""
    with Teacher(platform.url) as teacher:
        admin.verify(teacher)
        yield teacher
