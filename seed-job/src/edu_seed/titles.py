"""Titles of courses: every topic of a bank in every pattern that fits it, plain ones first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count, product
from typing import Any, NamedTuple

import numpy as np

from edu_seed.content import Bank
from edu_seed.rng import listed

LEVELS = ("beginner", "intermediate", "advanced")
MAX_LENGTH = 120
HOLE = re.compile(r"\{\w+\}")
LONG_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True)
class Title:
    text: str
    topic: str
    theme: int
    level: int | None
    """Index into `LEVELS` if the pattern implies one."""


class Draft(NamedTuple):
    """A combination that may turn out not to be a good title."""

    pattern: str
    theme: int
    topic: str
    level: int | None = None
    audience: str = ""
    angle: str = ""
    project: str = ""
    other: str = ""

    def title(self) -> Title | None:
        added = f"{self.audience} {self.angle} {self.project} {self.other}"
        text = self.pattern.format(**self._asdict(), other_small=_within_sentence(self.other))
        fits = not _repeats(self.topic, self.pattern, added) and len(text) <= MAX_LENGTH
        return Title(text, self.topic, self.theme, self.level) if fits else None


def titles(bank: Bank, patterns: dict[str, Any], rng: np.random.Generator) -> Iterator[Title]:
    """Yield the titles of a category, in the order in which courses use them, generated lazily.

    When they are used up, courses continue earlier ones: part 2, part 3 …
    """
    taken: list[Title] = []
    for title in first_parts(bank, patterns, rng):
        yield title
        taken.append(title)
    for number in count(2):
        for title in taken:
            yield replace(title, text=patterns["part"].format(title=title.text, number=number))


def first_parts(bank: Bank, patterns: dict[str, Any], rng: np.random.Generator) -> Iterator[Title]:
    topics = [(number, topic) for number, theme in enumerate(bank.themes) for topic in theme.topics]
    for drafts in (_plain(topics, bank, patterns), _composed(topics, bank, patterns)):
        for place in listed(rng.permutation(len(drafts))):
            if title := drafts[place].title():
                yield title


def _plain(topics: list[tuple[int, str]], bank: Bank, patterns: dict[str, Any]) -> list[Draft]:
    levelled = [
        Draft(pattern, theme, topic, level=None if level == "any" else LEVELS.index(level))
        for level in ("any", *LEVELS)
        for pattern, (theme, topic) in product(patterns[level], topics)
    ]
    addressed = product(patterns["audience"], topics, bank.audiences)
    return levelled + [Draft(pattern, *topic, audience=audience) for pattern, topic, audience in addressed]


def _composed(topics: list[tuple[int, str]], bank: Bank, patterns: dict[str, Any]) -> list[Draft]:
    angled = product(patterns["angled"], topics, bank.audiences, patterns["angles"])
    applied = product(patterns["project"], topics, bank.projects)
    paired = product(patterns["pair"], topics, topics)
    return [
        *(Draft(pattern, *topic, audience=audience, angle=angle) for pattern, topic, audience, angle in angled),
        *(Draft(pattern, *topic, project=project) for pattern, topic, project in applied),
        *(Draft(pattern, *topic, other=other) for pattern, topic, (_, other) in paired),
    ]


def _repeats(topic: str, pattern: str, added: str) -> bool:
    """Return whether a title would repeat a word, or accumulate `for`, `and`, `with`."""
    return bool(_words(topic) & _literal_words(pattern) or _long_words(topic) & _long_words(added)) or (
        "and" in _words(added)
    )


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


@cache
def _literal_words(pattern: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w-]+", HOLE.sub("", pattern).lower()))


@cache
def _long_words(text: str) -> frozenset[str]:
    return frozenset(LONG_WORD.findall(text.lower()))


def _within_sentence(topic: str) -> str:
    """Return a Russian topic for the middle of a title; names and abbreviations keep their capital."""
    return topic[0].lower() + topic[1:] if "А" <= topic[:1] <= "Я" and "а" <= topic[1:2] <= "я" else topic
