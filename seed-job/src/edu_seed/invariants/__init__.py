"""The invariants within and between the five databases, as SQL, and their evaluation."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from edu_seed.databases import Connection, connect
from edu_seed.errors import explained
from edu_seed.invariants.always import ALWAYS
from edu_seed.invariants.kinds import Invariant, Row
from edu_seed.invariants.receipts import Receipts, promises
from edu_seed.invariants.seeded import SEEDED

INVARIANTS = (*ALWAYS, *SEEDED)
"""The invariants of demonstration data that no one has used yet."""


@dataclass(frozen=True)
class Finding:
    """The result of one invariant: its violations."""

    says: str
    exceptions: list[Row] = field(default_factory=list[Row])

    def __str__(self) -> str:
        if not self.exceptions:
            return self.says
        example = ", ".join(map(str, self.exceptions[0]))
        return f"Does not hold: {self.says} ({len(self.exceptions)} exceptions, such as {example})"


async def check(urls: Mapping[str, str]) -> list[str]:
    """Return one sentence for each violated invariant of unused demonstration data."""
    async with connected(urls) as connections:
        return await broken(connections)


async def broken(connections: Mapping[str, Connection]) -> list[str]:
    """Do the same over open connections, as their transactions see the data."""
    return [str(finding) for finding in await evaluate(connections, INVARIANTS) if finding.exceptions]


async def audit(urls: Mapping[str, str], receipts: Receipts | None = None) -> list[Finding]:
    """Return whether all promises are kept, after any use of the platform and once it has settled."""
    async with connected(urls) as connections:
        return await evaluate(connections, (*promises(receipts or Receipts()), *ALWAYS))


async def evaluate(connections: Mapping[str, Connection], invariants: Iterable[Invariant]) -> list[Finding]:
    """Return one finding for each sentence that the invariants state."""
    findings: dict[str, Finding] = {}
    for invariant in invariants:
        with explained(f"Checking that {invariant.says}"):
            found = await invariant.violations(connections)
        findings.setdefault(invariant.says, Finding(invariant.says)).exceptions.extend(found)
    return list(findings.values())


@asynccontextmanager
async def connected(urls: Mapping[str, str]) -> AsyncGenerator[dict[str, Connection]]:
    async with AsyncExitStack() as stack:
        connections: dict[str, Connection] = {}
        for name, url in urls.items():
            connections[name] = await connect(name, url)
            stack.push_async_callback(connections[name].close)
        yield connections
