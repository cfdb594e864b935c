"""Memory size of a cached value."""

import gc
import sys
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

SHARED = (type, Enum, FunctionType, ModuleType)
"""What a value refers to without owning it: it is in memory anyway."""


def deep_size(value: Any) -> int:
    """Return the size in bytes of `value` and everything it refers to, except shared objects."""
    seen: set[int] = set()
    waiting = [value]
    total = 0
    while waiting:
        item = waiting.pop()
        if item is None or isinstance(item, SHARED) or id(item) in seen:
            continue
        seen.add(id(item))
        total += sys.getsizeof(item)
        waiting.extend(gc.get_referents(item))
    return total
