"""External databases."""

from collections.abc import Callable

import pytest

from edu_operator import providers, values
from edu_operator.observe import Observed
from edu_operator.types import Object, Platform

MakePlatform = Callable[..., Platform]
EXTERNAL: Object = {name: {"secretRef": {"name": f"my-{name}"}} for name in values.PORTS}


def secret(data: Object) -> Object:
    return {"kind": "Secret", "metadata": {"namespace": "edu", "name": "my-course"}, "data": data}


@pytest.mark.parametrize("found", [[], [secret({})], [secret({"password": "eA=="})]])
def test_without_an_address_are_told_with_the_field_and_the_secret(platform: MakePlatform, found: list[Object]) -> None:
    made = platform({"postgres": {"provider": "external", "external": EXTERNAL}})
    problem = providers.External().problem(made, "course", Observed(found))
    assert problem
    assert problem.reason == "SecretMissing"
    assert "spec.postgres.external.course.secretRef" in problem.message
    assert "my-course" in problem.message


def test_with_an_address_are_taken_as_they_are(platform: MakePlatform) -> None:
    made = platform({"postgres": {"provider": "external", "external": EXTERNAL}})
    assert providers.External().problem(made, "course", Observed([secret({"url": "eA=="})])) is None
