"""Mistakes about clocks of orders and time zones that are not known before there is an order or a member."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class DatesAlone(Problem):
    """A time of day where dates alone are compared."""

    code: ClassVar[str] = "L340"
    slug: ClassVar[str] = "clock.time"
    moment: str


@frozen
class InForceByClock(Problem):
    """A measure `while in force` in a rule whose dates begin at another instant for each order or member."""

    code: ClassVar[str] = "L341"
    slug: ClassVar[str] = "clock.in_force"
    measure: str


@frozen
class ZoneFact(Problem):
    """A time zone that is told, where not exactly one fact tells it."""

    code: ClassVar[str] = "L342"
    slug: ClassVar[str] = "zone.fact"
    clause: Role
    fact: Role


@frozen
class ZoneWithoutOrder(Problem):
    """The time zone of the store in a rule that waits for something else than an order."""

    code: ClassVar[str] = "L343"
    slug: ClassVar[str] = "zone.order"
    clause: Role
