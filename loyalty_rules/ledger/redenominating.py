"""A purse, and what is counted in it, in another denomination: each unit is `rate` units from now on.

Whatever is rounded adds up: parts to their lot, lots to the balance where that is rounded, dates to their sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Final

from loyalty_rules.amounts import Rounding, check_magnitude, largest_remainder, round_exact, round_ratio
from loyalty_rules.ledger.counters import Buckets
from loyalty_rules.member import Lot, Posted, Purse, Reserved, Sum
from loyalty_rules.records import Debit, RecordedAward, RecordedLine, RecordedPayment, RecordedUse
from loyalty_rules.values import frozen

#: A remainder is cut to so many parts of a smallest unit.
_REMAINDER_PARTS: Final = 10**9
#: The place of what no line carries, in the grids of recorded awards.
_NO_LINE: Final = -1


@frozen
class Denomination:
    """What one unit becomes, and how what is no whole unit is rounded: `per_lot`, or what is held as a whole."""

    rate: Fraction
    mode: Rounding
    per_lot: bool

    def units(self, units: int) -> int:
        """So many units in the new denomination. Raises `DecisionError` (`eval.overflow`)."""
        return check_magnitude(round_exact(units * self.rate, self.mode), "denomination")

    def shares(self, held: Sequence[int]) -> tuple[int, ...]:
        """The units of lots, or of what was taken from lots."""
        if self.per_lot or not held:
            return tuple(self.units(units) for units in held)
        return largest_remainder(self.units(sum(held)), held)


# ---------- what is held


def purse_in(purse: Purse, new: Denomination) -> Purse:
    """The purse in another denomination. Lots keep their lives and where they came from; one of which nothing is left
    is gone. The debt is rounded by itself, and so is each reservation; what rounding carried, and sums that are still
    open, are kept exactly, but for billionths."""
    left = new.shares([lot.left for lot in purse.lots])
    lots = tuple(_lot(lot, units) for lot, units in zip(purse.lots, left, strict=True) if units)
    remainders = (cut(rule, Fraction(top, bottom) * new.rate) for rule, top, bottom in purse.remainders)
    return purse._replace(
        lots=lots,
        debt=new.units(purse.debt),
        remainders=tuple(one for one in remainders if one[1]),
        sums=tuple(one for one in (_sum(one, new) for one in purse.sums) if one.numerator or one.posted),
        reserved=tuple(_reserved(one, new) for one in purse.reserved),
    )


def _lot(lot: Lot, units: int) -> Lot:
    return lot._replace(left=units, parts=_parts(lot.parts, units))


def _parts(parts: tuple[tuple[str, int], ...], units: int) -> tuple[tuple[str, int], ...]:
    shares = largest_remainder(units, [part for _, part in parts])
    return tuple((rule, share) for (rule, _), share in zip(parts, shares, strict=True) if share)


def cut(rule: str, remainder: Fraction) -> tuple[str, int, int]:
    """A remainder in billionths of a smallest unit, towards zero, in lowest terms."""
    whole = abs(remainder.numerator) * _REMAINDER_PARTS // remainder.denominator
    found = Fraction(-whole if remainder < 0 else whole, _REMAINDER_PARTS)
    return rule, found.numerator, found.denominator


def _sum(one: Sum, new: Denomination) -> Sum:
    """The sum of a period. One that was posted is from now on what stands of it."""
    if one.posted is None:
        _, top, bottom = cut(one.rule, Fraction(one.numerator, one.denominator) * new.rate)
        return one._replace(numerator=top, denominator=bottom)
    posted = _posted(one.posted, new)
    return one._replace(numerator=posted.holds, denominator=1, posted=posted)


def _posted(posted: Posted, new: Denomination) -> Posted:
    holds = new.units(posted.holds)
    gone = min(holds, new.units(posted.gone))
    return posted._replace(
        granted=holds,
        holds=holds,
        uses=tuple((key, bucket, new.units(amount)) for key, bucket, amount in posted.uses),
        gone=gone,
        expired=min(gone, new.units(posted.expired)),
        short=new.units(posted.short),
        anew=True,
    )


def _reserved(one: Reserved, new: Denomination) -> Reserved:
    """What is set aside pays the same money, but for what rounding takes: each unit pays so much more or less. Whole
    steps stay whole steps where they still are some of whole units."""
    step = one.size * new.rate
    if step.denominator == 1:
        value, size, full = one.value, step.numerator, one.full
    else:
        pays = one.value / step
        value, size, full = pays.numerator, pays.denominator, False
    return one._replace(value=value, size=size, full=full, debits=debits_in(one.debits, new))


def debits_in(debits: Sequence[Debit], new: Denomination) -> tuple[Debit, ...]:
    """Units that were taken from lots and may go back to them."""
    shares = new.shares([debit.units for debit in debits])
    return tuple(
        debit._replace(units=units, parts=_parts(debit.parts, units))
        for debit, units in zip(debits, shares, strict=True)
        if units
    )


# ---------- what is counted


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


# ---------- orders that may come back


def award_in(award: RecordedAward, lines: Sequence[RecordedLine], new: Denomination) -> RecordedAward:
    """What an order gave. Its grid is from now on what still stands, by line, in whole units, with the goods that are
    kept now."""
    holds = new.units(award.holds)
    gone = min(holds, new.units(award.gone))
    cells = [(line, at) for line, row in award.grid for at in range(len(row))]
    then = award.since or tuple(line.quantity for line in lines)
    weights = [_kept(max(0, units), line, lines, then) for line, row in award.grid for units in row]
    if not any(weights):  # what stands of less than a unit is its first cell's
        weights = [int(not place) for place in range(len(cells))]
    units = dict(zip(cells, largest_remainder(holds, weights), strict=True))
    grid = tuple((line, tuple(units[line, at] for at in range(len(row)))) for line, row in award.grid)
    given = max(holds, new.units(award.given))
    return award._replace(
        grid=grid,
        scale=1,
        given=given,
        funding=award.paid_by(given),
        holds=holds,
        gone=gone,
        expired=min(gone, new.units(award.expired)),
        short=new.units(award.short),
        since=tuple(line.kept for line in lines),
    )


def _kept(units: int, line: int, lines: Sequence[RecordedLine], then: Sequence[int]) -> int:
    if line == _NO_LINE:
        return units
    return units * lines[line].kept // then[line] if then[line] else 0


def exact_in(award: RecordedAward, rate: Fraction) -> RecordedAward:
    """What an order added to a sum that is posted at the end of its period: exactly so many times as much."""
    scale = award.scale * rate.denominator
    rows = [(line, [units * rate.numerator for units in row]) for line, row in award.grid]
    common = gcd(scale, *(units for _, row in rows for units in row))
    grid = tuple((line, tuple(units // common for units in row)) for line, row in rows if any(row))
    return award._replace(grid=grid, scale=scale // common)


def use_in(use: RecordedUse, new: Denomination) -> RecordedUse:
    """What an order took out of a budget: its units are counted anew, and cost together what they did."""
    units = max(1, new.units(use.units))
    price = Fraction(*use.price) * use.units / units
    return use._replace(units=units, price=(price.numerator, price.denominator))


def payment_in(payment: RecordedPayment, new: Denomination) -> RecordedPayment:
    """What points paid: the units that have not come back, and those of the whole payment in proportion to them."""
    debits = debits_in(payment.debits, new)
    left = sum(debit.units for debit in debits)
    units = new.units(payment.units)
    if payment.spent:
        units = round_ratio(left * payment.units, payment.spent, Rounding.HALF_UP)
    return payment._replace(units=units, debits=debits)
