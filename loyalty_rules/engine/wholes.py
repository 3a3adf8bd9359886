"""Stage 12: awards become whole, each at its place: by items or lines, as one sum of the order, together with what
other rules give into the purse, as a part of the sum of a calendar period, or not yet, where the purse posts later."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from loyalty_rules.amounts import largest_remainder, round_exact, sum_exact
from loyalty_rules.decision import Entry
from loyalty_rules.engine.gifts import ORDER, Exact
from loyalty_rules.engine.parts import Award, Posting
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Place


def rounded(view: View, awards: Sequence[Award]) -> list[Posting]:
    """The awards in whole units, in their order."""
    whole = _together(awards)
    return [_rounded(view, award, whole.get(place)) for place, award in enumerate(awards)]


def _together(awards: Sequence[Award]) -> dict[int, int]:
    """By place of the award, its units out of the sum that is rounded once for a purse: by largest remainder."""
    found: dict[int, int] = {}
    into: dict[str, list[int]] = {}
    for place, award in enumerate(awards):
        if award.rounding.place is Place.TOGETHER:
            into.setdefault(award.purse, []).append(place)
    for places in into.values():
        exact = [_at_least_minimum(awards[place]) for place in places]
        total = round_exact(sum(exact, start=Fraction(0)), awards[places[0]].rounding.mode)
        found.update(zip(places, shares(total, exact), strict=True))
    return found


def _at_least_minimum(award: Award) -> Fraction:
    exact = award.total()
    return Fraction(award.minimum) if award.minimum is not None and 0 < exact < award.minimum else exact


def _rounded(view: View, award: Award, whole: int | None) -> Posting:
    """One award: at least its minimum, with what was carried. `whole`: its units where the sum of several was
    rounded."""
    exact = _at_least_minimum(award)
    lifted = exact - award.total()
    entries = [*award.entries, Entry("minimum", award.rule, lifted)] if lifted else list(award.entries)
    carried_on = added = None
    purse = view.plan.checked.purses[award.purse]
    step = "rounding"
    if whole is not None:
        step, units = "rounding_together", {ORDER: whole}
    elif award.rounding.place is Place.POSTING:
        step, added, units = "accrued", exact, {}
    elif award.rounding.place.period is not None:
        step, added = "rounding_period", exact
        before = view.known.sums.get((award.purse, award.rule), Fraction(0))
        units = {ORDER: part_of_sum(before, exact, award)}
    elif lifted:
        units = {ORDER: exact.numerator}
    elif purse.carry and award.rounding.place is Place.ORDER:
        carried = view.known.remainders.get((award.purse, award.rule), Fraction(0))
        if carried:
            entries.append(Entry("remainder", award.purse, carried))
        exact += carried
        total = round_exact(exact, award.rounding.mode)
        if award.total() >= 0:
            total = max(0, total)  # what was rounded up before is owed first
        units, carried_on = {ORDER: total}, exact - total
    else:
        units = _by_place(award)
    units = {line: amount for line, amount in units.items() if amount}
    total = sum(units.values())
    if total != exact:
        entries.append(Entry(step, award.rule, total - exact))
    grid = {line: list(shares(amount, _weights(award, line))) for line, amount in units.items()}
    found = Posting(award, grid, total, carried_on, list(award.uses), entries, sum=added)
    found.rounded = found.units
    found.uncapped = {line: list(row) for line, row in grid.items()}
    return found


def part_of_sum(before: Fraction, exact: Fraction, award: Award) -> int:
    """What an amount adds to the rounded sum of its period."""
    mode = award.rounding.mode
    return round_exact(before + exact, mode) - round_exact(before, mode)


def _by_place(award: Award) -> dict[int, int]:
    """Every cell rounded once, by line, or under ORDER where several lines are one cell."""
    found: dict[int, int] = {}
    for place, cell in enumerate(award.cells):
        exact = sum_exact(amount for part in award.parts for amount in part.exact[place].values())
        line = ORDER if award.rounding.place is Place.ORDER or len(cell.amounts) != 1 else next(iter(cell.amounts))
        found[line] = found.get(line, 0) + cell.times * round_exact(exact, award.rounding.mode)
    return found


def _weights(award: Award, line: int) -> list[Fraction]:
    """How the units of a line, or of the order, are split between the rule and its boosts."""
    if line == ORDER:
        return [part.total(award.cells) for part in award.parts]
    return [part.by_line(award.cells).get(line, Fraction(0)) for part in award.parts]


def lines_of(posting: Posting) -> dict[int, int]:
    """Stage 14: what each line carries. Units that were rounded by line stay there; those of the order go to the lines
    by largest remainder, and what no line carries stands under ORDER."""
    if ORDER not in posting.grid:
        return {line: units for line, row in sorted(posting.grid.items()) if (units := sum(row))}
    return _allocate(posting.granted, posting.by_line())


def _allocate(granted: int, by_line: Exact) -> dict[int, int]:
    lines = sorted(by_line, key=lambda line: (line == ORDER, line))
    if not lines:
        return {ORDER: granted} if granted else {}
    split = shares(granted, [by_line[line] for line in lines])
    return {line: units for line, units in zip(lines, split, strict=True) if units}


def shares(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """A split in whole units by exact weights; units that are taken away lie where something is taken away."""
    sign = -1 if total < 0 else 1
    ratios = [weight.as_integer_ratio() for weight in weights]
    scale = lcm(*(bottom for _, bottom in ratios))
    return largest_remainder(total, [max(0, sign * top * (scale // bottom)) for top, bottom in ratios])
