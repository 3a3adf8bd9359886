"""Purses, rounding, and the life of what is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from loyalty_rules.amounts import Rounding
from loyalty_rules.calendar import Period
from loyalty_rules.member import Take
from loyalty_rules.source import Span


class Place(Enum):
    ITEM = "S_ITEM"
    LINE = "S_LINE"
    ORDER = "S_ORDER"


@dataclass(frozen=True, slots=True)
class RoundingRule:
    mode: Rounding
    place: Place


@dataclass(frozen=True, slots=True)
class Usable:
    """At once (all zero), after days or months, or from the start of the next period."""

    days: int = 0
    months: int = 0
    hours: int = 0
    next: Period | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """After days or months counted in local dates from earning, then moved on to the end of `end` (if given); without
    a length the end of the period in which it was earned; or through a date."""

    days: int = 0
    months: int = 0
    end: Period | None = None
    through: int | None = None


@dataclass(frozen=True, slots=True)
class Purse:
    """`expire` is empty for "never"; of several the earliest holds. `take` is None where nothing spends the purse."""

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
