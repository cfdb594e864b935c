"""Direct queries of the databases, whose contents the fault tests check against."""

import asyncio
from typing import Any

import asyncpg

from edu_cli.devserver.platform import Platform
from edu_topology import SERVICES
from people import eventually


def fetch_value(platform: Platform, service: str, query: str, *arguments: Any) -> Any:
    """Return the first value of the first row."""

    async def run() -> Any:
        connection = await asyncpg.connect(platform.database_url(service, "postgresql"))
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()

    return asyncio.run(run())


def undelivered(platform: Platform) -> int:
    """Return the number of undelivered events of all services."""
    query = "SELECT count(*) FROM outbox_deliveries WHERE delivered_at IS NULL"
    return sum(fetch_value(platform, service, query) for service in SERVICES)


def until_delivered(platform: Platform, within: float = 30) -> None:
    """Wait until every event is delivered to every subscriber."""
    eventually(lambda: undelivered(platform), lambda left: left == 0, within=within)


def charges(platform: Platform, course_id: str) -> int:
    """Return how often the payment provider charged for a course."""
    query = (
        "SELECT count(*) FROM mock_charges c JOIN payments p ON p.id = c.idempotency_key "
        "WHERE p.course_id = $1 AND c.state = 'completed'"
    )
    return fetch_value(platform, "payment", query, course_id)
