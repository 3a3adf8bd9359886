"""Units that leave a purse for another member's: lots go as they are."""

from __future__ import annotations

from loyalty_rules.ledger import lots
from loyalty_rules.ledger.spending import spend
from loyalty_rules.member import Debit, Lot, Purse, Take


def taken(purse: Purse, units: int, at: int, take: Take) -> tuple[Purse, tuple[Debit, ...], tuple[Lot, ...]]:
    """Takes usable units in the order in which the purse is spent; the purse after it, what was taken, and the same as
    lots. Raises `DecisionError` (`purse.short`)."""
    left, debits = spend(purse, units, at, take)
    there = list(purse.lots)
    moved = []
    for debit in debits:
        life = (debit.number, debit.earned, debit.usable, debit.expires)
        lot = next(one for one in there if one[:4] == life)
        there.remove(lot)
        moved.append(lot._replace(left=debit.units, parts=debit.parts))
    return left, debits, tuple(moved)


def put(purse: Purse, moved: tuple[Lot, ...], number: int) -> tuple[Purse, tuple[Debit, ...]]:
    """The purse with lots that another member had: earned, usable and expiring as they were there, and made by the
    decision `number`. What came, lot by lot."""
    debits = []
    for lot in moved:
        lot = lot._replace(number=number)
        purse = lots.post(purse, lot)
        debits.append(Debit(number, lot.earned, lot.usable, lot.expires, lot.left, lot.parts))
    return purse, tuple(debits)
