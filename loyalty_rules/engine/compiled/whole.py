"""Awards in whole units: rounded once at their place, split between the rule and its boosts, laid on lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Final, TypeAlias

from loyalty_rules.amounts import Rounding, round_ratio
from loyalty_rules.engine.compiled.slices import LateAward, Slices
from loyalty_rules.engine.gifts import ORDER
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.view import View
from loyalty_rules.engine.wholes import part_of_sum
from loyalty_rules.lang.checked import Place

_DOWN: Final = Rounding.DOWN

#: An award in whole units, before caps over them.
Whole: TypeAlias = Callable[[View, LateAward, Slices], Posting]


def split(total: int, weights: Sequence[int]) -> Sequence[int]:
    """`amounts.largest_remainder` of what is not below zero, unchecked; a weight below zero counts as none."""
    count = len(weights)
    if count == 1:
        return (total,)
    if min(weights) < 0:
        weights = [max(0, weight) for weight in weights]
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * count, count
    parts = [total * weight // whole for weight in weights]
    over = total - sum(parts)
    if over:
        rests = [total * weight % whole for weight in weights]
        if over == 1:
            parts[rests.index(max(rests))] += 1
        else:
            for place in sorted(range(count), key=rests.__getitem__, reverse=True)[:over]:
                parts[place] += 1
    return parts


def whole_of(place: Place, *, carry: bool) -> Whole:
    """How awards become whole at a place of rounding."""
    if place.by_line:
        return _by_line
    if place is Place.POSTING:
        return _later
    if place.period is not None:
        return _of_period
    return _carried if carry else _of_order


def _of_order(view: View, award: LateAward, slices: Slices) -> Posting:
    sums = [sum(one.tops) for one in slices.slices]
    top, bottom = sum(sums), slices.bottom
    if award.minimum is not None and 0 < top < award.minimum * bottom:
        return _posting(award, {ORDER: award.minimum}, sums)
    units = top // bottom if award.rounding.mode is _DOWN else round_ratio(top, bottom, award.rounding.mode)
    return _posting(award, {ORDER: units}, sums)


def _carried(view: View, award: LateAward, slices: Slices) -> Posting:
    """With what rounding cut off before, unless the award is lifted to its minimum."""
    sums = [sum(one.tops) for one in slices.slices]
    exact = Fraction(sum(sums), slices.bottom)
    if award.minimum is not None and 0 < exact < award.minimum:
        return _posting(award, {ORDER: award.minimum}, sums)
    exact += view.known.remainders.get((award.purse, award.rule), 0)
    # What was rounded up before is owed first.
    units = max(0, round_ratio(exact.numerator, exact.denominator, award.rounding.mode))
    found = _posting(award, {ORDER: units}, sums)
    found.remainder = exact - units
    return found


def _of_period(view: View, award: LateAward, slices: Slices) -> Posting:
    """A part of the sum of a calendar period."""
    sums = [sum(one.tops) for one in slices.slices]
    exact = _at_least_minimum(award, Fraction(sum(sums), slices.bottom))
    before = view.known.sums.get((award.purse, award.rule), Fraction(0))
    found = _posting(award, {ORDER: part_of_sum(before, exact, award)}, sums)
    found.sum = exact
    return found


def _later(view: View, award: LateAward, slices: Slices) -> Posting:
    """Nothing yet: it is posted at the end of a period."""
    exact = Fraction(sum(sum(one.tops) for one in slices.slices), slices.bottom)
    found = _posting(award, {}, ())
    found.sum = _at_least_minimum(award, exact)
    return found


def _at_least_minimum(award: LateAward, exact: Fraction) -> Fraction:
    return Fraction(award.minimum) if award.minimum is not None and 0 < exact < award.minimum else exact


def _by_line(view: View, award: LateAward, slices: Slices) -> Posting:
    mode, bottom = award.rounding.mode, slices.bottom
    rows = list(zip(*(one.tops for one in slices.slices), strict=True))
    if award.minimum is not None and 0 < sum(map(sum, rows)) < award.minimum * bottom:
        return _posting(award, {ORDER: award.minimum}, [sum(one.tops) for one in slices.slices])
    grid = {}
    for place, row in zip(slices.places, rows, strict=True):
        units = round_ratio(sum(row), bottom, mode)
        if units:
            grid[place] = list(split(units, row))
    return _made(award, grid)


def _posting(award: LateAward, units: dict[int, int], sums: Sequence[int]) -> Posting:
    """What is rounded as one sum, split by what each part comes to."""
    return _made(award, {place: list(split(one, sums)) for place, one in units.items() if one})


def _made(award: LateAward, grid: dict[int, list[int]]) -> Posting:
    if len(grid) == 1:
        ((place, row),) = grid.items()
        found = Posting(award, grid, sum(row), uses=list(award.uses), rounded=list(row), uncapped={place: list(row)})
    else:
        rows = list(grid.values())
        units = [sum(row[number] for row in rows) for number in range(len(award.parts))]
        uncapped = {place: list(row) for place, row in grid.items()}
        found = Posting(award, grid, sum(units), uses=list(award.uses), rounded=units, uncapped=uncapped)
    return found


# ---------- what lines carry


def lay(posting: Posting, slices: Slices) -> dict[int, int]:
    """Stage 14: units that were rounded by line stay there; those of the order go to the lines by largest remainder,
    a part that was lowered weighing less."""
    grid, places = posting.grid, slices.places
    if ORDER not in grid:
        if not slices.line_cells:
            return {}
        return {line: units for line in sorted(grid) if (units := sum(grid[line]))}
    row, rounded = grid[ORDER], posting.rounded
    granted = sum(row)
    if len(places) == 1 and slices.kept is None:
        return {places[0]: granted} if granted else {}
    found = slices.slices
    if len(found) == 1:
        weights = found[0].tops
    elif row == rounded:
        weights = [sum(tops) for tops in zip(*(one.tops for one in found), strict=True)]
    else:
        bottom = lcm(*(units for units in rounded if units))
        kept = [left * bottom // units if units else bottom for left, units in zip(row, rounded, strict=True)]
        columns = zip(*(one.tops for one in found), strict=True)
        weights = [sum(top * share for top, share in zip(tops, kept, strict=True)) for tops in columns]
    if slices.kept is not None:
        places, weights = [places[at] for at in slices.kept], [weights[at] for at in slices.kept]
        if not places:
            return {ORDER: granted} if granted else {}
    return {line: units for line, units in zip(places, split(granted, weights), strict=True) if units}
