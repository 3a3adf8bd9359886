"""Spending from lots of one calendar month of earning at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from loyalty_rules.errors import DecisionError
from loyalty_rules.ledger import lots, spending
from loyalty_rules.member import Purse, Take
from loyalty_rules.records import Debit

#: The calendar month that holds an instant.
MonthOf: TypeAlias = Callable[[int], int]


def most(purse: Purse, at: int, month: MonthOf) -> int:
    """The most usable units that were earned in one month."""
    return max(_held(purse, at, Take.OLDEST, month).values(), default=0)


def spend(purse: Purse, units: int, at: int, take: Take, month: MonthOf) -> tuple[Purse, tuple[Debit, ...]]:
    """Takes units of the first month that holds so many, in the order in which lots are used. Raises `DecisionError`
    (`purse.short`) where no month does."""
    chosen = next((number for number, held in _held(purse, at, take, month).items() if held >= units), None)
    if chosen is None:
        if not units:
            return purse, ()
        raise DecisionError("purse.short", f"no month of `{purse.name}` has the {units} units that are to be spent")
    own = tuple(lot for lot in purse.lots if month(lot.earned) == chosen)
    after, debits = spending.spend(purse._replace(lots=own), units, at, take)
    rest = purse._replace(lots=tuple(lot for lot in purse.lots if month(lot.earned) != chosen))
    for lot in after.lots:
        rest = lots.post(rest, lot)
    return rest, debits


def _held(purse: Purse, at: int, take: Take, month: MonthOf) -> dict[int, int]:
    """Usable units by month, in the order in which lots are used."""
    held: dict[int, int] = {}
    for place in spending.in_order(purse.lots, at, take):
        number = month(purse.lots[place].earned)
        held[number] = held.get(number, 0) + purse.lots[place].left
    return held
