"""Child processes with a log file each that do not outlive the runner."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from edu_cli.devserver.state import ProcessRecord

LOG_LIMIT_BYTES = 20 * 1024 * 1024
QUICK_DEATH_SECONDS = 20.0
LONGEST_BACKOFF_SECONDS = 10.0
CLOCK_DRIFT_SECONDS = 5.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process of the platform; `revive` restarts it when it died."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    port: int
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    group: int | None = None
    wanted: bool = False
    quick_deaths: int = 0
    started_at: float = 0.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _due: float | None = None
    _log_start: int = 0

    def start(self) -> None:
        """Start without waiting for readiness. Call from a long-lived thread: the child ends with it."""
        rotate(self.log)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                cwd="/",
                start_new_session=True,
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else [],
                preexec_fn=_follow_parent(self.stop_signal),
            )
        self.wanted = True
        self.started_at = time.monotonic()
        self._due = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def status(self) -> int | None:
        """Return the exit status; None while it runs."""
        return self._process.poll() if self._process else None

    def output(self) -> str:
        """Return what it has logged since its last start."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def revive(self) -> bool:
        """Restart when due; return True when the process has just been found dead.

        The pause doubles with every death soon after a start.
        """
        if not self.wanted or self.alive:
            return False
        if self._due is None:
            quick = time.monotonic() - self.started_at < QUICK_DEATH_SECONDS
            self.quick_deaths = self.quick_deaths + 1 if quick else 1
            self._due = time.monotonic() + min(0.1 * 2**self.quick_deaths, LONGEST_BACKOFF_SECONDS)
            return True
        if time.monotonic() >= self._due:
            self.start()
        return False

    def request_stop(self) -> None:
        self.wanted = False
        self._send(self.stop_signal)

    def stop(self, timeout: float) -> None:
        """Stop gracefully, and kill after `timeout` seconds."""
        self.request_stop()
        self.wait(timeout)

    def wait(self, timeout: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill with SIGKILL; `revive` does not restart it."""
        self.wanted = False
        self._send(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def crash(self) -> None:
        """Kill like `kill`, but let `revive` restart it without a pause, since the death is not its own fault."""
        self._send(signal.SIGKILL)
        if self._process:
            self._process.wait()
        self.quick_deaths = 0
        self._due = time.monotonic()

    def record(self) -> ProcessRecord | None:
        return record_of(self.name, self.pid, self.port) if self.pid and self.alive else None

    def _send(self, number: signal.Signals) -> None:
        if self._process and self.alive:
            self._process.send_signal(number)


def module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a Python module of this environment."""
    return [sys.executable, "-m", name, *arguments]


def record_of(name: str, pid: int, port: int = 0) -> ProcessRecord | None:
    """Return a record by which the next runner recognises this process; None when it has ended."""
    try:
        return ProcessRecord(name, pid, psutil.Process(pid).create_time(), port)
    except psutil.NoSuchProcess:
        return None


def by_pid(pid: int) -> psutil.Process | None:
    """Return a running process; None for a zombie too, which may never be reaped in a container."""
    try:
        process = psutil.Process(pid)
        return process if _runs(process) else None
    except psutil.NoSuchProcess:
        return None


def find(record: ProcessRecord) -> psutil.Process | None:
    """Return the recorded process if it still runs, never another one that was given its pid."""
    process = by_pid(record.pid)
    same = process is not None and abs(process.create_time() - record.created) < CLOCK_DRIFT_SECONDS
    return process if same else None


def end(process: psutil.Process, gently: signal.Signals, timeout: float) -> None:
    """Terminate a process that is not our child; kill it after `timeout` seconds."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(gently)
        if not ended_within(process, timeout):
            process.kill()
            ended_within(process, timeout)


def ended_within(process: psutil.Process, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while _runs(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def rotate(log: Path) -> None:
    """Rotate a log that has grown large; keep one older file."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _follow_parent(number: signal.Signals) -> Callable[[], None] | None:
    """On Linux, have the kernel signal the child when the runner ends, even by `kill -9`.

    On other systems the next start finds left-over processes by their record.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def follow() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return follow
