"""Sets of units that an offer counts: which are bought, and which it acts on.

Units are counted in runs: so many of one line. What stands below is worked out run by run, never unit by unit, so a
line of 6,000 units costs no more than one of 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from loyalty_rules.amounts import Rounding, round_ratio
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Pick, Picked, Picking, Sets
from loyalty_rules.lang.conditions import LineSet
from loyalty_rules.values import frozen

#: Units by place of the line, in the order in which they are taken.
Units: TypeAlias = dict[int, int]


class Spoken(NamedTuple):
    """Units of a line that stand in sets of other offers, and what these took off them."""

    units: int
    off: int


def free_units(view: View, spoken: Mapping[int, Spoken]) -> View:
    """The order with the units alone that stand in no other set. What was taken off for sets lies on their units, what
    was taken off lines on all units alike."""
    if not spoken:
        return view
    lines = list(view.occasion.lines)
    for place, (units, off) in spoken.items():
        line = lines[place]
        free = line.items - units
        lines[place] = line._replace(
            items=free,
            after_discounts=round_ratio((line.after_discounts + off) * free, line.items, Rounding.DOWN),
            list_price=round_ratio(line.list_price * free, line.items, Rounding.DOWN),
        )
    return replace(view, occasion=view.occasion._replace(lines=tuple(lines)))


class Same(NamedTuple):
    """So many sets with the same units."""

    times: int
    units: Units


@frozen
class Counted:
    """How many sets there are, the units that are spoken for by them, and the units that the offer acts on."""

    count: int
    used: Units
    picks: tuple[Same, ...]


def counted_sets(view: View, sets: Sets, places: Sequence[int]) -> Counted:
    """The sets that can be made of the units of these lines, as many as there can be; where several lines of the offer
    want the same units, those listed first take them."""
    counting = _Counting(view, places)
    streams = counting.streams(sets)
    bought = [(units, sets.buys[0].number) for _, units in streams] if sets.same_sku else []
    if sets.fewer:
        (one,) = sets.buys
        taken = [counting.take(one.lines, one.order, one.number * (sets.most or 1))]
        found = list(_in_sets(taken, [one.number], -(-sum(taken[0].values()) // one.number)))
    elif sets.same_sku:
        parts = [_in_sets([runs], [number], sum(runs.values()) // number) for runs, number in bought]
        found = list(_first(sets.most, (same for part in parts for same in part)))
    else:
        count = counting.most(sets)
        taken = [counting.take(one.lines, one.order, one.number * count) for one in sets.buys]
        found = list(_in_sets(taken, [one.number for one in sets.buys], count))
    count = sum(same.times for same in found)
    used = _summed(found)
    if sets.pick is None:
        return Counted(count, used, tuple(found))
    if sets.pick.lines is None:
        return Counted(count, used, tuple(counting.of_bought(sets.pick, found, count)))
    counting.speak(used if sets.same_sku else {})
    others = counting.take(sets.pick.lines, sets.pick.order, sets.pick.number * count)
    picks = tuple(_in_sets([others], [sets.pick.number], count))
    return Counted(count, _summed([*found, *picks]), picks)


class _Counting:
    """The units that are left of each line."""

    def __init__(self, view: View, places: Sequence[int]) -> None:
        self.view = view
        self.left = {place: view.occasion.lines[place].items for place in places}

    def ordered(self, places: Iterable[int], order: Pick) -> list[int]:
        """Lines by the price of a unit with which they came; of equals the earlier first."""
        if order is Pick.LINE_ORDER:
            return sorted(places)
        sign = 1 if order is Pick.CHEAPEST else -1
        return sorted(places, key=lambda place: (sign * Fraction(*self.view.occasion.lines[place].unit_price), place))

    def runs(self, lines: LineSet, order: Pick) -> Units:
        """The units that are left of the lines of a selection, in order."""
        places = [place for place, left in self.left.items() if left > 0 and self.view.selected(lines, place)]
        return {place: self.left[place] for place in self.ordered(places, order)}

    def streams(self, sets: Sets) -> list[tuple[str, Units]]:
        """The units of each product, the first in order first."""
        found: dict[str, Units] = {}
        if sets.same_sku:
            for place, units in self.runs(sets.buys[0].lines, sets.buys[0].order).items():
                found.setdefault(self.view.occasion.lines[place].sku, {})[place] = units
        return list(found.items())

    def take(self, lines: LineSet, order: Pick, number: int) -> Units:
        """The first so many units, or all that are left; they are left no more."""
        found: Units = {}
        for place, units in self.runs(lines, order).items():
            share = min(units, number)
            if share:
                found[place] = share
                self.left[place] -= share
                number -= share
        return found

    def speak(self, units: Units) -> None:
        for place, number in units.items():
            self.left[place] -= number

    def most(self, sets: Sets) -> int:
        """How many sets there can be."""
        wants = [(one.lines, one.order, one.number) for one in sets.buys]
        pick = sets.pick
        if pick is not None and pick.lines is not None and pick.how is Picking.EXACTLY:
            wants.append((pick.lines, pick.order, pick.number))
        high = min(sum(self.runs(lines, order).values()) // number for lines, order, number in wants)
        high = high if sets.most is None else min(high, sets.most)
        low = high if len(wants) == 1 else 0
        while low < high:  # a set more takes what a set fewer leaves: so it is found by halves
            middle = (low + high + 1) // 2
            if self._there_are(wants, middle):
                low = middle
            else:
                high = middle - 1
        return low

    def _there_are(self, wants: Sequence[tuple[LineSet, Pick, int]], count: int) -> bool:
        before = dict(self.left)
        enough = all(
            sum(self.take(lines, order, number * count).values()) == number * count for lines, order, number in wants
        )
        self.left = before
        return enough

    def of_bought(self, pick: Picked, found: Sequence[Same], count: int) -> Iterator[Same]:
        """The units of each set, or the band of all of them, that the offer acts on."""
        first = 0 if pick.how is not Picking.THE_NTH else pick.number - 1
        size = pick.number - first
        if pick.across:
            yield Same(1, self._band(_summed(found), pick.order, first * count, size * count))
            return
        for same in found:
            yield Same(same.times, self._band(same.units, pick.order, first, size))

    def _band(self, units: Units, order: Pick, skip: int, number: int) -> Units:
        found: Units = {}
        for place in self.ordered(units, order):
            over = min(skip, units[place])
            skip -= over
            share = min(number, units[place] - over)
            if share:
                found[place] = share
                number -= share
        return found


def _in_sets(taken: Sequence[Units], sizes: Sequence[int], count: int) -> Iterator[Same]:
    """Units in the order in which they were taken as sets, those that are alike together."""
    streams = [[[place, units] for place, units in one.items()] for one in taken]
    while count:
        times = count
        for stream, size in zip(streams, sizes, strict=True):
            times = min(times, max(1, stream[0][1] // size) if stream else count)
        units: Units = {}
        for stream, size in zip(streams, sizes, strict=True):
            for place, number in _cut(stream, size, times):
                units[place] = units.get(place, 0) + number
        yield Same(times, units)
        count -= times


def _cut(stream: list[list[int]], size: int, times: int) -> Iterator[tuple[int, int]]:
    """The next units of a set, which are taken so many times; where there are fewer left, those."""
    while size and stream:
        place, left = stream[0]
        share = min(size, left)
        yield place, share
        size -= share
        stream[0][1] -= share * times
        if not stream[0][1]:
            del stream[0]


def _first(most: int | None, found: Iterable[Same]) -> Iterator[Same]:
    for same in found:
        times = same.times if most is None else min(same.times, most)
        most = None if most is None else most - times
        if times:
            yield Same(times, same.units)


def _summed(found: Iterable[Same]) -> Units:
    units: Units = {}
    for same in found:
        for place, number in same.units.items():
            units[place] = units.get(place, 0) + number * same.times
    return units
