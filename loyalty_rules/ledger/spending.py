"""Spending from lots: which are used first, how many units of each, and of which rule they were."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.errors import DecisionError
from loyalty_rules.member import Lot, Purse, Take
from loyalty_rules.records import Debit


def available(purse: Purse, at: int) -> int:
    """The units that can be spent at an instant. A lot that ends at this very instant counts as long as it is held:
    what is spent there is spent before it expires."""
    return sum(lot.left for lot in purse.lots if lot.usable <= at)


def spend(purse: Purse, units: int, at: int, take: Take) -> tuple[Purse, tuple[Debit, ...]]:
    """Takes units from usable lots in the order of the purse; whole lots, and a part of the last. Raises
    `DecisionError` (`purse.short`) where there are not so many."""
    left = units
    debits: list[Debit] = []
    after = list(purse.lots)
    for place in in_order(purse.lots, at, take):
        if not left:
            break
        lot = purse.lots[place]
        taken = min(left, lot.left)
        parts = _parts(lot, taken)
        debits.append(
            Debit(lot.number, lot.earned, lot.usable, lot.expires, taken, parts, lot.idle, lot.latest, lot.since)
        )
        after[place] = _less(lot, taken, parts)
        left -= taken
    if left:
        raise DecisionError("purse.short", f"`{purse.name}` has {left} units less than are to be spent")
    return purse._replace(lots=tuple(lot for lot in after if lot.left)), tuple(debits)


def in_order(lots: tuple[Lot, ...], at: int, take: Take) -> list[int]:
    """The places of the usable lots in the order in which they are used. Ties go to the one that was earned first, of
    one decision to the one that stands first."""
    usable = [place for place, lot in enumerate(lots) if lot.usable <= at]
    match take:
        case Take.OLDEST:
            return sorted(usable, key=lambda place: (lots[place].earned, lots[place].number))
        case Take.SOONEST:
            return sorted(usable, key=lambda place: (lots[place].expires, lots[place].earned, lots[place].number))
        case Take.NEWEST:
            return sorted(usable, key=lambda place: (-lots[place].earned, lots[place].number))


def _parts(lot: Lot, taken: int) -> tuple[tuple[str, int], ...]:
    """What is taken of a lot, by the rule that had given it: by largest remainder."""
    shares = largest_remainder(taken, [units for _, units in lot.parts])
    return tuple((rule, share) for (rule, _), share in zip(lot.parts, shares, strict=True) if share)


def _less(lot: Lot, taken: int, parts: Iterable[tuple[str, int]]) -> Lot:
    gone = dict(parts)
    kept = tuple((rule, units - gone.get(rule, 0)) for rule, units in lot.parts if units > gone.get(rule, 0))
    return lot._replace(left=lot.left - taken, parts=kept)
