"""Memory that objects take in this process."""

import gc
import tracemalloc
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def traced_memory() -> Generator[Callable[[], int]]:
    """Yield a function that returns how many bytes were allocated in this block and are still in use."""
    gc.collect()
    tracemalloc.start()

    def in_use() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    try:
        yield in_use
    finally:
        tracemalloc.stop()
