"""The outcomes of the steps of `edu test`, and their JUnit reports."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from edu_cli.devserver.state import default_state_directory


@dataclass(frozen=True)
class Outcome:
    """The test counts of a step; a check without tests counts as one."""

    name: str
    seconds: float
    passed: int
    failed: int
    skipped: int = 0


def report_path(name: str) -> Path:
    """Return the path for the step's JUnit report; delete the report of an earlier run."""
    report = default_state_directory() / "reports" / f"{name.replace(':', '').replace(' ', '-')}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    return report


def counts(report: Path) -> tuple[int, int, int]:
    """Return the passed, failed and skipped tests of a JUnit report; zeros when there is none."""
    if not report.exists():
        return 0, 0, 0
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - written by our own pytest
    total, failed, skipped = (
        sum(int(suite.get(key, 0)) for suite in suites for key in keys)
        for keys in (("tests",), ("failures", "errors"), ("skipped",))
    )
    return total - failed - skipped, failed, skipped
