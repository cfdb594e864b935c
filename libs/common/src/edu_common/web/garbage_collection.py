"""Garbage collection without the pauses that a service's many lasting objects would cause."""

import gc

YOUNG_OBJECTS = 10_000
"""New objects between two collections of the youngest generation."""


def freeze_startup_objects() -> None:
    """Let collections from now on pass over all objects that live now.

    What is imported and built at start (over a hundred thousand objects) lives as long as the process. A full
    collection walks all of it for nothing, and everybody waits for a tenth of a second or more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
