"""Clauses that say when a block is in force, and by which clock."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Moment, Name, Node, Text
from loyalty_rules.values import frozen


@frozen
class TimeZone(Node):
    """`time zone Europe/Moscow`; `time zone of store` (`zone` "", `told` ZONE_STORE or ZONE_MEMBER)"""

    zone: str
    told: str = ""


@frozen
class Dates(Node):
    """`from 2026-03-01 through 2026-03-31`, `from 2026-03-01 10:00 until 2026-03-02 10:00`"""

    start: Moment | None
    through: int | None
    until: Moment | None


@frozen
class ClockDates(Node):
    """`from 2026-06-01 through 2026-08-31 by clock travelled`"""

    dates: Dates
    clock: Name


@frozen
class Clock(Node):
    """`clock booked "Booked on"`"""

    name: Name
    title: Text
