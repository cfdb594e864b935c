"""Two checkouts of the project, compared by platforms that run one at a time.

A build is driven only by what every release has: `./edu up`, `status` and `down`, and HTTP. The load generator is that
of the invoking checkout.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from edu_cli.bench.compare import Comparison, Variant, measure_capacity, measure_round
from edu_cli.bench.target import Target, connect, requests_of
from edu_cli.devserver import ports
from edu_cli.devserver.services import HOST, Ports
from edu_cli.devserver.state import default_state_directory
from edu_cli.errors import LocalError, last_lines
from edu_cli.ui import step
from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.observe import Targets
from edu_loadtest.open_loop.virtual_users import Counts
from edu_loadtest.sampling import rng
from edu_topology import SERVICES

Size = Literal["small", "full"]
COUNTS = Counts(students=60, teachers=10)
PROCESS = re.compile(r"^(\w+) +ready +(\d+) +\d+ ", re.MULTILINE)
"""A line of `./edu status`: name, state, pid, port."""


@dataclass
class Build(Variant):
    """A checkout with its own `./edu`, state directory (`home`) and ports."""

    path: Path = field(default_factory=Path)
    size: Size = "small"

    @classmethod
    def at(cls, path: Path, size: Size) -> "Build":
        """Return the build in this folder; raise `LocalError` when there is none."""
        path = path.resolve()
        if not (path / "edu").is_file():
            raise LocalError(f"{path} is not a checkout of EduPlatform: it has no ./edu.")
        return cls(path.name, path=path, size=size)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:8]
        self.home = default_state_directory() / "builds" / f"{self.path.name}-{digest}-{self.size}"
        (public,) = ports.find_free(1)
        self._base = ports.find_free_block(len(SERVICES) + 2)
        self._ports = Ports.standard(public, self._base)

    @contextmanager
    def running(self) -> Generator[tuple[Target, list[int]]]:
        """Yield the running platform and the pids of its processes; the data is kept for the next time."""
        listen = ["--port", str(self._ports.public), "--service-ports", str(self._base)]
        try:
            self._edu("up", "--detach", "--no-frontend", *listen, "--seed", self.size, "--rate-limits", "off")
            pids = {name: int(pid) for name, pid in PROCESS.findall(self._edu("status"))}
            services = {name: f"http://{HOST}:{port}" for name, port in self._ports.services.items()}
            others = {name: pid for name, pid in pids.items() if name not in (*SERVICES, "postgres")}
            observed = Targets(services, others, pids["postgres"])
            yield Target(f"http://{HOST}:{self._ports.public}", observed=observed), list(pids.values())
        finally:
            self._edu("down")

    def _edu(self, *arguments: str) -> str:
        """Run the build's own `./edu` and return its output."""
        done = subprocess.run(
            [str(self.path / "edu"), *arguments],
            cwd=self.path,
            env={**os.environ, "EDU_HOME": str(self.home), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalError(f"`./edu {arguments[0]}` of {self.path} failed:\n{last_lines(done.stdout + done.stderr)}")
        return done.stdout


def prepare(builds: tuple[Build, Build]) -> None:
    """Start each build that has no data yet, which installs its packages and seeds its databases."""
    if builds[0].path == builds[1].path:
        raise LocalError("Both builds are the same folder. Name two checkouts.")
    if builds[0].name == builds[1].name:
        for build in builds:
            build.name = str(build.path)
    for build in builds:
        if not build.home.exists():
            with step(f"Preparing {build.name}"), build.running():
                pass


async def compare(
    a: Build, b: Build, load: Load, rounds: int, *, weights: Mapping[str, float] | None = None, capacity: bool = False
) -> Comparison:
    """Measure both builds in turns, A B A B, with the same users and requests in each round."""
    os.environ["SEED_SIZE"] = a.size
    for number in range(1, rounds + 1):
        for build in (a, b):
            with step(f"Round {number} of {rounds}: {build.name}"), build.running() as (target, pids):
                rng.seed(number)
                async with connect(target, COUNTS) as (client, users):
                    result = await measure_round(client, requests_of(users, weights), load, target, pids, number)
                if capacity:
                    result = replace(result, capacity=await measure_capacity(target, weights))
                build.rounds.append(result)
    return Comparison(a, b, load)
