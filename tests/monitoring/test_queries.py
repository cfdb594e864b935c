"""Every query of every dashboard and alert, run on a real Prometheus that scraped the running platform."""

import math
import shutil
import subprocess
from typing import Any

import pytest

from edu_topology import SERVICES

from .conftest import Watched
from .promql import IN_LEGEND, Question, alerts, labels_named, questions, selectors, variables

BY_KUBERNETES = {"namespace", "pod", "container"}
"""Labels that a process on a single machine does not have."""

WINDOW = "$__rate_interval"
MEANWHILE = {
    WINDOW: "20s",
    "$__range": "120s",
    "$namespace": ".*",
    "$service": ".*",
    "$instance": ".*",
    "$platform": ".*",
}
"""Grafana's values of its variables when everything is selected."""


def interpolated(expression: str) -> str:
    for name, value in MEANWHILE.items():
        expression = expression.replace(name, value)
    return expression


def finite(series: dict[str, Any]) -> bool:
    values = series.get("values") or [series["value"]]
    return any(math.isfinite(float(value)) for _, value in values)


def assert_sound(watched: Watched, expression: str) -> None:
    """Check that each selector finds something, and has the labels that the expression names."""
    found = [watched.over_time(selector) for selector in selectors(expression)]
    assert found
    for selector, result in zip(selectors(expression), found, strict=True):
        assert result, f"nothing is found by {selector}"
    there = {label for result in found for series in result for label in series["metric"]}
    assert labels_named(expression) - there - BY_KUBERNETES - MADE_BY.keys() == set(), expression
    for label, function in MADE_BY.items():
        assert label not in labels_named(expression) or function in expression


MADE_BY = {"class": "label_replace"}


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.place)
def test_a_query_is_answered(watched: Watched, question: Question) -> None:
    expression = interpolated(question.expression)
    assert "$" not in expression.replace("${1}", "")
    assert_sound(watched, expression)
    result = watched.at_the_end(expression) if question.instant else watched.over_time(expression)
    assert any(map(finite, result)), f"no figure is given by {expression}"
    for series in result:
        assert set(IN_LEGEND.findall(question.legend)) <= series["metric"].keys(), question.legend


@pytest.mark.parametrize(("dashboard", "name", "query"), variables())
def test_a_variable_has_values(watched: Watched, dashboard: str, name: str, query: str) -> None:
    selector, _, label = interpolated(query).removeprefix("label_values(").removesuffix(")").rpartition(", ")
    assert_sound(watched, selector)
    values = watched.label_values(selector, label)
    assert values or label in BY_KUBERNETES, f"{dashboard}: {name} has nothing to choose from"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool was not found")
@pytest.mark.parametrize("service", SERVICES)
def test_promtool_finds_nothing_in_the_metrics(watched: Watched, service: str) -> None:
    command = ["promtool", "check", "metrics"]
    done = subprocess.run(  # noqa: S603 - the tests' own command
        command, input=watched.metrics[service], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_looks_at_what_there_is(watched: Watched, alert: dict[str, Any]) -> None:
    assert_sound(watched, alert["expr"])
    watched.over_time(alert["expr"])
