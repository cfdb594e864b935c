"""How late the event loop is: what blocks it shows in every request of the process."""

import asyncio
import time
from collections.abc import Callable

PAUSE_SECONDS = 0.05


async def measure(*observers: Callable[[float], None]) -> None:
    """Tell, until cancelled, by how many seconds each of many short sleeps lasted too long."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(PAUSE_SECONDS)
        late = max(0.0, time.perf_counter() - started - PAUSE_SECONDS)
        for observe in observers:
            observe(late)
