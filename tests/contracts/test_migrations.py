"""Released migrations are never edited: databases that ran the old text would differ from new ones."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIGESTS = Path(__file__).with_name("migrations.sha256")
"""Lines in the format of sha256sum, relative to the project's root; `sha256sum --check` reads them too."""


def _landed() -> dict[str, str]:
    """Return the digest of each file, by its path."""
    return {path: digest for digest, path in (line.split() for line in DIGESTS.read_text().splitlines())}


def _files() -> set[str]:
    folders = ROOT.glob("services/*/migrations")
    found = (path for folder in folders for pattern in ("versions/*.py", "*.csv") for path in folder.glob(pattern))
    return {path.relative_to(ROOT).as_posix() for path in found}


@pytest.mark.parametrize("path", sorted(_landed()))
def test_a_migration_stays_as_it_landed(path: str) -> None:
    digest = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    assert digest == _landed()[path], f"{path} has landed: undo its change and write a new migration instead"


def test_every_migration_has_its_digest() -> None:
    missing = sorted(_files() - _landed().keys())
    assert not missing, f"Before a new migration lands: sha256sum {' '.join(missing)} >> {DIGESTS.relative_to(ROOT)}"
