"""Reports in a folder: JSON for programs, CSV for spreadsheets, HTML for people."""

import csv
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = Sequence[object]
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}"
    "td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}"
)


def write(folder: Path, name: str, title: str, document: Any, tables: Sequence[Sequence[Row]], chart: str) -> None:
    """Write `name`.json, .csv (the first table), .svg and .html; the first row of each table is its header."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(document, indent=1))
    (folder / f"{name}.svg").write_text(chart)
    with (folder / f"{name}.csv").open("w", newline="") as file:
        csv.writer(file).writerows(tables[0])
    shown = "".join(map(_table, tables))
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    (folder / f"{name}.html").write_text(f"{page}<h1>{escape(title)}</h1>{chart}{shown}</html>")


def _table(rows: Sequence[Row]) -> str:
    head, *body = rows
    lines = ["".join(f"<th>{escape(str(cell))}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in body]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
