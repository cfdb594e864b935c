"""The documentation: every relative link leads to a file and a heading, and table cells are short."""

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
LINKED_TEXT = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
CELL_BORDER = re.compile(r"(?<!\\)\|")
LONGEST_CELL = 100
"""In characters that a reader sees; longer text is hard to read in a column."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))


def prose(page: Path) -> str:
    """Return the page's text with its fenced blocks emptied; line numbers stay."""
    return FENCED.sub(lambda block: "\n" * block[0].count("\n"), page.read_text())


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


def cells(page: Path) -> Iterator[tuple[int, str]]:
    """Yield the line number and the visible text of each cell in the page's tables."""
    for number, line in enumerate(prose(page).splitlines(), start=1):
        if line.startswith("|"):
            for cell in CELL_BORDER.split(LINKED_TEXT.sub(r"\1", line)):
                yield number, cell.strip()


@every_page
def test_table_cells_are_short(page: Path) -> None:
    for number, cell in cells(page):
        assert len(cell) <= LONGEST_CELL, (
            f"{page.relative_to(PROJECT)}:{number}: a table cell has {len(cell)} characters, {LONGEST_CELL} at most; "
            f"move details into a paragraph or list below the table: {cell}"
        )
