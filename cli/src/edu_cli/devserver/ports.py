"""TCP ports of this machine: which are free, and which process occupies one that is not."""

import fcntl
import os
import random
import socket
import tempfile
from itertools import islice
from pathlib import Path

import psutil

from edu_cli.errors import LocalError

LOCALHOST = "127.0.0.1"
BELOW_EPHEMERAL = range(20_000, 32_000)  # no ephemeral port of a client is here, so a dead server's stays free
CLAIMS = Path(tempfile.gettempdir()) / f"edu-ports-{os.getuid()}"


def is_free(port: int, host: str = LOCALHOST) -> bool:
    return _bind_error(port, host) is None


def _bind_error(port: int, host: str) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
        return None


def find_free(count: int) -> list[int]:
    """Return distinct ports that are free on the loopback address, reserved for the caller while this process lives.

    So a component that is down for a moment finds its port still free.
    """
    candidates = iter(random.sample(BELOW_EPHEMERAL, len(BELOW_EPHEMERAL)))
    found = list(islice((port for port in candidates if is_free(port) and _claim(port)), count))
    if len(found) < count:
        raise LocalError("No free TCP port was found on 127.0.0.1. End a program that listens and try again.")
    return found


def find_free_block(count: int) -> int:
    """Return a port that is followed by `count` free ones."""
    numbers = range(1, count + 1)
    return next(base for base in find_free(200) if all(is_free(base + number) for number in numbers))


def _claim(port: int) -> bool:
    """Return False when another process has claimed the port, or this one earlier.

    The kernel releases a claim with its process.
    """
    CLAIMS.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(CLAIMS / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    return True


def is_held_by(pid: int, port: int) -> bool:
    """Return whether that process or one of its children listens on the port."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        connections = [connection for member in family for connection in member.net_connections("tcp")]
    except psutil.Error:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port for c in connections)


def holder(port: int) -> str | None:
    """Return the process that listens on the port, for people: `node (pid 4711)`; None when it is not visible."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return None
    pids = [c.pid for c in connections if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port]
    try:
        return next((f"{psutil.Process(pid).name()} (pid {pid})" for pid in pids if pid), None)
    except psutil.NoSuchProcess:
        return None


def require_free(port: int, purpose: str, remedy: str, host: str = LOCALHOST) -> None:
    """Raise a `LocalError` that names the process on an occupied port, or the permission that the port needs."""
    error = _bind_error(port, host)
    if error is None:
        return
    if isinstance(error, PermissionError):
        raise LocalError(
            f"Port {port}, which {purpose} needs, is for root alone on this machine. Allow it to everybody with "
            f"`sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}`, or start as root."
        )
    taken_by = holder(port) or "another program"
    raise LocalError(f"Port {port}, which {purpose} needs, is taken by {taken_by}. {remedy}")
