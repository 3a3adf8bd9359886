"""Choices made by a seed alone, for runs in which nothing has to be shrunk: many, fast, and the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A `Draw`. The same seed chooses the same."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def pick(self, values: Sequence[T]) -> T:
        return values[self._random.randrange(len(values))]
