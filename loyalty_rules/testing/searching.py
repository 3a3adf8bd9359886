"""Looks for what breaks, by choices made at random, and makes what is found small.

Hypothesis does the same for anybody's own tests (`strategies`). Here nothing is asked but "does it break": so a choice
costs what drawing a number costs, and the same seed draws the same whatever else has been imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, TypeVar

from loyalty_rules.testing.choosing import Draw

T = TypeVar("T")
Drawing = Callable[[Draw], T]
Breaks = Callable[[T], bool]

#: Of so many numbers one lies at an end of what it may be.
_AT_AN_END: Final = 8
#: How often something smaller is tried, at most.
_TRIES: Final = 600


class Choices:
    """A `Draw` that notes what it chose, as places from 0; the first ones may be given, and with no `random` all others
    are 0."""

    def __init__(self, given: Sequence[int] = (), random: Random | None = None) -> None:
        self._given = given
        self._random = random
        self.made: list[int] = []

    def integer(self, low: int, high: int) -> int:
        return low + self._next(high - low + 1, ends=True)

    def pick(self, values: Sequence[T]) -> T:
        return values[self._next(len(values), ends=False)]

    def _next(self, count: int, *, ends: bool) -> int:
        place = 0
        if len(self.made) < len(self._given):
            place = min(self._given[len(self.made)], count - 1)
        elif self._random is not None:
            place = int(self._random.random() * count)
            if ends and count > _AT_AN_END and self._random.random() * _AT_AN_END < 1:
                place = self._random.choice((0, count - 1))
        self.made.append(place)
        return place


def drawn(drawing: Drawing[T], random: Random) -> tuple[T, tuple[int, ...]]:
    """Something drawn at random, and the choices that come to it."""
    choices = Choices(random=random)
    return drawing(choices), tuple(choices.made)


def smallest(drawing: Drawing[T], breaks: Breaks[T], found: T, chosen: Sequence[int]) -> T:
    """What breaks by fewer and by plainer choices, as far as some hundred tries find it: `found` came of `chosen`."""
    best, value = tuple(chosen), found
    seen, left = {best}, _TRIES
    again = True
    while again and left:
        again = False
        for tried in _simpler(best):
            choices = Choices(tried)
            other = drawing(choices)
            made = tuple(choices.made)
            if made in seen or (len(made), made) >= (len(best), best):
                continue
            seen.add(made)
            left -= 1
            if breaks(other):
                best, value, again = made, other, True
                break
            if not left:
                break
    return value


def _simpler(chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Some choices left out, many first; then one of them made plainer, and then some less."""
    size = len(chosen)
    while size:
        yield from (chosen[:at] + chosen[at + size :] for at in range(0, len(chosen) - size + 1, max(1, size // 2)))
        size //= 2
    for at, place in enumerate(chosen):
        for less in dict.fromkeys((0, place // 2, place - 1)):
            if 0 <= less < place:
                yield (*chosen[:at], less, *chosen[at + 1 :])
