"""Throw-away platforms for tests across services.

@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with temporary_platform() as platform:
        yield platform
"""

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from edu_cli.devserver.platform import Options, Platform, revisions_digest
from edu_cli.devserver.services import Ports
from edu_cli.devserver.state import PROJECT, Lock

QUICK = Options(rate_limits="off", seed=None, durable=False)
PATIENT = {"MAX_QUEUE_DELAY": "30", "DB_POOL_TIMEOUT": "2"}
"""Tests share their machine with others: what waits for a processor there is not overload."""
TEMPLATE = PROJECT / ".edu" / "template"


@contextmanager
def temporary_platform(options: Options = QUICK, *, start: bool = True) -> Generator[Platform]:
    """A platform on free ports with migrated, empty databases; it and its data are gone at the end.

    Its Postgres loses nothing that it confirmed when a process is killed; only with `Options(durable=True)` also
    nothing when the machine is.
    """
    folder = Path(tempfile.mkdtemp(prefix="edu-"))
    folder.chmod(0o711)
    options = replace(options, environment={**PATIENT, **options.environment})
    platform = Platform(folder / "state", Ports.free(), options)
    try:
        _copy(_template(), platform)
        if start:
            platform.start()
        yield platform
    finally:
        platform.stop()
        platform.postgres.discard()
        shutil.rmtree(folder)


def _template() -> Platform:
    """A stopped platform with migrated databases, made anew when a migration changed."""
    TEMPLATE.parent.mkdir(exist_ok=True)
    template = Platform(TEMPLATE, Ports.free(), QUICK)
    lock = Lock(TEMPLATE.with_name("template.lock"))
    lock.acquire(wait=True)
    if template.state.fact("migrated") != revisions_digest():
        template.postgres.discard()
        shutil.rmtree(TEMPLATE, ignore_errors=True)
        template.start_databases()
        template.stop()
    lock.release()
    return template


def _copy(template: Platform, target: Platform) -> None:
    pairs = {template.state.root: target.state.root, template.postgres.home: target.postgres.home}
    for source, destination in pairs.items():
        if not destination.exists():
            destination.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", str(source), str(destination)], check=True)
