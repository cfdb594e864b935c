"""How much memory a cached value takes."""

import gc
import sys
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

SHARED = (type, Enum, FunctionType, ModuleType)
"""What a value refers to without owning it: it would be in memory without the value, too."""


def deep_size(value: Any) -> int:
    """Return the bytes that `value` takes together with all that it refers to, shared objects left out."""
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
