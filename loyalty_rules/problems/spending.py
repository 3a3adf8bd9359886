"""Mistakes in what is spent: purses, conversions.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class NothingSpends(Problem):
    """A purse says in which order it is spent, and nothing spends it."""

    code: ClassVar[str] = "L200"
    slug: ClassVar[str] = "purse.not_spent"
    purse: str


@frozen
class ConversionGift(Problem):
    """A gift of a conversion that is no amount for each recipe, or no rate of all that is taken."""

    code: ClassVar[str] = "L201"
    slug: ClassVar[str] = "conversion.gift"
    text: str
    expected: Role


@frozen
class ConversionsMeet(Problem):
    """Two conversions can take from one purse at the same moment."""

    code: ClassVar[str] = "L202"
    slug: ClassVar[str] = "conversion.meet"
    name: str
    other: str
    purse: str


@frozen
class ConversionCircle(Problem):
    """Conversions `at once` of which each gives what the next one takes, in a circle."""

    code: ClassVar[str] = "L203"
    slug: ClassVar[str] = "conversion.circle"
    path: tuple[str, ...]


@frozen
class PointsByLine(Problem):
    """A cap in points for each item or line of an order: what points pay is shared out to lines in money."""

    code: ClassVar[str] = "L204"
    slug: ClassVar[str] = "redeem.cap"
    scope: Role


@frozen
class NotOfGroup(Problem):
    """A clause of a group that says nothing of the kind of rules which it lists."""

    code: ClassVar[str] = "L205"
    slug: ClassVar[str] = "redeem.group"
    clause: Role
    kind: Role


@frozen
class MonthsTogether(Problem):
    """Two rules of a group use one purse that keeps calendar months apart: one order could use two months of it."""

    code: ClassVar[str] = "L337"
    slug: ClassVar[str] = "purse.months_together"
    rule: str
    other: str
    purse: str


@frozen
class MonthsOfNothing(Problem):
    """A purse keeps calendar months apart, and nothing redeems it."""

    code: ClassVar[str] = "L338"
    slug: ClassVar[str] = "purse.months_of_nothing"
    purse: str


@frozen
class DebtOfMonths(Problem):
    """A purse keeps calendar months apart and may go below zero: what is owed is of no month."""

    code: ClassVar[str] = "L339"
    slug: ClassVar[str] = "purse.debt_of_months"
    purse: str
