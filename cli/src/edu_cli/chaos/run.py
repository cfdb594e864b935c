"""One run: kill processes, supervise the rest, wait until everything has settled, audit."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from edu_cli.chaos.traffic import Traffic, read_catalogue
from edu_cli.devserver.platform import Options, Platform
from edu_common.fault_injection.safeguards import Safeguard, consented
from edu_seed.errors import SeedError
from edu_seed.invariants import Finding, audit, connected, evaluate
from edu_seed.invariants.events import SETTLED
from edu_topology import SERVICES

POLL_SECONDS = 0.05
SETTLE_SECONDS = 120.0
FAILURES_ALLOWED = 100
"""The run ends after this many requests that were not acknowledged."""
SHORTEST_PAUSE = 0.4
VICTIMS = (*["postgres"] * 3, *["gateway"] * 3, *SERVICES)
"""Every one is killed before any is killed twice; a service takes seconds of CPU to restart, the first two tenths."""


@dataclass(frozen=True)
class Plan:
    purchases: int = 10_000
    kill_every: float = 0.5
    students: int = 24
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
    server_errors: list[str]
    """Responses such as 500, which a killed process does not excuse."""
    unacknowledged: list[str]
    findings: list[Finding] = field(repr=False)

    @property
    def violated(self) -> list[str]:
        return [str(finding) for finding in self.findings if finding.exceptions]

    @property
    def passed(self) -> bool:
        """Return whether every request was acknowledged in the end, without a server error, and all invariants hold."""
        return not self.server_errors and not self.unacknowledged and not self.violated


Progress = Callable[[str], None]
"""Receives a line on the progress of the run, or on what it waits for."""


def no_progress(_: str) -> None:
    """Ignore progress, for runs that show nothing."""


def run(platform: Platform, plan: Plan, update: Progress = no_progress) -> Report:
    """Kill processes of a running, seeded platform while students use it.

    Call it from the thread that started the platform.
    """
    started = time.monotonic()
    for safeguard in plan.without:
        remove_from_database(platform, safeguard)
    traffic = asyncio.run(_traffic(platform, plan))
    students = threading.Thread(target=lambda: asyncio.run(traffic.run()), daemon=True)
    students.start()
    kills = _kill_while(platform, plan, traffic, students, update)
    seconds = time.monotonic() - started
    settled_after = settle(platform, update)
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
        server_errors=tally.server_errors,
        unacknowledged=tally.unacknowledged,
        findings=findings,
    )


def remove_from_database(platform: Platform, safeguard: Safeguard) -> None:
    """Remove the constraint that backs up a safeguard which the services run without."""
    if safeguard is Safeguard.IDEMPOTENCY:
        platform.postgres.sql("DROP INDEX ix_payments_one_per_course", database="payment")


def database_urls(platform: Platform) -> dict[str, str]:
    """Return the DSN of each service's database."""
    return {name: platform.database_url(name, "postgresql") for name in SERVICES}


async def _traffic(platform: Platform, plan: Plan) -> Traffic:
    async with connected({"course": platform.database_url("course", "postgresql")}) as connections:
        catalogue = await read_catalogue(connections["course"])
    return Traffic(platform.url, catalogue, plan.purchases, plan.students, Random(plan.seed))  # noqa: S311 - repeatable


def _kill_while(
    platform: Platform, plan: Plan, traffic: Traffic, students: threading.Thread, update: Progress
) -> Counter[str]:
    """Kill when it is due and all components are up (on a slow machine they never would be); restart dead ones."""
    kills: Counter[str] = Counter()
    rng = Random(plan.seed)  # noqa: S311 - repeatable
    victims = _victims(rng)
    due = time.monotonic() + plan.kill_every
    end = time.monotonic() + plan.minutes * 60
    while students.is_alive():
        if time.monotonic() > end or len(traffic.tally.unacknowledged) > FAILURES_ALLOWED:
            traffic.close()
        platform.supervise(lambda _: None)
        if time.monotonic() >= due:
            if {*VICTIMS} <= {*platform.listening()}:
                victim = next(victims)
                platform.crash(victim)
                kills[victim] += 1
            due = time.monotonic() + plan.kill_every * rng.uniform(SHORTEST_PAUSE, 1)
        update(
            f"{traffic.done} of {traffic.purchases} purchases, {kills.total()} kills, {traffic.tally.retries} retries"
        )
        students.join(POLL_SECONDS)
    return kills


def _victims(rng: Random) -> Iterator[str]:
    while True:
        yield from rng.sample(VICTIMS, len(VICTIMS))


def settle(platform: Platform, update: Progress = no_progress) -> float:
    """Supervise the platform until no work is in progress; return the seconds that took.

    It gives up after `SETTLE_SECONDS`; the audit then reports what has not settled.
    """
    started = time.monotonic()
    platform.supervise(lambda _: None)
    while (pending := _unsettled(platform)) and time.monotonic() - started < SETTLE_SECONDS:
        update(f"waiting: {pending}")
        time.sleep(POLL_SECONDS)
        platform.supervise(lambda _: None)
    return time.monotonic() - started


def _unsettled(platform: Platform) -> str:
    """Return what is still in progress; an empty text when everything has settled."""

    async def check_all() -> str:
        async with connected(database_urls(platform)) as connections:
            findings = await evaluate(connections, SETTLED)
        return "; ".join(str(finding) for finding in findings if finding.exceptions)

    try:
        return asyncio.run(check_all())
    except SeedError as error:  # Postgres is still recovering
        return str(error)
