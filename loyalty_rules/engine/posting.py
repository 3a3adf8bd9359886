"""Stages 12 to 14: awards are rounded once, capped in whole units and shared out to the lines."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from loyalty_rules.amounts import largest_remainder, round_exact
from loyalty_rules.decision import Entry
from loyalty_rules.engine.ceilings import ceilings, keep, lower, trim
from loyalty_rules.engine.gifts import ORDER, Exact
from loyalty_rules.engine.parts import Award, Boosts, Posting
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Place


def post(
    view: View, awards: Sequence[Award], boosts: Boosts, groups: Sequence[str], asked: dict[str, int]
) -> list[Posting]:
    """What awards post together, under the caps of boosts, of the rules and of these groups (inner ones first).

    The awards are left as they are. `asked` holds what the caps were asked so far in this decision, and is added to.
    """
    copies = [award.copy() for award in awards]
    found = ceilings(view, copies, boosts, groups)
    trim(view, copies, found)
    postings = [_rounded(view, award) for award in copies]
    lower(view, postings, found, asked)
    return postings


def _rounded(view: View, award: Award) -> Posting:
    """Stage 12: at least the minimum, with what was carried, in whole units."""
    exact = award.total()
    entries = list(award.entries)
    rounded = {line: units for line, units in _by_place(award).items() if units}
    remainder = None
    purse = view.plan.checked.purses[award.purse]
    if award.minimum is not None and 0 < exact < award.minimum:
        entries.append(Entry("minimum", award.rule, award.minimum - exact))
        exact, rounded = Fraction(award.minimum), {ORDER: award.minimum}
    elif purse.carry and award.rounding.place is Place.ORDER:
        carried = view.known_remainder(award.purse, award.rule)
        if carried:
            entries.append(Entry("remainder", award.purse, carried))
        exact += carried
        total = max(0, round_exact(exact, award.rounding.mode))  # what was rounded up before is owed first
        rounded, remainder = ({ORDER: total} if total else {}), exact - total
    total = sum(rounded.values())
    if total != exact:
        entries.append(Entry("rounding", award.rule, total - exact))
    grid = {line: list(shares(units, _weights(award, line))) for line, units in rounded.items()}
    found = Posting(award, grid, total, remainder, list(award.uses), entries)
    found.rounded = found.units
    found.uncapped = {line: list(row) for line, row in grid.items()}
    return found


def _by_place(award: Award) -> dict[int, int]:
    """Every cell rounded once, by line, or under ORDER where several lines are one cell."""
    found: dict[int, int] = {}
    for place, cell in enumerate(award.cells):
        exact = sum((amount for part in award.parts for amount in part.exact[place].values()), start=Fraction(0))
        line = ORDER if award.rounding.place is Place.ORDER or len(cell.amounts) != 1 else next(iter(cell.amounts))
        found[line] = found.get(line, 0) + cell.times * round_exact(exact, award.rounding.mode)
    return found


def _weights(award: Award, line: int) -> list[Fraction]:
    """How the units of a line, or of the order, are split between the rule and its boosts."""
    if line == ORDER:
        return [part.total(award.cells) for part in award.parts]
    return [part.by_line(award.cells).get(line, Fraction(0)) for part in award.parts]


def shares(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """A split in whole units by exact weights."""
    scale = lcm(*(weight.denominator for weight in weights))
    return largest_remainder(total, [max(0, int(weight * scale)) for weight in weights])


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


def hold(view: View, postings: Sequence[Posting]) -> None:
    """The maximum of a purse is tested on all that it holds; what does not fit is lost and shown, in proportion."""
    for name in sorted({posting.award.purse for posting in postings if posting.granted}):
        most = view.plan.checked.purses[name].hold_at_most
        into = [posting for posting in postings if posting.award.purse == name and posting.granted]
        granted = [posting.granted for posting in into]
        if most is None or sum(granted) <= (room := max(0, most - view.held(name))):
            continue
        for posting, kept in zip(into, largest_remainder(room, granted), strict=True):
            lost = posting.granted - kept
            if lost:
                keep(posting, range(len(posting.award.parts)), kept)
                posting.entries.append(Entry("purse_full", name, Fraction(-lost)))
                posting.full = True
