"""Modules and lessons: scripts made from a bank's themes, and the scripts of each course.

A script is a module with all its texts. There are a few hundred of them per language; courses of a category differ in
the theme they begin with, in the scripts they use of a theme, and in length.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from edu_seed.content import Bank, Content, Theme
from edu_seed.courses import Courses
from edu_seed.rng import Ints, stream

MODULES = (3, 4)
LESSONS = (5, 6, 7)
VARIANTS = 4
SHORTEST_MINUTES = 5
WORKING_SPEED = 60  # characters per minute, including thinking and the exercise


class Entry(NamedTuple):
    """A lesson as it is stored."""

    title: str
    content: str
    video: str | None
    minutes: int


class Script(NamedTuple):
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Curricula:
    """Modules and lessons of all courses, in their order; positions count from 0 within their parent."""

    scripts: list[Script]
    """One per module."""
    module_course: Ints
    module_position: Ints
    first_module_of_course: Ints
    """One per course, and one more at the end."""
    first_lesson: Ints
    """One per module, and one more at the end."""
    lesson_module: Ints
    lesson_position: Ints
    first_lesson_of_course: Ints
    """One per course, and one more at the end."""
    minutes_of_course: Ints

    @property
    def lessons_of_course(self) -> Ints:
        return np.diff(self.first_lesson_of_course)

    def modules_of(self, course: int) -> range:
        return range(int(self.first_module_of_course[course]), int(self.first_module_of_course[course + 1]))

    def lessons_of(self, course: int) -> slice:
        return slice(int(self.first_lesson_of_course[course]), int(self.first_lesson_of_course[course + 1]))


def make_curricula(seed: int, courses: Courses, content: Content) -> Curricula:
    rng = stream(seed, "modules")
    counts = rng.choice(MODULES, courses.taught)
    module_course = np.repeat(np.arange(courses.taught), counts)
    module_position = np.arange(len(module_course)) - np.repeat(np.cumsum(counts) - counts, counts)
    lengths = rng.choice(LESSONS, len(module_course))
    variants = rng.integers(0, VARIANTS, len(module_course))
    writer = Writer(content)
    scripts = [
        writer.module(courses.banks[course], courses.titles[course].theme, int(position), int(length), int(variant))
        for course, position, length, variant in zip(module_course, module_position, lengths, variants, strict=True)
    ]
    lesson_counts = np.array([len(script.entries) for script in scripts])
    first_lesson = _starts(lesson_counts)
    lesson_module = np.repeat(np.arange(len(scripts)), lesson_counts)
    minutes = np.array([sum(entry.minutes for entry in script.entries) for script in scripts])
    total = len(courses.banks)
    return Curricula(
        scripts=scripts,
        module_course=module_course,
        module_position=module_position,
        first_module_of_course=_starts(np.bincount(module_course, minlength=total)),
        first_lesson=first_lesson,
        lesson_module=lesson_module,
        lesson_position=np.arange(len(lesson_module)) - first_lesson[lesson_module],
        first_lesson_of_course=_starts(_sum_by(module_course, lesson_counts, total)),
        minutes_of_course=_sum_by(module_course, minutes, total),
    )


class Writer:
    """Creates scripts, each once."""

    def __init__(self, content: Content) -> None:
        self._phrases = content.phrases
        self.module = cache(self._module)

    def _module(self, bank: Bank, first_theme: int, position: int, length: int, variant: int) -> Script:
        """Return the module at a position: the course's theme, then the others, then a project."""
        if position == len(bank.themes):
            return self._project(bank, length, variant)
        return self._theme(bank, (first_theme + position) % len(bank.themes), length, variant)

    def _theme(self, bank: Bank, number: int, length: int, variant: int) -> Script:
        phrases = self._phrases[bank.language]["lessons"]
        theme = bank.themes[number]
        texts = _texts(bank, theme, variant)
        core = [_core(theme, place, phrases, variant) for place in range(len(theme.lessons))]
        spare = max(length - len(core) - 2, 0)
        entries = (
            _entry(_pick(phrases["overview_titles"], variant), _pick(phrases["overview_bodies"], variant), texts),
            *core,
            *self._extras(bank, variant, texts)[:spare],
            _recap(theme, phrases, variant),
        )
        return Script(theme.title, entries)

    def _extras(self, bank: Bank, variant: int, texts: dict[str, str]) -> list[Entry]:
        phrases = self._phrases[bank.language]["lessons"]
        practice = _entry(_pick(phrases["practice_titles"], variant), _pick(phrases["practice_bodies"], variant), texts)
        others = [_pick(phrases["extras"], variant + place) for place in range(len(phrases["extras"]))]
        return [practice, *(_entry(extra["title"], extra["body"], texts) for extra in others)]

    def _project(self, bank: Bank, length: int, variant: int) -> Script:
        phrases = self._phrases[bank.language]["lessons"]
        texts = {"project": _pick(bank.projects, variant)}
        lessons: list[dict[str, str]] = phrases["project_lessons"]
        return Script(phrases["project_title"], tuple(_entry(e["title"], e["body"], texts) for e in lessons[:length]))


def _core(theme: Theme, place: int, phrases: dict[str, Any], variant: int) -> Entry:
    lesson = theme.lessons[place]
    recap = _pick(phrases["recap_titles"], variant)
    later = [*(other.title for other in theme.lessons[place + 1 :]), recap]
    text = _pick(phrases["core_bodies"], variant + place).format(
        title=lesson.title,
        body=lesson.body,
        question=lesson.question,
        outcome=_pick(theme.outcomes, place),
        following=later[0],
        recap=recap,
    )
    return Entry(lesson.title, text, lesson.video, _minutes(text))


def _recap(theme: Theme, phrases: dict[str, Any], variant: int) -> Entry:
    questions = [f"{number}. {lesson.question}" for number, lesson in enumerate(theme.lessons, 1)]
    answers = [f"{number}. {lesson.answer}" for number, lesson in enumerate(theme.lessons, 1)]
    parts = [phrases["recap_questions"], "\n".join(questions), phrases["recap_answers"], "\n".join(answers)]
    text = f"{phrases['recap_intro']}\n" + "\n\n".join(parts) + "\n"
    return Entry(_pick(phrases["recap_titles"], variant), text, None, _minutes(text))


def _entry(title: str, body: str, texts: dict[str, str]) -> Entry:
    text = body.format(**texts)
    return Entry(title, text, None, _minutes(text))


def _texts(bank: Bank, theme: Theme, variant: int) -> dict[str, str]:
    return {
        "about": theme.about,
        "lessons": "\n".join(f"{number}. {lesson.title}" for number, lesson in enumerate(theme.lessons, 1)),
        "outcomes": "\n".join(f"- {outcome}" for outcome in theme.outcomes),
        "project": _pick(bank.projects, variant),
    }


def _minutes(text: str) -> int:
    return SHORTEST_MINUTES + len(text) // WORKING_SPEED


def _pick(items: Any, place: int) -> Any:
    return items[place % len(items)]


def _starts(counts: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(counts)))


def _sum_by(group: Ints, values: Ints, groups: int) -> Ints:
    return np.bincount(group, weights=values, minlength=groups).astype(np.int64)
