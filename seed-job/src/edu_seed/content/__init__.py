"""The content of courses: a bank of topics, modules and lessons per category, and phrases per language.

`en/*.toml` and `ru/*.toml` contain the categories, one file per field; `en.toml` and `ru.toml` the sentences that all
courses of a language share; `people.toml` names. English covers every category, Russian some of them.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "ru")
FOLDER = files(__name__)
PLAYERS = {"vimeo": "https://player.vimeo.com/video/", "youtube": "https://www.youtube.com/embed/"}


@dataclass(frozen=True)
class Lesson:
    title: str
    body: str
    question: str
    answer: str
    video: str | None
    """URL of the player, as the course service stores it."""


@dataclass(frozen=True)
class Theme:
    """A module of a course, and the topics of courses that begin with it."""

    title: str
    topics: tuple[str, ...]
    about: str
    outcomes: tuple[str, ...]
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Bank:
    """The content of one category in one language; hashed by identity, since there is one object for each."""

    slug: str
    field: str
    language: str
    tags: tuple[str, ...]
    audiences: tuple[str, ...]
    projects: tuple[str, ...]
    themes: tuple[Theme, ...]

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True)
class Content:
    banks: Mapping[tuple[str, str], Bank]
    """By language and category."""
    phrases: Mapping[str, dict[str, Any]]
    """By language, as in its file."""
    people: dict[str, Any]

    @property
    def categories(self) -> list[str]:
        return [slug for language, slug in self.banks if language == "en"]


@cache
def load() -> Content:
    """Read all content; this takes half a second."""
    field_of = {slug: field for field, slug in _slugs("en")}
    banks = {
        (language, slug): _bank(language, slug, field_of[slug], entry)
        for language in LANGUAGES
        for slug, entry in _entries(language)
    }
    phrases = {language: _read(f"{language}.toml") for language in LANGUAGES}
    return Content(banks=banks, phrases=phrases, people=_read("people.toml"))


@cache
def digest() -> str:
    """Return a digest that tells whether two installations have the same content."""
    names = ["people.toml", *(f"{language}.toml" for language in LANGUAGES)]
    names += [f"{language}/{name}" for language in LANGUAGES for name in _files(language)]
    texts = b"".join(FOLDER.joinpath(name).read_bytes() for name in names)
    return hashlib.blake2b(texts, digest_size=8).hexdigest()


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(FOLDER.joinpath(name).read_text(encoding="utf-8"))


def _files(language: str) -> list[str]:
    return sorted(file.name for file in FOLDER.joinpath(language).iterdir() if file.name.endswith(".toml"))


def _slugs(language: str) -> list[tuple[str, str]]:
    """Return field and category; the file of a field is named after it."""
    return [
        (name.removesuffix(".toml").replace("_", "-"), slug)
        for name in _files(language)
        for slug in _read(f"{language}/{name}")
    ]


def _entries(language: str) -> list[tuple[str, dict[str, Any]]]:
    return [item for name in _files(language) for item in _read(f"{language}/{name}").items()]


def _bank(language: str, slug: str, field: str, entry: dict[str, Any]) -> Bank:
    return Bank(
        slug=slug,
        field=field,
        language=language,
        tags=tuple(entry["tags"]),
        audiences=tuple(entry["audiences"]),
        projects=tuple(entry["projects"]),
        themes=tuple(_theme(theme) for theme in entry["theme"]),
    )


def _theme(entry: dict[str, Any]) -> Theme:
    return Theme(
        title=entry["title"],
        topics=tuple(entry["courses"]),
        about=entry["about"],
        outcomes=tuple(entry["outcomes"]),
        lessons=tuple(_lesson(lesson) for lesson in entry["lesson"]),
    )


def _lesson(entry: dict[str, Any]) -> Lesson:
    return Lesson(
        title=entry["title"],
        body=entry["body"].strip(),
        question=entry["question"],
        answer=entry["answer"],
        video=_player(entry["video"]) if "video" in entry else None,
    )


def _player(video: str) -> str:
    """Return the URL of the player: `aircAruvnKk` is a video of YouTube, `vimeo:1084537` one of Vimeo."""
    site, _, number = video.rpartition(":")
    return PLAYERS[site or "youtube"] + number
