"""What of a purse one redemption may use: all that is usable, or what was earned in one calendar month."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from loyalty_rules.calendar import Period
from loyalty_rules.engine.plan import Plan
from loyalty_rules.ledger import months, spending
from loyalty_rules.member import Purse, Take
from loyalty_rules.records import Debit
from loyalty_rules.settlement.spending.payable import BALANCE, MONTH


class Most(NamedTuple):
    """The most that one redemption may use, and why no more."""

    units: int
    limited_by: str


def months_of(plan: Plan, purse: str) -> Callable[[int], int] | None:
    """The calendar month of an instant, where a purse keeps months apart; None where it does not."""
    declared, timeline = plan.checked.purses.get(purse), plan.timeline
    if declared is None or not declared.months_apart:
        return None
    return lambda instant: timeline.number(Period.MONTH, timeline.day(instant))


def most(plan: Plan, purse: Purse, at: int) -> Most:
    """The most that one redemption may use of a purse now."""
    month, usable = months_of(plan, purse.name), spending.available(purse, at)
    if month is None:
        return Most(usable, BALANCE)
    units = months.most(purse, at, month)
    return Most(units, BALANCE if units == usable else MONTH)


def spend(plan: Plan, purse: Purse, units: int, at: int) -> tuple[Purse, tuple[Debit, ...]]:
    """Takes units from usable lots in the order of the purse; where it keeps months apart, of the first month in this
    order that holds so many. Raises `DecisionError` (`purse.short`)."""
    take, month = plan.checked.purses[purse.name].take or Take.OLDEST, months_of(plan, purse.name)
    if month is None:
        return spending.spend(purse, units, at, take)
    return months.spend(purse, units, at, take, month)
