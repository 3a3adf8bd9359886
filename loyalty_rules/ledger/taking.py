"""Taking units back from lots, giving them back to them, and the debt of a purse."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.amounts import check_magnitude, in_turn
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.spending import available, spend
from loyalty_rules.member import Lot, Purse, Take, Waits
from loyalty_rules.records import Funding, part_of, partner_in, rule_in

#: Units by the number of the decision that made their lot.
Debits = tuple[tuple[int, int], ...]


class Taken(NamedTuple):
    """A purse after units were taken from it, how many, and from which lots."""

    purse: Purse
    units: int
    lots: Debits


def take_given(purse: Purse, number: int, earned: int, rule: str, units: int) -> Taken:
    """Takes what one rule gave in one decision at one instant, as far as it is still there, usable or not."""
    left = units
    kept: list[Lot] = []
    for lot in purse.lots:
        there = of_rule(lot, rule) if (lot.number, lot.earned) == (number, earned) else 0
        taken = min(left, there)
        left -= taken
        kept.append(_less(lot, rule, taken) if taken else lot)
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


def of_rule(lot: Lot, rule: str) -> int:
    """The units of a lot that a rule gave, whoever pays for them."""
    return sum(units for part, units in lot.parts if rule_in(part) == rule)


def _less(lot: Lot, rule: str, units: int) -> Lot:
    return lot._replace(left=lot.left - units, parts=less_of(lot.parts, rule, units))


def less_of(parts: tuple[tuple[str, int], ...], rule: str, units: int) -> tuple[tuple[str, int], ...]:
    """Parts with so many units less of a rule: what is left of it keeps the shares of who pays for it."""
    own = sorted((one for one in parts if rule_in(one[0]) == rule), key=lambda one: _turn(one[0]))
    held = [share for _, share in own]
    left = in_turn(sum(held) - units, held)
    others = [one for one in parts if rule_in(one[0]) != rule]
    return tuple(sorted((*others, *((part, share) for (part, _), share in zip(own, left, strict=True) if share))))


def _turn(part: str) -> tuple[bool, str]:
    """Partners by name, the programme last."""
    return not partner_in(part), part


def give_again(
    purse: Purse,
    number: int,
    earned: int,
    usable: int,
    expires: int,
    rule: str,
    units: int,
    waits: Waits | None = None,
    funding: Funding = (),
) -> Purse:
    """Gives back what was taken of a rule, to the lot from which it came (whose life may have moved on since), or to
    one like it. `waits`: what it still waits for; `funding`: who pays for it."""
    shares = parts_of(rule, units, funding)
    kept = list(purse.lots)
    same = [place for place, lot in enumerate(kept) if (lot.number, lot.earned) == (number, earned)]
    own = [place for place in same if of_rule(kept[place], rule)]
    like = [place for place in same if (kept[place].usable, kept[place].expires) == (usable, expires)]
    for place in (own + like)[:1]:
        parts = dict(kept[place].parts)
        for part, share in shares:
            parts[part] = parts.get(part, 0) + share
        kept[place] = kept[place]._replace(left=kept[place].left + units, parts=tuple(sorted(parts.items())))
        return purse._replace(lots=tuple(kept))
    return lots.post(purse, Lot(number, earned, usable, expires, units, shares, waits=waits))


def parts_of(rule: str, units: int, funding: Funding) -> tuple[tuple[str, int], ...]:
    """What a rule gave, by who pays for it; what no partner pays for the programme does."""
    own = units - sum(share for _, share in funding)
    return tuple(sorted((part_of(rule, partner), share) for partner, share in (("", own), *funding) if share))


def owe(purse: Purse, units: int) -> Purse:
    """The purse with so much more debt."""
    return purse._replace(debt=check_magnitude(purse.debt + units, purse.name))


def pay(purse: Purse, at: int) -> Taken:
    """The debt paid with what is usable."""
    if not purse.debt:
        return Taken(purse, 0, ())
    paid = take_usable(purse, purse.debt, at)
    return paid._replace(purse=paid.purse._replace(debt=purse.debt - paid.units))
