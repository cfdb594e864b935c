"""Temporary platforms for tests across services.

@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with temporary_platform() as platform:
        yield platform
"""

import hashlib
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
"""Tests share their machine with others: a request that waits for a CPU there is not a sign of overload."""
TEMPLATES = PROJECT / ".edu" / "templates"
CONTENT = "content"


@contextmanager
def temporary_platform(options: Options = QUICK, *, start: bool = True) -> Generator[Platform]:
    """Yield a platform on free ports with migrated databases, empty or seeded; delete it and its data at the end.

    Its Postgres loses no committed transaction when a process is killed; only with `Options(durable=True)` does that
    also hold for a crash of the machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="edu-"))
    folder.chmod(0o711)
    options = replace(options, environment={**PATIENT, **options.environment})
    platform = Platform(folder / "state", Ports.free(), options)
    try:
        copy_template(platform)
        if start:
            platform.start()
        yield platform
    finally:
        platform.stop()
        platform.postgres.discard()
        shutil.rmtree(folder)


def copy_template(platform: Platform) -> None:
    """Copy keys and databases of a template to a platform that has none: migrated, seeded as its options say."""
    template = _template(replace(QUICK, seed=platform.options.seed))
    pairs = {template.state.root: platform.state.root, template.postgres.home: platform.postgres.home}
    for source, destination in pairs.items():
        if not destination.exists():
            destination.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", str(source), str(destination)], check=True)


def _template(options: Options) -> Platform:
    """Return a stopped platform with these data, rebuilt when a migration or the seed job has changed."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    template = Platform(TEMPLATES / (options.seed or "empty"), Ports.free(), options)
    lock = Lock(template.state.root.with_suffix(".lock"))
    lock.acquire(wait=True)
    if template.state.fact(CONTENT) != _content_digest():
        template.postgres.discard()
        shutil.rmtree(template.state.root, ignore_errors=True)
        template.start()
        template.stop()
        template.state.remember(**{CONTENT: _content_digest()})
    lock.release()
    return template


def _content_digest() -> str:
    """Return a digest of the migrations and of the seed job's sources."""
    digest = hashlib.sha256(revisions_digest().encode())
    sources = PROJECT / "seed-job" / "src"
    for path in sorted(path for path in sources.rglob("*") if path.suffix in (".py", ".toml")):
        digest.update(str(path.relative_to(sources)).encode() + path.read_bytes())
    return digest.hexdigest()
