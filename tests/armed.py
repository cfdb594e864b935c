"""Processes that kill themselves at a failpoint, and the audit of the databases afterwards."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from edu_cli.chaos.run import database_urls, settle
from edu_cli.devserver.platform import Platform
from edu_common.fault_injection.failpoints import KILLED
from edu_seed.invariants import audit
from people import eventually

ALL_ON: Mapping[str, str] = {}


@contextmanager
def armed(platform: Platform, service: str, place: str, environment: Mapping[str, str] = ALL_ON) -> Generator[None]:
    """Run a service with the failpoint `place`, which the block must reach; restart it without one afterwards."""
    platform.reconfigure({service: {"FAILPOINT": place, **environment}})
    try:
        yield
        eventually(lambda: platform.children[service].status, lambda status: status == KILLED, within=30)
    finally:
        platform.restart(service, FAILPOINT="")


def broken_promises(platform: Platform) -> list[str]:
    """Return the audit's violations once the platform has settled."""
    settle(platform)
    findings = asyncio.run(audit(database_urls(platform)))
    return [str(finding) for finding in findings if finding.exceptions]
