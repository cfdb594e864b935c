"""Write the dashboards as JSON files beside this one: `python dashboards/generate.py`.

With --check nothing is written; the status is 1, and the files are named, when one is not what this would write.
"""

from pathlib import Path
from typing import Annotated

import typer
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from definitions.events import events
from definitions.load_test import load_test
from definitions.operator import operator
from definitions.overview import overview
from definitions.service import service
from edu_topology import SERVICES

HERE = Path(__file__).parent


def files() -> dict[Path, str]:
    """Every dashboard's file and content."""
    encoder = JSONEncoder(sort_keys=True, indent=1, ensure_ascii=False)
    boards = [overview(), *map(service, SERVICES), events(), load_test(), operator()]
    return {HERE / f"{board.uid}.json": encoder.encode(board) + "\n" for board in boards}


def outdated(wanted: dict[Path, str]) -> list[Path]:
    """Files that differ from what they should be, are missing, or are too many."""
    there = {path: path.read_text() for path in HERE.glob("*.json")}
    return sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))


def main(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 when a file is outdated.")] = False,
) -> None:
    """Write the dashboards' files."""
    wanted = files()
    stale = outdated(wanted)
    for path in stale:
        print(path.name, "is outdated" if check else "brought up to date")
        if not check:
            _bring_up_to_date(path, wanted.get(path))
    if check and stale:
        raise typer.Exit(1)


def _bring_up_to_date(path: Path, content: str | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.write_text(content)


if __name__ == "__main__":
    typer.run(main)
