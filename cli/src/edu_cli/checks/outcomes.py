"""What the steps of `test` found, and the reports that they leave."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from edu_cli.devserver.state import default_state_directory


@dataclass(frozen=True)
class Outcome:
    """What a step found; a check that runs no tests counts as one."""

    name: str
    seconds: float
    passed: int
    failed: int
    skipped: int = 0


def report_path(name: str) -> Path:
    """Where the step leaves its JUnit report; one of an earlier run is gone."""
    report = default_state_directory() / "reports" / f"{name.replace(':', '').replace(' ', '-')}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    return report


def counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a JUnit report; zeros when pytest wrote none."""
    if not report.exists():
        return 0, 0, 0
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - written by our own pytest
    total, bad, skipped = (
        sum(int(suite.get(key, 0)) for suite in suites for key in keys)
        for keys in (("tests",), ("failures", "errors"), ("skipped",))
    )
    return total - bad - skipped, bad, skipped
