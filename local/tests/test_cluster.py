"""How `edu cluster` reads a platform's status."""

from typing import Any

from edu_local.cluster import lifecycle


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


def test_a_platform_that_nobody_has_looked_at_is_pending() -> None:
    assert lifecycle.said(None) == "Pending"
    assert lifecycle.said({"metadata": {"generation": 1}}) == "Pending"


def test_what_is_said_names_the_phase_and_what_is_there() -> None:
    assert lifecycle.said(found()) == "Ready: 5/5 databases, 4/5 services"
