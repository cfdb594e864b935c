"""Chance: dice for everything, and what is popular by Zipf's law."""

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
dice = random.Random()  # noqa: S311 - chooses what to ask, guards nothing


class Popular(Generic[ItemT]):
    """Items in the order of their popularity: the n-th is chosen with a frequency of 1 / n."""

    def __init__(self, items: Sequence[ItemT]) -> None:
        self.items = items
        self._heights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def pick(self) -> ItemT:
        (item,) = dice.choices(self.items, cum_weights=self._heights)
        return item
