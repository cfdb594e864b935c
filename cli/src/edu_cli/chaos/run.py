"""One run: kill, tend, wait until all has settled, audit."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from edu_cli.chaos.traffic import Traffic, read_catalogue
from edu_cli.devserver.platform import Options, Platform
from edu_cli.devserver.services import NAMES
from edu_common.fault_injection.safeguards import Safeguard, consented
from edu_seed.errors import SeedError
from edu_seed.invariants import Finding, ask, audit, connected
from edu_seed.invariants.events import SETTLED

POLL_SECONDS = 0.05
SETTLE_SECONDS = 120.0
REFUSALS_ALLOWED = 100
"""After so many the run has failed, and ends."""
SHORTEST = 0.4
VICTIMS = (*["postgres"] * 3, *["gateway"] * 3, *NAMES)
"""All of them before any again; a service takes seconds of a processor to start again, the first two tenths."""


@dataclass(frozen=True)
class Plan:
    purchases: int = 10_000
    kill_every: float = 0.5
    crowd: int = 24
    seed: int = 1
    minutes: float = 60.0
    without: tuple[Safeguard, ...] = ()

    def options(self) -> Options:
        return Options(rate_limits="off", durable=False, environment=consented(list(self.without)))


@dataclass
class Report:
    plan: Plan
    purchases: int
    seconds: float
    settled_after: float
    requests: int
    retries: int
    refreshed: int
    signed_in_again: int
    receipts: Mapping[str, int]
    kills: Mapping[str, int]
    faulty: list[str]
    refused: list[str]
    findings: list[Finding] = field(repr=False)

    @property
    def broken(self) -> list[str]:
        return [str(finding) for finding in self.findings if finding.exceptions]

    @property
    def kept(self) -> bool:
        """No answer was a fault, every request was acknowledged in the end, and every promise kept."""
        return not self.faulty and not self.refused and not self.broken


Told = Callable[[str], None]
"""Takes a line on where the run stands and what it waits for."""


def unheard(_: str) -> None:
    """Takes the lines of runs that show nothing."""


def run(platform: Platform, plan: Plan, told: Told = unheard) -> Report:
    """Kill a running, seeded platform's processes while people use it; call it from the thread that started it."""
    started = time.monotonic()
    for safeguard in plan.without:
        take_from_database(platform, safeguard)
    traffic = asyncio.run(_traffic(platform, plan))
    crowd = threading.Thread(target=lambda: asyncio.run(traffic.run()), daemon=True)
    crowd.start()
    kills = _kill_while(platform, plan, traffic, crowd, told)
    seconds = time.monotonic() - started
    settled_after = settle(platform, told)
    traffic.tally.receipts.save(platform.state.root / "receipts.json")
    findings = asyncio.run(audit(database_urls(platform), traffic.tally.receipts))
    tally = traffic.tally
    return Report(
        plan=plan,
        purchases=traffic.started,
        seconds=round(seconds, 1),
        settled_after=round(settled_after, 1),
        requests=tally.requests,
        retries=tally.retries,
        refreshed=tally.refreshed,
        signed_in_again=tally.signed_in_again,
        receipts={name: len(rows) for name, rows in vars(tally.receipts).items()},
        kills=dict(sorted(kills.items())),
        faulty=tally.faulty,
        refused=tally.refused,
        findings=findings,
    )


def take_from_database(platform: Platform, safeguard: Safeguard) -> None:
    """Take away what stands behind a safeguard that the services run without."""
    if safeguard is Safeguard.IDEMPOTENCY:
        platform.postgres.sql("DROP INDEX ix_payments_one_per_course", database="payment")


def database_urls(platform: Platform) -> dict[str, str]:
    return {name: platform.database_url(name, "postgresql") for name in NAMES}


async def _traffic(platform: Platform, plan: Plan) -> Traffic:
    async with connected({"course": platform.database_url("course", "postgresql")}) as connections:
        catalogue = await read_catalogue(connections["course"])
    return Traffic(platform.url, catalogue, plan.purchases, plan.crowd, Random(plan.seed))  # noqa: S311 - repeatable


def _kill_while(platform: Platform, plan: Plan, traffic: Traffic, crowd: threading.Thread, told: Told) -> Counter[str]:
    """Kill when it is due and all parts are up (on a slow machine they would never be), start again what is dead."""
    kills: Counter[str] = Counter()
    rng = Random(plan.seed)  # noqa: S311 - repeatable
    victims = _victims(rng)
    due = time.monotonic() + plan.kill_every
    end = time.monotonic() + plan.minutes * 60
    while crowd.is_alive():
        if time.monotonic() > end or len(traffic.tally.refused) > REFUSALS_ALLOWED:
            traffic.close()
        platform.tend(lambda _: None)
        if time.monotonic() >= due:
            if {*VICTIMS} <= {*platform.listening()}:
                victim = next(victims)
                platform.crash(victim)
                kills[victim] += 1
            due = time.monotonic() + plan.kill_every * rng.uniform(SHORTEST, 1)
        told(f"{traffic.done} of {traffic.purchases} purchases, {kills.total()} kills, {traffic.tally.retries} retries")
        crowd.join(POLL_SECONDS)
    return kills


def _victims(rng: Random) -> Iterator[str]:
    while True:
        yield from rng.sample(VICTIMS, len(VICTIMS))


def settle(platform: Platform, told: Told = unheard) -> float:
    """Tend until nothing is under way; gives the seconds. What has not settled in time the audit tells."""
    started = time.monotonic()
    platform.tend(lambda _: None)
    while (waits := _unsettled(platform)) and time.monotonic() - started < SETTLE_SECONDS:
        told(f"waiting: {waits}")
        time.sleep(POLL_SECONDS)
        platform.tend(lambda _: None)
    return time.monotonic() - started


def _unsettled(platform: Platform) -> str:
    """What is still under way; nothing when all has settled."""

    async def ask_all() -> str:
        async with connected(database_urls(platform)) as connections:
            findings = await ask(connections, SETTLED)
        return "; ".join(str(finding) for finding in findings if finding.exceptions)

    try:
        return asyncio.run(ask_all())
    except SeedError as error:  # Postgres is still recovering
        return str(error)
