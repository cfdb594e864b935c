"""Rosters as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence

from edu_enrollment.rosters.schemas import RosterEntry

COLUMNS = ("student_id", "name", "enrolled_at", "progress", "last_activity_at")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def header() -> str:
    return _csv([COLUMNS])


def lines(entries: Iterable[RosterEntry]) -> str:
    told = (entry.model_dump(mode="json", include=set(COLUMNS)) for entry in entries)
    return _csv([_cell(values[column]) for column in COLUMNS] for values in told)


def _cell(value: str | int | None) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
