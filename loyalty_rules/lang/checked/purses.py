"""Purses, rounding, and the life of what is given."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding
from loyalty_rules.calendar import Period
from loyalty_rules.lang.checked.ceilings import Cap
from loyalty_rules.lang.checked.partners import Funders
from loyalty_rules.lang.conditions import Condition, Measure
from loyalty_rules.member import Take
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


class Place(Enum):
    """Where an award becomes whole: by items, by lines, as one sum of the order, as one sum of the order with what
    other rules give into its purse, as a part of the sum of a calendar period, or of one that is posted at its end. The
    values are phrase roles."""

    ITEM = "S_ITEM"
    LINE = "S_LINE"
    ORDER = "S_ORDER"
    TOGETHER = "S_TOGETHER"
    DAY = "IN_DAY"
    WEEK = "IN_WEEK"
    MONTH = "IN_MONTH"
    QUARTER = "IN_QUARTER"
    YEAR = "IN_YEAR"
    PROGRAMME_YEAR = "IN_PYEAR"
    POSTING = "S_POSTING"

    @property
    def by_line(self) -> bool:
        """Whether lines are rounded by themselves."""
        return self in (Place.ITEM, Place.LINE)

    @property
    def period(self) -> Period | None:
        """The calendar period of which the award is a part."""
        return _PERIODS.get(self)

    @property
    def summed(self) -> bool:
        """Whether it is rounded with what other orders give."""
        return self.period is not None or self is Place.POSTING


_PERIODS: Final = {
    Place.DAY: Period.DAY,
    Place.WEEK: Period.WEEK,
    Place.MONTH: Period.MONTH,
    Place.QUARTER: Period.QUARTER,
    Place.YEAR: Period.YEAR,
    Place.PROGRAMME_YEAR: Period.PROGRAMME_YEAR,
}


@frozen
class RoundingRule:
    """`posts`: the period that is posted at its end, with the place POSTING."""

    mode: Rounding
    place: Place
    posts: Period | None = None

    @property
    def period(self) -> Period | None:
        """The period over which it is rounded."""
        return self.place.period or self.posts


@frozen
class Usable:
    """At once (all zero), or after days, months or hours, from the start of the next period where one is named. Or on
    the next such day of the year, (month, day). With an `event` it counts from the event of this name about the order
    of the award."""

    days: int = 0
    months: int = 0
    hours: int = 0
    next: Period | None = None
    day: tuple[int, int] | None = None
    event: str = ""


@frozen
class Expiry:
    """After days or months in local dates, then moved on to the end of `end` or of the next such day of the year,
    (month, day); without a length the end of the period or day of the year in which it begins; or through a date.
    `same_day`: gone when the last date begins, not when it ends. `idle`: counted from the last activity where that is
    later. `at`: at an instant."""

    days: int = 0
    months: int = 0
    end: Period | None = None
    day: tuple[int, int] | None = None
    through: int | None = None
    same_day: bool = False
    idle: bool = False
    at: int | None = None


@frozen
class Purse:
    """`expire` is empty for "never"; of several the earliest holds. `take` is None where nothing spends the purse. An
    event is activity if it adds to one of `activity`; what has come to its end stays while one of `waits` holds."""

    name: str
    title: str
    decimals: int
    currency: str  # "" unless counted in money
    rounding: RoundingRule
    carry: bool
    rules_add_up: bool
    hold_at_most: int | None
    worth: Fraction | None  # minor units of money for one smallest unit
    usable: Usable
    expire: tuple[Expiry, ...]
    may_go_negative: bool  # what a return takes and is not there becomes a debt
    span: Span = field(compare=False)
    take: Take | None = None
    from_usable: bool = False  # lives count from the day on which units become usable, not from the day of earning
    activity: tuple[Measure, ...] = ()
    waits: tuple[Condition, ...] = ()
    transfer: Cap | None = None  # how much a member may give to others; None where nothing
    apart: bool = False  # what was given apart stays so: a voucher is used whole
    months_apart: bool = False  # one redemption uses lots of one calendar month only
    overdraft: int = 0  # how far payments and corrections by hand may take it below zero
    used_stands: bool = False  # a return takes nothing for what was used
    kept_by: str = ""  # the partner at whom the balance lives: nothing is held here
    funders: Funders = ()  # of what rules give that do not say it themselves
