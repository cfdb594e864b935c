"""The front end's typed clients are generated from the services' current documents."""

import pytest

from edu_cli.checks.openapi import is_current
from edu_topology import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_the_front_end_has_the_current_document(service: str) -> None:
    assert is_current(service), f"{service}'s endpoints have changed: run ./edu openapi and commit what it writes"
