"""The texts of a PDF certificate, in each language."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Language(StrEnum):
    EN = "en"
    RU = "ru"


@dataclass(frozen=True)
class Texts:
    title: str
    awarded_to: str
    nameless: str
    completed: str
    teacher: str
    day: str
    check: str
    withdrawn: str


TEXTS = {
    Language.EN: Texts(
        title="Certificate of completion",
        awarded_to="This is to certify that",
        nameless="(name erased)",
        completed="has completed the course",
        teacher="Teacher",
        day="Completed on",
        check="Check this certificate",
        withdrawn="This certificate has been withdrawn.",
    ),
    Language.RU: Texts(
        title="Сертификат об окончании",
        awarded_to="Настоящим подтверждается, что",
        nameless="(имя удалено)",
        completed="прошёл(а) курс",
        teacher="Преподаватель",
        day="Дата окончания",
        check="Проверка сертификата",
        withdrawn="Сертификат отозван.",
    ),
}

RUSSIAN_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)


def written(day: datetime, language: Language) -> str:
    """Return a date written out in the language."""
    if language is Language.RU:
        return f"{day.day} {RUSSIAN_MONTHS[day.month - 1]} {day.year} г."
    return f"{day:%B} {day.day}, {day.year}"
