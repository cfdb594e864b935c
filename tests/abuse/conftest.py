from collections.abc import Iterator

import pytest

from abuse.callers import Cast, new_cast
from edu_cli.devserver.platform import Platform
from people import Admin


@pytest.fixture(scope="session")
def cast(platform: Platform, admin: Admin) -> Iterator[Cast]:
    with new_cast(platform.url, admin) as cast:
        yield cast
