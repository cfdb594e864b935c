"""The whole platform: real services, real Postgres, one origin. Started once, shared by the tests of this folder."""

from collections.abc import Callable, Iterator

import pytest

from edu_cli.devserver.platform import Platform
from edu_cli.devserver.testing import temporary_platform
from people import Admin, Student, Teacher, Visitor


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep these tests on one worker of pytest-xdist: a platform is five processes and a Postgres."""
    item.add_marker(pytest.mark.xdist_group("platform"))


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
