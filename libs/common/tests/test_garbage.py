"""Objects created at start are excluded from later collections, newer ones are not."""

import subprocess
import sys

TRIAL = """
import gc
import weakref
from edu_common.web.garbage_collection import freeze_startup_objects

class Node:
    pass

def circle():
    node = Node()
    node.itself = node
    return weakref.ref(node)

lasting = [Node() for _ in range(1_000)]
freeze_startup_objects()
assert gc.get_freeze_count() > 1_000
assert not any(isinstance(found, Node) for found in gc.get_objects())
later = circle()
gc.collect()
assert later() is None
"""


def test_only_what_exists_is_left_out() -> None:
    """Runs in a process of its own: the freeze cannot be confined to a test."""
    subprocess.run([sys.executable, "-c", TRIAL], check=True, timeout=60)  # noqa: S603
