"""What the runner keeps between two starts: keys, passwords, logs, mails, the record of the current run."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from edu_cli.devserver.services import HOST
from edu_cli.errors import LocalError, explain
from edu_common.service_keys import KeyRing
from edu_topology import SERVICES

PROJECT = Path(__file__).resolve().parents[4]


def default_state_directory() -> Path:
    """Return `EDU_HOME` of the environment, else `.edu` beside the project's README."""
    return Path(os.environ.get("EDU_HOME") or PROJECT / ".edu").absolute()


@dataclass(frozen=True)
class Secrets:
    """Random secrets, created once per state directory; none of them leaves this machine."""

    platform_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    superuser_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    database_passwords: dict[str, str] = field(
        default_factory=lambda: {name: secrets.token_urlsafe(24) for name in SERVICES}
    )


@dataclass(frozen=True)
class ProcessRecord:
    """A child as recorded for the next runner; `created` distinguishes it from another process with the same pid."""

    name: str
    pid: int
    created: float
    port: int


@dataclass(frozen=True)
class Run:
    """The current run, or the last one when the lock is free."""

    runner: ProcessRecord
    url: str
    postgres_port: int
    service_ports: dict[str, int]
    ready: bool = False
    processes: list[ProcessRecord] = field(default_factory=list[ProcessRecord])

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> "Run":
        processes = [ProcessRecord(**record) for record in raw.pop("processes")]
        return cls(runner=ProcessRecord(**raw.pop("runner")), processes=processes, **raw)


class State:
    """The folder of one platform, and typed access to the files in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.logs = root / "logs"
        self.mail = root / "mail"
        self.targets = root / "monitoring" / "targets"
        self.origin = root / "origin"
        self.signing_key = root / "keys" / "jwt.pem"
        self._secrets = root / "keys" / "secrets.json"
        self._service_keys = root / "keys" / "service-keys.json"
        self._run = root / "run.json"
        self._facts = root / "facts.json"

    def prepare(self) -> None:
        """Create missing folders and keys.

        Root's folder may be traversed, but not listed: Postgres refuses to run as root and must access its data below.
        The contents are not accessible to others either way.
        """
        with _plain_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (self.logs, self.mail, self.origin, self.signing_key.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            if not self.signing_key.exists():
                _write(self.signing_key, new_signing_key())

    def existing_folder(self) -> Path:
        """Return the state directory, or before the first start the folder in which it will be created."""
        return next(folder for folder in (self.root, *self.root.parents) if folder.exists())

    def secrets(self) -> Secrets:
        """Return the passwords of this state, created on first use."""
        if not self._secrets.exists():
            _write_json(self._secrets, asdict(Secrets()))
        return Secrets(**json.loads(self._secrets.read_text()))

    def service_keys(self) -> KeyRing:
        """Return the keys with which services sign their calls, created on first use; delete the file for new ones."""
        if not self._service_keys.exists():
            _write_json(self._service_keys, KeyRing.new(SERVICES).keys)
        return KeyRing(json.loads(self._service_keys.read_text()))

    def fact(self, name: str) -> str | None:
        """Return a remembered fact: `migrated` (digest of the revisions) or `seeded` (size)."""
        return self._read_facts().get(name)

    def remember(self, **facts: str) -> None:
        _write_json(self._facts, self._read_facts() | facts)

    def run(self) -> Run | None:
        """Return the record of the current or last run; None when there was none."""
        raw = _read_json(self._run)
        return Run.parse(raw) if raw else None

    def require_run(self, options: str = "") -> Run:
        """Return the run of a platform that is ready; raise `LocalError` with the command that starts one."""
        run = self.run()
        if not run or not run.ready or not self.in_use():
            raise LocalError(f"The platform is not running. Start it with: ./edu up{options}")
        return run

    def write_run(self, run: Run) -> None:
        _write_json(self._run, asdict(run))

    def forget_run(self) -> None:
        self._run.unlink(missing_ok=True)

    def database_url(self, service: str, port: int, driver: str = "postgresql+asyncpg") -> str:
        """Return the DSN of a service's database, as that service uses it, on the Postgres that listens on `port`."""
        return f"{driver}://{service}:{self.secrets().database_passwords[service]}@{HOST}:{port}/{service}"

    def erase(self) -> None:
        """Delete keys, logs, mails and facts. The caller must have acquired the lock."""
        for folder in (self.logs, self.mail, self.origin, self.signing_key.parent, self.targets.parent):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self._run, self._facts):
            file.unlink(missing_ok=True)

    def write_private(self, name: str, content: str) -> Path:
        """Write a file with secrets for a component that is about to start."""
        path = self.signing_key.with_name(name)
        _write(path, content.encode())
        return path

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def acquire(self) -> "Lock":
        """Become the one runner of this state; raise `AlreadyRunning` when there is one.

        The kernel releases the lock when its process ends, however it ends.
        """
        lock = Lock(self.root / "lock")
        if not lock.acquire():
            lock.release()
            raise AlreadyRunning("The platform already runs on this state directory.")
        return lock

    def in_use(self) -> bool:
        if not (self.root / "lock").exists():
            return False
        lock = Lock(self.root / "lock")
        free = lock.acquire()
        lock.release()
        return not free

    def _read_facts(self) -> dict[str, str]:
        return _read_json(self._facts) or {}


class AlreadyRunning(LocalError):
    """Another runner has acquired the state directory."""


class Lock:
    """An advisory lock on a file, in effect while the descriptor is open."""

    def __init__(self, path: Path) -> None:
        with _plain_errors(path):
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def acquire(self, *, wait: bool = False) -> bool:
        """Return False when another process has the lock; with `wait`, wait until it is free."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        os.close(self._descriptor)


@contextmanager
def _plain_errors(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise LocalError(explain(error, path)) from error


def new_signing_key() -> bytes:
    """Return a new EC P-256 key in PEM."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read_json(path: Path) -> Any:
    """Return None when the file is missing or half-written by a crash of the machine."""
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _write_json(path: Path, value: Any) -> None:
    _write(path, json.dumps(value, indent=1).encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file atomically, readable by the owner only."""
    partial = path.with_name(f"{path.name}.partial")
    with _plain_errors(path):
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
