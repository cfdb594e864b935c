"""A temporary Redis that tests may kill, freeze and empty."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = "redis-server"
START_SECONDS = 20.0


def installed() -> bool:
    return shutil.which(PROGRAM) is not None


class RedisServer:
    """A Redis that saves nothing to disk; it restarts on the same port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"redis://127.0.0.1:{port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no", "loglevel": "warning"}
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen([PROGRAM, *arguments], cwd=Path("/"), stdout=subprocess.DEVNULL)  # noqa: S603
        deadline = time.monotonic() + START_SECONDS
        while self.command("PING") != b"+PONG":
            assert self._process.poll() is None, f"{PROGRAM} ended at once"
            assert time.monotonic() < deadline, f"{PROGRAM} does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill the process as `kill -9` does: its data are lost."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """Stop the process: connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        assert self.command("FLUSHALL") == b"+OK"

    def command(self, words: str) -> bytes:
        """Return the first line of the response to an inline command; an empty one when there is no response."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(words.encode() + b"\r\n")
                return connection.recv(4096).split(b"\r\n")[0]
        except OSError:
            return b""

    def _signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)
