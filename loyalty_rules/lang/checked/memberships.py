"""Memberships: paid or on trial."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from loyalty_rules.lang.checked.ladders import ALWAYS, NO_LENGTH, Length
from loyalty_rules.lang.checked.rules import Dates
from loyalty_rules.lang.conditions import Condition, Measure
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


class Leaving(Enum):
    """What is paid back to a member who leaves. The values are phrase roles."""

    NOTHING = "LEAVE_NOTHING"
    UNUSED = "LEAVE_UNUSED"
    FEE_LESS = "LEAVE_LESS"


@frozen
class Membership:
    """`fee` (minor units, 0 for none) is due for every `every`. `less`: with FEE_LESS, what the rule of that name gave
    in the year of the membership, one measure for each of its purses."""

    name: str
    title: str
    fee: int
    every: Length
    trial: Length
    grace: Length
    leaving: Leaving
    given: tuple[tuple[str, str], ...]  # messages: (language, text)
    span: Span = field(compare=False)
    less: tuple[Measure, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    audience: tuple[Condition, ...] = ()
    dates: Dates = ALWAYS

    @property
    def only_trial(self) -> bool:
        """Whether it is over when its trial is."""
        return not self.fee and self.trial != NO_LENGTH

    def in_force(self, at: int) -> bool:
        """Whether there is such a membership at an instant at all."""
        start, end = self.dates.start, self.dates.end
        return (start is None or at >= start) and (end is None or at < end)
