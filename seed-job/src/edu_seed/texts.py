"""Texts of courses, teachers and students, composed of phrases."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from edu_seed.content import Bank, Theme
from edu_seed.titles import LEVELS, Title

TAGS = (3, 6)


class Chooser:
    """Picks from lists, one after the other, by the digits of a row's number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def pick(self, items: Any) -> Any:
        self._number, place = divmod(self._number, len(items))
        return items[place]

    def below(self, end: int) -> int:
        self._number, value = divmod(self._number, end)
        return value


def tags(bank: Bank, chooser: Chooser) -> list[str]:
    """Return consecutive tags of the bank's list, from a random index on."""
    count, start = TAGS[0] + chooser.below(TAGS[1] - TAGS[0]), chooser.below(len(bank.tags))
    return [bank.tags[(start + step) % len(bank.tags)] for step in range(count)]


def subtitle(bank: Bank, title: Title, phrases: dict[str, Any], chooser: Chooser) -> str:
    theme = bank.themes[title.theme]
    return _capital(chooser.pick(phrases["course"]["subtitles"]).format(**_about(bank, title, theme, chooser)))


def description(
    bank: Bank, title: Title, level: int, modules: list[str], phrases: dict[str, Any], chooser: Chooser
) -> str:
    """Return Markdown; with the modules' titles if there are modules, shorter if there are none."""
    words, theme = phrases["course"], bank.themes[title.theme]
    values = _about(bank, title, theme, chooser)
    opening, method = chooser.pick(words["openings"]), chooser.pick(words["methods"])
    parts = [f"{opening.format(**values)} {method.format(**values)}", f"## {words['learn']}", _points(theme.outcomes)]
    if modules:
        parts += [f"## {words['contents']}", "\n".join(f"{place}. {name}" for place, name in enumerate(modules, 1))]
        parts += [f"## {words['needs']}", chooser.pick(words[f"requirements_{LEVELS[level]}"])]
        first, second = chooser.pick(words["audience_lines"]), chooser.pick(words["audience_lines"])
        parts += [
            f"## {words['for_whom']}",
            _points([_capital(line.format(**values)) for line in {first: 0, second: 0}]),
        ]
    parts.append(chooser.pick(words["closings"]).format(**values))
    return "\n\n".join(parts)


def bio(field: str, phrases: dict[str, Any], chooser: Chooser) -> str:
    words = phrases["teachers"]
    role = chooser.pick(words["fields"][field]["roles"])
    place = chooser.pick(words["fields"][field].get("places", [""]))
    return chooser.pick(words["bios"]).format(
        role=role,
        role_small=role if role[1:2].isupper() else role[:1].lower() + role[1:],
        years=chooser.below(20) + 5,
        place=place,
        style=chooser.pick(words["styles"]),
        off=chooser.pick(words["offs"]),
    )


def application(field: str, topic: str, phrases: dict[str, Any], chooser: Chooser) -> str:
    words = phrases["teachers"]
    role = chooser.pick(words["fields"][field]["roles"])
    role = role if role[1:2].isupper() else role[:1].lower() + role[1:]
    return chooser.pick(words["applications"]).format(role_small=role, topic=topic, years=chooser.below(12) + 3)


def comment(
    rating: int, bank: Bank, title: Title, teacher: str, phrases: Mapping[str, dict[str, Any]], chooser: Chooser
) -> str:
    """Return a student's comment for a rating; every fourth is empty."""
    if chooser.below(4) == 0:
        return ""
    words = phrases[bank.language]["reviews"]
    parts = [chooser.pick(words[f"{part}_{rating}"]) for part in ("openings", "details", "closings")]
    kept = parts if chooser.below(3) else parts[:1]
    lesson = chooser.pick(bank.themes[title.theme].lessons).title
    return " ".join(part.format(topic=title.topic, lesson=lesson, teacher=teacher) for part in kept if part)


def choosers(rng: np.random.Generator, count: int) -> list[Chooser]:
    return [Chooser(number) for number in rng.integers(0, 2**62, count).tolist()]


def _about(bank: Bank, title: Title, theme: Theme, chooser: Chooser) -> dict[str, str]:
    return {
        "topic": title.topic,
        "about": theme.about,
        "audience": chooser.pick(bank.audiences),
        "project": chooser.pick(bank.projects),
        "outcome": chooser.pick(theme.outcomes),
    }


def _points(lines: Any) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]
