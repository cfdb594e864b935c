"""The content of courses."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import islice

import pytest

from edu_seed.content import Bank, Content, load
from edu_seed.databases import connect
from edu_seed.load import Urls
from edu_seed.rng import stream
from edu_seed.titles import first_parts, titles

FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLAYER = re.compile(r"https://(www\.youtube\.com/embed/[\w-]{11}|player\.vimeo\.com/video/\d+)")


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


def code_blocks(language: str) -> list[tuple[str, str]]:
    return [(where, code) for where, name, code in _code() if name == language]


def _code() -> Iterator[tuple[str, str, str]]:
    for bank in load().banks.values():
        for theme in bank.themes:
            for lesson in theme.lessons:
                for name, code in FENCE.findall(lesson.body):
                    yield f"{bank.language} {bank.slug}: {lesson.title}", name, code


def banks() -> list[Bank]:
    return list(load().banks.values())


def name_of(bank: Bank) -> str:
    return f"{bank.language}-{bank.slug}"


class TestBanks:
    async def test_every_category_of_the_course_service_has_one(self, content: Content, migrated: Urls) -> None:
        connection = await connect("course", migrated["course"])
        rows = await connection.fetch("SELECT slug, parent_slug FROM categories WHERE parent_slug IS NOT NULL")
        await connection.close()
        wanted = {row["slug"]: row["parent_slug"] for row in rows}
        assert {slug: bank.field for (language, slug), bank in content.banks.items() if language == "en"} == wanted
        assert [bank.slug for bank in content.banks.values() if wanted[bank.slug] != bank.field] == []

    @pytest.mark.parametrize("bank", banks(), ids=name_of)
    def test_has_enough_to_say(self, bank: Bank) -> None:
        lessons = [lesson for theme in bank.themes for lesson in theme.lessons]
        assert len(bank.themes) >= 3
        assert len({topic for theme in bank.themes for topic in theme.topics}) >= 15
        assert len({lesson.title for lesson in lessons}) == len(lessons) >= 6
        assert len(bank.audiences) >= 6
        assert len(bank.projects) >= 6
        assert len(set(bank.tags)) == len(bank.tags) >= 8
        assert all(len(lesson.body) > 80 and lesson.question and lesson.answer for lesson in lessons)

    def test_videos_are_players_addresses(self, content: Content) -> None:
        found = [
            lesson.video
            for bank in content.banks.values()
            for theme in bank.themes
            for lesson in theme.lessons
            if lesson.video
        ]
        assert len(found) > 30
        assert [video for video in found if not PLAYER.fullmatch(video)] == []

    @pytest.mark.parametrize("bank", banks(), ids=name_of)
    def test_larger_data_sets_go_on_with_further_parts(self, bank: Bank) -> None:
        patterns = load().phrases[bank.language]["titles"]
        first = [title.text for title in first_parts(bank, patterns, stream(1, "test"))]
        found = [title.text for title in islice(titles(bank, patterns, stream(1, "test")), 3 * len(first))]

        assert found == [
            *first,
            *(patterns["part"].format(title=title, number=2) for title in first),
            *(patterns["part"].format(title=title, number=3) for title in first),
        ]

    @pytest.mark.parametrize("bank", banks(), ids=name_of)
    def test_titles_suffice_for_the_full_data_set(self, bank: Bank) -> None:
        patterns = load().phrases[bank.language]["titles"]
        found = [title.text for title in first_parts(bank, patterns, stream(1, "test"))]
        assert len(set(found)) > 1_600
        assert [text for text in found if len(text) > 200 or "{" in text] == []


class TestCode:
    @pytest.mark.parametrize(("where", "code"), code_blocks("python"))
    def test_python_compiles(self, where: str, code: str) -> None:
        compile(code, where, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    @pytest.mark.parametrize(("where", "code"), code_blocks("json"))
    def test_json_parses(self, where: str, code: str) -> None:
        assert json.loads(code), where
