"""The documentation: every relative link leads to a file and a heading, table cells are short."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", ".github/**/*.md", "docs/**/*.md", "seed-job/*.md", "dashboards/*.md", "frontend/*.md")
    for path in PROJECT.glob(pattern)
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))


def prose(page: Path) -> str:
    """Return the page's text without its fenced blocks."""
    return FENCED.sub("", page.read_text())


def anchors(page: Path) -> Iterator[str]:
    """Yield the anchors that GitHub makes of a page's headings."""
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@every_page
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if "://" in link or not target.is_relative_to(PROJECT):  # the second: a page of the repository's host
            continue
        assert target.exists(), f"{link}: no such file"
        assert not anchor or anchor in anchors(target), f"{link}: no such heading"
