"""Event loop lag: whatever blocks the loop delays every request of the process."""

import asyncio
import time
from collections.abc import Callable

PAUSE_SECONDS = 0.05


async def measure(*observers: Callable[[float], None]) -> None:
    """Until cancelled, report by how many seconds each of many short sleeps overran."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(PAUSE_SECONDS)
        late = max(0.0, time.perf_counter() - started - PAUSE_SECONDS)
        for observe in observers:
            observe(late)
