"""Each service responds as its OpenAPI document says, whatever is sent to it: schemathesis generates the requests.

By default each service is tested once, with the users who have the most rights in it. `SCHEMAS_SEEDS` is how many times
to test it with each kind of user instead, every time with other requests; `SCHEMAS_EXAMPLES` how many requests are
generated for each operation in each phase.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from abuse.callers import Cast, new_cast
from abuse.rules import ENDING
from edu_cli.devserver.testing import temporary_platform
from edu_topology import SERVICES
from people import Admin, Person

HERE = Path(__file__).parent
EXAMPLES = os.environ.get("SCHEMAS_EXAMPLES", "5")
SEEDS = range(1, 1 + int(os.environ.get("SCHEMAS_SEEDS", "1")))
MOST_POWERFUL = [
    *(("identity", "student"), ("identity", "admin"), ("course", "teacher"), ("enrollment", "student")),
    *(("payment", "student"), ("notification", "student"), ("notification", "admin")),
]
EACH = [(service, kind) for service in SERVICES for kind in ("student", "teacher", "admin")]
USERS = EACH if "SCHEMAS_SEEDS" in os.environ else MOST_POWERFUL

Look = Callable[..., None]

ENDING_PATHS = sorted({path for _, path in ENDING})


@pytest.fixture(scope="module")
def cast() -> Iterator[Cast]:
    """Start a platform with users of its own: an admin's generated requests change other people's accounts."""
    with temporary_platform() as platform, Admin(platform.url) as admin, new_cast(platform.url, admin) as cast:
        for _ in (cast.course, cast.review, cast.payment, cast.certificate, cast.draft()):
            pass  # one object of each kind, which requests can refer to
        yield cast


@pytest.fixture
def look(cast: Cast, tmp_path: Path) -> Look:
    """Run all checks on a service with requests of a user; fail with the findings."""

    def run(service: str, who: Person, seed: int, *filters: str) -> None:
        address = f"{cast.origin}/api/{service}"
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{address}/openapi.json", "--url", address),
            *("--header", f"Authorization: Bearer {who.access_token}", "--seed", str(seed)),
            *("--max-examples", EXAMPLES, "--continue-on-failure", "--generation-database", "none"),
            *("--no-color", "--warnings", "off", *filters),
        ]
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "schema_checks.py"), "NO_PROXY": "*"}
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our words
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("service", "kind"), USERS)
def test_answers_are_as_described(cast: Cast, look: Look, service: str, kind: str, seed: int) -> None:
    who: Person = getattr(cast, kind)
    who.sign_in()
    kept = [word for path in ENDING_PATHS for word in ("--exclude-path", path)] if service == "identity" else []
    look(service, who, seed, *kept)


@pytest.mark.parametrize("seed", SEEDS)
def test_ending_an_access_is_as_described(cast: Cast, look: Look, seed: int) -> None:
    look("identity", cast.new_student(), seed, *(word for path in ENDING_PATHS for word in ("--include-path", path)))
