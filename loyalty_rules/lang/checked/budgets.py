"""Budgets: ceilings that all members share."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from loyalty_rules.lang.checked.rules import Dates
from loyalty_rules.lang.conditions import FactOf, FieldOf, Window
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


class Counts(Enum):
    """What a budget counts: units of one purse, money that units are worth, occasions at which something was given, or
    rights and the goods on which offers act."""

    POINTS = "POINTS"
    MONEY = "T_MONEY"
    TIMES = "TIMES"
    ITEMS = "ITEMS"


@frozen
class BudgetCap:
    """`units` in the smallest unit of what the budget counts, in each window, for each value of `same`. `key` names its
    counter: (budget, what it counts, its purse, window, `same`)."""

    key: str
    units: int
    same: FieldOf | FactOf | None
    window: Window
    span: Span = field(compare=False)


@frozen
class Budget:
    """`covers`: rules, boosts, offers, conversions and rewards, by name; of those in `partly` their own part alone,
    since a partner is covered who pays for it. `purse` with POINTS. `whole`: all or nothing,
    where less is left than is asked for. Outside its dates it bounds nothing."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    span: Span = field(compare=False)
    covers: tuple[str, ...]
    counts: Counts
    purse: str
    caps: tuple[BudgetCap, ...]
    whole: bool
    dates: Dates
    given: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]
    partly: tuple[str, ...] = ()

    def in_force(self, at: int) -> bool:
        """Whether it bounds what is given at an instant."""
        start, end = self.dates.start, self.dates.end
        return (start is None or start <= at) and (end is None or at < end)
