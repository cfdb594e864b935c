"""How late the event loop is: what blocks it shows in every request of the process."""

import asyncio
import time

from edu_common.metrics import EVENT_LOOP_LAG

PAUSE_SECONDS = 0.1


async def measure(service: str) -> None:
    """Observe, until cancelled, by how much a short sleep lasts too long."""
    lag = EVENT_LOOP_LAG.labels(service)
    while True:
        started = time.perf_counter()
        await asyncio.sleep(PAUSE_SECONDS)
        lag.observe(max(0.0, time.perf_counter() - started - PAUSE_SECONDS))
