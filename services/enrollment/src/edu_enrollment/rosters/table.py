"""Rosters as CSV: one format for programs, one for spreadsheets in each language."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from edu_enrollment.rosters.schemas import RosterEntry

COLUMNS = ("student_id", "name", "enrolled_at", "progress", "last_activity_at")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"


class Language(StrEnum):
    EN = "en"
    RU = "ru"


@dataclass(frozen=True)
class Spreadsheet:
    """A CSV that Excel splits into columns: its language's separator, and a byte order mark for UTF-8."""

    separator: str
    titles: Sequence[str]
    """Of name, e-mail address, time of enrollment, progress and time of the latest activity."""


SPREADSHEETS = {
    Language.EN: Spreadsheet(",", ("Name", "Email", "Enrolled (UTC)", "Progress, %", "Last active (UTC)")),
    Language.RU: Spreadsheet(";", ("Имя", "Почта", "Дата записи (UTC)", "Прогресс, %", "Последняя активность (UTC)")),
}


HEADER = ",".join(COLUMNS) + "\r\n"


def lines(entries: Iterable[RosterEntry]) -> str:
    """Return students as CSV for programs, to follow `HEADER`."""
    rows = (entry.model_dump(mode="json", include=set(COLUMNS)) for entry in entries)
    return _csv(([_cell(values[column]) for column in COLUMNS] for values in rows), ",")


def spreadsheet_header(language: Language) -> str:
    sheet = SPREADSHEETS[language]
    return BYTE_ORDER_MARK + _csv([sheet.titles], sheet.separator)


def spreadsheet_lines(entries: Iterable[RosterEntry], emails: Mapping[UUID, str], language: Language) -> str:
    """Return students as CSV for spreadsheets; a student without an entry in `emails` has an empty cell."""
    rows = (
        (entry.name, emails.get(entry.student_id), entry.enrolled_at, entry.progress, entry.last_activity_at)
        for entry in entries
    )
    return _csv((map(_cell, row) for row in rows), SPREADSHEETS[language].separator)


def _cell(value: str | int | datetime | None) -> str:
    """Return text that a spreadsheet does not interpret as a formula; times in the format that it recognises."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(rows: Iterable[Iterable[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()
