"""The queries of dashboards and alert rules, parsed as far as the tests need."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
DASHBOARDS = sorted((PROJECT / "dashboards").glob("*.json"))
RULES = PROJECT / "charts/monitoring/files/alerts.yaml"

LABEL_LIST = re.compile(r"\b(?:by|on|group_left|group_right|without|ignoring)\s*\(([^)]*)\)")
MATCHERS = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
TEXT = re.compile(r'"[^"]*"')
METRIC = re.compile(r"(?<![\w$.\"])([a-zA-Z_]\w*)(\{[^}]*\})?(?![\w.]*\s*\()")
KEYWORDS = {"and", "or", "unless", "bool", "offset"}
IN_LEGEND = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Question:
    """A query of a panel, a variable or an annotation, and its location."""

    place: str
    expression: str
    legend: str = ""
    instant: bool = False


def questions() -> list[Question]:
    return [question for path in DASHBOARDS for question in _of_dashboard(json.loads(path.read_text()))]


def _of_dashboard(dashboard: dict[str, Any]) -> Iterator[Question]:
    uid = dashboard["uid"]
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            place = f"{uid}: {panel['title']} {target['refId']}"
            yield Question(place, target["expr"], target.get("legendFormat", ""), target["instant"])
    for annotation in dashboard["annotations"]["list"]:
        yield Question(f"{uid}: annotation {annotation['name']}", annotation["expr"])


def variables() -> list[tuple[str, str, str]]:
    """Return dashboard, name and query of each variable that queries Prometheus."""
    return [
        (dashboard["uid"], variable["name"], variable["query"]["query"])
        for dashboard in (json.loads(path.read_text()) for path in DASHBOARDS)
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    ]


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def selectors(expression: str) -> set[str]:
    """Return the selectors of an expression, each of which must find something on its own."""
    bare = LABEL_LIST.sub("", expression)
    texts: list[str] = []

    def hide(match: re.Match[str]) -> str:
        texts.append(match[0])
        return f'"{len(texts) - 1}"'

    hidden = re.sub(r"\[[^\]]*\]|\boffset \w+", "", TEXT.sub(hide, bare))
    found = (match[0] for match in METRIC.finditer(hidden) if match[1] not in KEYWORDS)
    return {re.sub(r'"(\d+)"', lambda number: texts[int(number[1])], selector) for selector in found}


def labels_named(expression: str) -> set[str]:
    """Return the labels that an expression matches, groups or joins by."""
    lists = (name.strip() for names in LABEL_LIST.findall(expression) for name in names.split(","))
    return {name for name in (*lists, *MATCHERS.findall(expression)) if name}
