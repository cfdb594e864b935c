"""The platform under test, and the users that send it requests."""

import os
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from edu_cli.devserver.seeding import Size
from edu_cli.devserver.services import HOST
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console
from edu_loadtest import mix
from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.observe import Targets
from edu_loadtest.open_loop.virtual_users import (
    Counts,
    PreparationFailed,
    VirtualUsers,
    mix_of,
    sign_in_users,
    standard_mix,
)
from edu_loadtest.request import Request

STANDARD = "standard"


@dataclass(frozen=True)
class Target:
    """A platform under test: its URL, services to send requests to directly, and the processes to observe."""

    url: str
    services: Mapping[str, str] = field(default_factory=dict[str, str])
    observed: Targets = field(default_factory=Targets)


def find_target(url: str | None = None, size: Size | None = None, *, direct: bool = False) -> Target:
    """Return the platform at `url`, by default the one that runs on this machine.

    It also sets SEED_SIZE, which decides the accounts to sign in with. With `direct`, requests bypass the gateway.
    """
    if url:
        os.environ["SEED_SIZE"] = size or "small"
        return Target(url)
    state = State(default_state_directory())
    run = state.require_run(" --rate-limits off --seed full")
    os.environ["SEED_SIZE"] = size or state.fact("seeded") or "small"
    services = {name: f"http://{HOST}:{port}" for name, port in run.service_ports.items()}
    pids = {record.name: record.pid for record in run.processes}
    observed = Targets(services, {"gateway": pids["gateway"]}, pids["postgres"])
    return Target(run.url, services if direct else {}, observed)


@asynccontextmanager
async def connect(target: Target, counts: Counts) -> AsyncGenerator[tuple[Client, VirtualUsers]]:
    """Yield a client and users who are signed in; raise `LocalError` when the platform does not let them in."""
    client = Client(target.url, target.services)
    try:
        with console.status("") as status:
            users = await sign_in_users(client, counts, lambda text: status.update(f"Preparing: {text} …"))
        yield client, users
    except PreparationFailed as error:
        raise LocalError(str(error)) from error
    finally:
        await client.close()


def parse_mix(text: str) -> dict[str, float] | None:
    """Parse `search=2,login=1` into weights by operation; None for the standard mix."""
    if text == STANDARD:
        return None
    try:
        weights = {name: float(value or 1) for name, _, value in (item.partition("=") for item in text.split(","))}
    except ValueError as error:
        raise LocalError(f"--mix {text}: a weight is not a number. It should look like search=2,login=1.") from error
    unknown = [name for name in weights if name not in mix.OPERATIONS]
    if unknown:
        raise LocalError(f"--mix: there is no operation {unknown[0]}. The operations are {', '.join(mix.OPERATIONS)}.")
    return weights


def requests_of(users: VirtualUsers, weights: Mapping[str, float] | None) -> Iterator[Request]:
    """Yield the users' requests endlessly, by these weights or by the standard mix."""
    return mix_of(users, weights) if weights else standard_mix(users)
