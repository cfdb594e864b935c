"""Two settings or profiles of this checkout, compared on one platform that is reconfigured between the turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from edu_cli.bench.compare import Comparison, Variant, measure_capacity, measure_round
from edu_cli.bench.target import Target, connect, requests_of
from edu_cli.devserver.platform import BASELINE, Platform
from edu_cli.errors import LocalError
from edu_cli.ui import step
from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.observe import Targets
from edu_loadtest.open_loop.virtual_users import Counts
from edu_topology import SERVICES

PROFILES: dict[str, dict[str, str]] = {"standard": {}, "baseline": BASELINE}
OPERATIONS = {"search_frequent": 2.0, "search_rare": 2.0, "list": 2.0, "curriculum": 2.0, "me": 1.0, "login": 1.0}
COUNTS = Counts(students=40, teachers=0)


@dataclass
class Settings(Variant):
    """A setting or a profile: environment variables by service."""

    environments: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    @classmethod
    def parse(cls, text: str) -> "Settings":
        """Parse `baseline`, `NAME=VALUE`, `service.NAME=VALUE`, or several of them separated by commas."""
        environments: dict[str, dict[str, str]] = {}
        for item in text.split(","):
            services, variables = _parse_setting(item)
            for service in services:
                environments.setdefault(service, {}).update(variables)
        return cls(text, environments=environments)


def _parse_setting(item: str) -> tuple[Sequence[str], dict[str, str]]:
    if item in PROFILES:
        return SERVICES, PROFILES[item]
    variable, equals, value = item.partition("=")
    service, dot, name = variable.rpartition(".")
    if not equals or not name or (dot and service not in SERVICES):
        raise LocalError(
            f"{item} is neither a profile ({', '.join(PROFILES)}) nor a setting such as course.DB_POOL_SIZE=20 or "
            f"CACHE=none. Services are {', '.join(SERVICES)}; docs/reference/settings.md lists their settings."
        )
    return [service] if dot else SERVICES, {name: value}


async def compare(
    a: Settings,
    b: Settings,
    platform: Platform,
    load: Load,
    rounds: int,
    *,
    weights: Mapping[str, float] | None = OPERATIONS,
    capacity: bool = False,
) -> Comparison:
    """Measure both settings in turns on a running platform; only services that differ are restarted."""
    concerned = a.environments.keys() | b.environments.keys()
    async with connect(_target(platform), COUNTS) as (client, users):
        requests = requests_of(users, weights)
        for number in range(1, rounds + 1):
            for variant in (a, b):
                with step(f"Round {number} of {rounds}: {variant.name}"):
                    platform.reconfigure({name: variant.environments.get(name, {}) for name in concerned})
                    target = _target(platform)
                    result = await measure_round(client, requests, load, target, platform.pids(), number)
                variant.rounds.append(
                    replace(result, capacity=await measure_capacity(target, weights)) if capacity else result
                )
    return Comparison(a, b, load)


def _target(platform: Platform) -> Target:
    """Return the platform with its current processes, which differ after each restart."""
    gateway, postgres = platform.children["gateway"].pid, platform.postgres.child
    services = {name: platform.service_url(name) for name in SERVICES}
    observed = Targets(services, {"gateway": gateway} if gateway else {}, postgres.pid if postgres else None)
    return Target(platform.url, observed=observed)
