"""A purse, and what is counted in it, in another denomination: each unit is `rate` units from now on.

Whatever is rounded adds up: parts to their lot, lots to the balance where that is rounded, dates to their sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding, check_magnitude, largest_remainder, round_exact
from loyalty_rules.ledger.counters import Buckets
from loyalty_rules.member import Lot, Purse
from loyalty_rules.records import RecordedAward, RecordedLine

#: A remainder is cut to so many parts of a smallest unit.
_REMAINDER_PARTS: Final = 10**9
#: The place of what no line carries, in the grids of recorded awards.
_NO_LINE: Final = -1


@dataclass(frozen=True, slots=True)
class Denomination:
    """What one unit becomes, and how what is no whole unit is rounded."""

    rate: Fraction
    mode: Rounding

    def units(self, units: int) -> int:
        """So many units in the new denomination. Raises `DecisionError` (`eval.overflow`)."""
        return check_magnitude(round_exact(units * self.rate, self.mode), "denomination")


def purse_in(purse: Purse, new: Denomination, *, per_lot: bool) -> Purse:
    """The purse in another denomination. Lots keep their lives and where they came from; one of which nothing is left
    is gone. The debt is rounded by itself, and what rounding carried is kept exactly, but for billionths."""
    if per_lot:
        left = [new.units(lot.left) for lot in purse.lots]
    else:
        held = [lot.left for lot in purse.lots]
        left = list(largest_remainder(new.units(sum(held)), held)) if held else []
    lots = tuple(_lot(lot, units) for lot, units in zip(purse.lots, left, strict=True) if units)
    remainders = (cut(rule, Fraction(top, bottom) * new.rate) for rule, top, bottom in purse.remainders)
    carried = tuple(one for one in remainders if one[1])
    return purse._replace(lots=lots, debt=new.units(purse.debt), remainders=carried)


def _lot(lot: Lot, units: int) -> Lot:
    shares = largest_remainder(units, [part for _, part in lot.parts])
    parts = tuple((rule, share) for (rule, _), share in zip(lot.parts, shares, strict=True) if share)
    return lot._replace(left=units, parts=parts)


def cut(rule: str, remainder: Fraction) -> tuple[str, int, int]:
    """A remainder in billionths of a smallest unit, towards zero, in lowest terms."""
    whole = abs(remainder.numerator) * _REMAINDER_PARTS // remainder.denominator
    found = Fraction(-whole if remainder < 0 else whole, _REMAINDER_PARTS)
    return rule, found.numerator, found.denominator


def buckets_in(buckets: Buckets, new: Denomination) -> Buckets:
    """The sums of a counter. What is rounded is the running sum, so no window loses more than one unit."""
    found: list[tuple[int, int]] = []
    total = before = 0
    for bucket, net in buckets:
        total += net
        now = new.units(total)
        if now != before:
            found.append((bucket, now - before))
        before = now
    return tuple(found)


def award_in(award: RecordedAward, lines: Sequence[RecordedLine], new: Denomination) -> RecordedAward:
    """What an order gave. Its grid is from now on what still stands, by line, with the goods that are kept now."""
    holds = new.units(award.holds)
    gone = min(holds, new.units(award.gone))
    cells = [(line, at) for line, row in award.grid for at in range(len(row))]
    weights = [
        units * lines[line].kept // lines[line].quantity if line != _NO_LINE else units
        for line, row in award.grid
        for units in row
    ]
    if not any(weights):  # what stands of less than a unit is its first cell's
        weights = [int(not place) for place in range(len(cells))]
    units = dict(zip(cells, largest_remainder(holds, weights), strict=True))
    grid = tuple((line, tuple(units[line, at] for at in range(len(row)))) for line, row in award.grid)
    return award._replace(
        grid=grid,
        given=max(holds, new.units(award.given)),
        holds=holds,
        gone=gone,
        expired=min(gone, new.units(award.expired)),
        short=new.units(award.short),
        since=tuple(line.kept for line in lines),
    )
