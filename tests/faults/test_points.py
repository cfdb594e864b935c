"""No failpoint is forgotten: each is declared in its package's list, used there, and reached by a test."""

import re
from enum import StrEnum

import pytest

import edu_common.fault_injection.failpoints
import edu_enrollment.failpoints
import edu_identity.failpoints
import edu_notification.failpoints
import edu_payment.failpoints
from edu_cli.devserver.state import PROJECT

LISTS: dict[str, type[StrEnum]] = {
    "common": edu_common.fault_injection.failpoints.Point,
    "enrollment": edu_enrollment.failpoints.Point,
    "identity": edu_identity.failpoints.Point,
    "notification": edu_notification.failpoints.Point,
    "payment": edu_payment.failpoints.Point,
}
PACKAGES = {path.name: path for path in [PROJECT / "libs/common", *(PROJECT / "services").iterdir()]}
TESTS = sorted({path for folder in (*PACKAGES.values(), PROJECT) for path in folder.glob("tests/**/*.py")})
ALL_OF = re.compile(r"^ +\[?point for point in Point|set\(Point\)", re.MULTILINE)


def sources(package: str) -> str:
    folder = PACKAGES[package] / "src"
    return "\n".join(path.read_text() for path in folder.glob("**/*.py") if path.name != "failpoints.py")


def visited() -> set[str]:
    """Return every name that a test arms; a test that iterates over a whole list checks itself that none is missing."""
    texts = [path.read_text() for path in TESTS if path.name != "test_points.py"]
    named = {name for text in texts for name in re.findall(r'"([a-z]+\.[a-z_]+)"', text)}
    listed = {
        str(point)
        for package, points in LISTS.items()
        for text in texts
        if f"edu_{package}.failpoints" in text and ALL_OF.search(text)
        for point in points
    }
    return named | listed


def named_units(package: str) -> set[str]:
    """Return the names that units of work are opened with."""
    return {
        name
        for call in re.findall(r"unit_of_work\(([^)]+)\)", sources(package))
        for name in re.findall(r'"(\w+)"', call)
    }


@pytest.mark.parametrize("package", LISTS)
def test_each_point_is_used(package: str) -> None:
    members = LISTS[package].__members__
    used = {str(members[name]) for name in re.findall(r"Point\.([A-Z_]+)", sources(package))}
    around_commits = {f"{unit}.{moment}_commit" for unit in named_units(package) for moment in ("before", "after")}
    assert used | around_commits == set(members.values())


@pytest.mark.parametrize("package", [name for name, path in PACKAGES.items() if (path / "src").exists()])
def test_none_is_used_undeclared(package: str) -> None:
    assert not re.findall(r'failpoint\(\s*[f"]', sources(package))


def test_each_point_is_visited() -> None:
    declared = {str(point) for points in LISTS.values() for point in points}
    assert declared - visited() == set()
