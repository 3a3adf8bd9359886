"""Units that leave a purse for another member's: lots go as they are."""

from __future__ import annotations

from loyalty_rules.ledger import lots
from loyalty_rules.ledger.spending import spend
from loyalty_rules.member import Lot, Purse, Take
from loyalty_rules.records import Debit


def taken(purse: Purse, units: int, at: int, take: Take) -> tuple[Purse, tuple[Debit, ...], tuple[Lot, ...]]:
    """Takes usable units in the order in which the purse is spent; the purse after it, what was taken, and the same as
    lots. Raises `DecisionError` (`purse.short`)."""
    left, debits = spend(purse, units, at, take)
    return left, debits, tuple(_lot(debit, at) for debit in debits)


def _lot(debit: Debit, at: int) -> Lot:
    """What was taken of a lot, as a lot. One whose end is past was there because its end waits."""
    life = (debit.number, debit.earned, debit.usable, debit.expires)
    lot = Lot(*life, debit.units, debit.parts, debit.idle, debit.latest, overdue=debit.expires <= at)
    return lot._replace(since=debit.since)


def put(purse: Purse, moved: tuple[Lot, ...], number: int) -> tuple[Purse, tuple[Debit, ...]]:
    """The purse with lots that another member had: earned, usable and expiring as they were there, and made by the
    decision `number`. What came, lot by lot."""
    debits = []
    for lot in moved:
        lot = lot._replace(number=number)
        purse = lots.post(purse, lot)
        life = (number, lot.earned, lot.usable, lot.expires)
        debits.append(Debit(*life, lot.left, lot.parts, lot.idle, lot.latest, lot.since))
    return purse, tuple(debits)
