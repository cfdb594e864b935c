"""Rosters as CSV: one format for programs, one for spreadsheets in each language."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
    columns: Sequence[str] = ("name", "enrolled_at", "progress", "last_activity_at")


SPREADSHEETS = {
    Language.EN: Spreadsheet(",", ("Name", "Enrolled (UTC)", "Progress, %", "Last active (UTC)")),
    Language.RU: Spreadsheet(";", ("Имя", "Дата записи (UTC)", "Прогресс, %", "Последняя активность (UTC)")),
}


def header(language: Language | None = None) -> str:
    if language is None:
        return _csv([COLUMNS], ",")
    sheet = SPREADSHEETS[language]
    return BYTE_ORDER_MARK + _csv([sheet.titles], sheet.separator)


def lines(entries: Iterable[RosterEntry], language: Language | None = None) -> str:
    if language is None:
        told = (entry.model_dump(mode="json", include=set(COLUMNS)) for entry in entries)
        return _csv(([_cell(values[column]) for column in COLUMNS] for values in told), ",")
    sheet = SPREADSHEETS[language]
    rows = ([_cell(getattr(entry, column)) for column in sheet.columns] for entry in entries)
    return _csv(rows, sheet.separator)


def _cell(value: str | int | datetime | None) -> str:
    """Return text that a spreadsheet does not interpret as a formula; times in the format that it recognises."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(rows: Iterable[Sequence[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()
