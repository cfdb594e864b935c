import pytest

from helm import build_dependencies


@pytest.fixture(scope="session", autouse=True)
def _dependencies() -> None:
    build_dependencies()
