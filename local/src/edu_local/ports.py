"""TCP ports of this machine: which are free, and who holds one that is not."""

import random
import socket

import psutil

from edu_local.errors import LocalError

LOCALHOST = "127.0.0.1"
BELOW_EPHEMERAL = range(20_000, 32_000)  # a client's own port never lands here, so a dead server's stays free


def is_free(port: int, host: str = LOCALHOST) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def find_free(count: int) -> list[int]:
    """Distinct ports that are free on the loopback address now."""
    candidates = random.sample(BELOW_EPHEMERAL, len(BELOW_EPHEMERAL))
    found = [port for port, _ in zip(filter(is_free, candidates), range(count), strict=False)]
    if len(found) < count:
        raise LocalError("No free TCP port was found on 127.0.0.1. End a program that listens and try again.")
    return found


def holder(port: int) -> str | None:
    """The process that listens on the port, for people: `node (pid 4711)`; None when it can't be seen."""
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
    """Raise a `LocalError` that names the holder when the port is taken."""
    if is_free(port, host):
        return
    taken_by = holder(port) or "another program"
    raise LocalError(f"Port {port}, which {purpose} needs, is taken by {taken_by}. {remedy}")
