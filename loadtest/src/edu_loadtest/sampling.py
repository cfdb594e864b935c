"""Random choices: one generator for all, and popularity by Zipf's law."""

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
rng = random.Random()  # noqa: S311 - chooses requests, protects nothing


class ZipfSampler(Generic[ItemT]):
    """Draws from items in the order of their popularity: the n-th is drawn with a frequency proportional to 1 / n."""

    def __init__(self, items: Sequence[ItemT]) -> None:
        self.items = items
        self._cumulative_weights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def draw(self) -> ItemT:
        """Return one item."""
        (item,) = rng.choices(self.items, cum_weights=self._cumulative_weights)
        return item
