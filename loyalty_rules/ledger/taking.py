"""Taking units back from lots, giving them back to them, and the debt of a purse."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.amounts import check_magnitude
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.spending import available, spend
from loyalty_rules.member import Lot, Purse, Take, Waits

#: Units by the number of the decision that made their lot.
Debits = tuple[tuple[int, int], ...]


class Taken(NamedTuple):
    """A purse after units were taken from it, how many, and from which lots."""

    purse: Purse
    units: int
    lots: Debits


def take_given(purse: Purse, number: int, rule: str, units: int, earned: int | None = None) -> Taken:
    """Takes what one rule gave in one decision, as far as it is still there, usable or not; of an instant in it where
    one is named."""
    left = units
    kept: list[Lot] = []
    for lot in purse.lots:
        own = lot.number == number and earned in (None, lot.earned)
        there = dict(lot.parts).get(rule, 0) if own else 0
        taken = min(left, there)
        left -= taken
        kept.append(_less(lot, {rule: taken}) if taken else lot)
    return _taken(purse, kept, units - left, number)


def take_usable(purse: Purse, units: int, at: int, take: Take = Take.OLDEST) -> Taken:
    """Takes usable units in the order in which the purse is spent, as far as there are any."""
    left, debits = spend(purse, min(units, available(purse, at)), at, take)
    numbers: dict[int, int] = {}
    for debit in debits:
        numbers[debit.number] = numbers.get(debit.number, 0) + debit.units
    return Taken(left, sum(numbers.values()), tuple(sorted(numbers.items())))


def _taken(purse: Purse, kept: list[Lot], units: int, number: int) -> Taken:
    changed = purse._replace(lots=tuple(lot for lot in kept if lot.left))
    return Taken(changed, units, ((number, units),) if units else ())


def _less(lot: Lot, units: dict[str, int]) -> Lot:
    parts = tuple((rule, held - units.get(rule, 0)) for rule, held in lot.parts if held > units.get(rule, 0))
    return lot._replace(left=lot.left - sum(units.values()), parts=parts)


def give_again(
    purse: Purse, number: int, earned: int, usable: int, expires: int, rule: str, units: int, waits: Waits | None = None
) -> Purse:
    """Gives back what was taken of a rule, to the lot from which it came (whose life may have moved on since), or to
    one like it. `waits`: what it still waits for."""
    kept = list(purse.lots)
    same = [place for place, lot in enumerate(kept) if (lot.number, lot.earned) == (number, earned)]
    own = [place for place in same if rule in dict(kept[place].parts)]
    like = [place for place in same if (kept[place].usable, kept[place].expires) == (usable, expires)]
    for place in (own + like)[:1]:
        parts = dict(kept[place].parts)
        parts[rule] = parts.get(rule, 0) + units
        kept[place] = kept[place]._replace(left=kept[place].left + units, parts=tuple(sorted(parts.items())))
        return purse._replace(lots=tuple(kept))
    return lots.post(purse, Lot(number, earned, usable, expires, units, ((rule, units),), waits=waits))


def owe(purse: Purse, units: int) -> Purse:
    """The purse with so much more debt."""
    return purse._replace(debt=check_magnitude(purse.debt + units, purse.name))


def pay(purse: Purse, at: int) -> Taken:
    """The debt paid with what is usable."""
    if not purse.debt:
        return Taken(purse, 0, ())
    paid = take_usable(purse, purse.debt, at)
    return paid._replace(purse=paid.purse._replace(debt=purse.debt - paid.units))
