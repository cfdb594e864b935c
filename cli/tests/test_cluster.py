"""How `edu cluster` reads platforms."""

from typing import Any

import pytest

from edu_cli.cluster import lifecycle
from edu_cli.cluster.compare import Variant, differences
from edu_cli.errors import LocalError


def found(generation: int = 2, observed: int = 2, ready: str = "True") -> dict[str, Any]:
    return {
        "metadata": {"generation": generation},
        "status": {
            "observedGeneration": observed,
            "phase": "Ready",
            "databasesReady": "5/5",
            "servicesReady": "4/5",
            "conditions": [{"type": "Ready", "status": ready}],
        },
    }


def test_ready_of_an_older_spec_is_not_ready() -> None:
    assert not lifecycle.ready(found(generation=3))


def test_false_is_not_ready() -> None:
    assert not lifecycle.ready(found(ready="False"))


def test_true_of_this_spec_is_ready() -> None:
    assert lifecycle.ready(found())


def test_a_platform_without_a_status_is_pending() -> None:
    assert lifecycle.summary(None) == "Pending"
    assert lifecycle.summary({"metadata": {"generation": 1}}) == "Pending"


def test_a_summary_has_the_phase_and_the_counts() -> None:
    assert lifecycle.summary(found()) == "Ready: 5/5 databases, 4/5 services"


def test_what_differs_is_found_field_by_field() -> None:
    a = {"profile": "baseline", "services": {"course": {"replicas": 1, "workers": 2}}, "redis": {"provider": "none"}}
    b = {"profile": "standard", "services": {"course": {"replicas": 3, "workers": 2}}}
    assert list(differences(a, b)) == [
        ("profile", "baseline", "standard"),
        ("redis", {"provider": "none"}, None),
        ("services.course.replicas", 1, 3),
    ]


def test_fields_that_do_not_affect_a_load_test_are_no_difference() -> None:
    a = {"loadTest": {"users": 5, "runToken": "1", "thresholds": {"p99Ms": 1}}, "exposure": {"host": "a"}}
    b = {"loadTest": {"users": 5, "runToken": "2", "thresholds": {"p99Ms": 2}}, "exposure": {"host": "b"}}
    assert not list(differences(a, b))


@pytest.mark.parametrize("text", ["demo", "edu/", "/demo", ""])
def test_a_platform_is_named_with_its_namespace(text: str) -> None:
    with pytest.raises(LocalError, match="write namespace/name"):
        Variant.parse(text, "")
