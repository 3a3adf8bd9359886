"""Ladders of levels."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Final

from loyalty_rules.calendar import Period
from loyalty_rules.lang.checked.returns import AfterReturn
from loyalty_rules.lang.checked.rules import Dates
from loyalty_rules.lang.conditions import Compare, Compared, Condition, Constant, Measure
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


class Upgrade(Enum):
    NEXT_ORDER = "UP_NEXT"
    THIS_ORDER = "UP_THIS"
    PART_ABOVE = "UP_PART"
    FROM_NEXT = "UP_FROM"


class Review(Enum):
    AT_END = "REVIEW"
    JOINED_YEAR = "AT_END_YEAR_JOINED"
    ON_DAY = "ON_DAY"
    AFTER = "REVIEW_AFTER"
    EVERY_ORDER = "REVIEW_ORDER"
    NEVER = "REVIEW_NEVER"


@frozen
class Length:
    """A length in local dates: days, or months. A shift to an earlier date is below 0."""

    days: int = 0
    months: int = 0


NO_LENGTH: Final = Length()
ALWAYS: Final = Dates()


@frozen
class Reviews:
    """When levels are reviewed. `period`: whose end, moved by `length` (AT_END); or from whose next start `length`
    counts (AFTER; None: from the day on which the level was reached). `day`: (month, day), at its end (ON_DAY). The end
    of a year since the member joined is moved by `length`, too (JOINED_YEAR)."""

    kind: Review
    period: Period | None = None
    length: Length = NO_LENGTH
    day: tuple[int, int] | None = None


@frozen
class Level:
    """`keep` is asked at reviews instead of `condition`; `back` is enough for a member who had the level before.
    `reaching` and `keeping`: what is taken from the ladder's counter when the level is reached and when it is kept."""

    name: str
    condition: Condition
    span: Span = field(compare=False)
    keep: Condition | None = None
    back: Condition | None = None
    reaching: int = 0
    keeping: int = 0


@frozen
class Ladder:
    """`base` is the base level's name, "" without one. `levels` ascend; rank 1 is the lowest earned level.
    `upgrade_period` and `upgrade_plus` with FROM_NEXT: the next start, and so much later. `hold`: how long a level is
    held at least; `grace`: between a failed review and the fall. `counter`: the one measure that all levels ask, where
    they take from it; `carry`: of what a review leaves there, how much is kept, None for all."""

    name: str
    title: str
    base: str
    levels: tuple[Level, ...]
    upgrade: Upgrade
    upgrade_period: Period | None
    reviews: Reviews
    downgrade_one: bool
    after_return: AfterReturn
    given: tuple[tuple[str, str], ...]  # messages: (language, text)
    span: Span = field(compare=False)
    titles: tuple[tuple[str, str], ...] = ()
    audience: tuple[Condition, ...] = ()
    dates: Dates = ALWAYS
    upgrade_plus: Length = NO_LENGTH
    hold: Length = NO_LENGTH
    grace: Length = NO_LENGTH
    counter: Measure | None = None
    carry: int | None = None

    def level_name(self, rank: int) -> str:
        return self.levels[rank - 1].name if rank else self.base

    def rank(self, level: str) -> int:
        for place, found in enumerate(self.levels, 1):
            if found.name == level:
                return place
        return 0

    def in_force(self, at: int) -> bool:
        """Whether the ladder has levels at an instant at all."""
        start, end = self.dates.start, self.dates.end
        return (start is None or at >= start) and (end is None or at < end)

    def asked_to_reach(self) -> tuple[Condition, ...]:
        """What is asked when a level is reached, and not at reviews only."""
        backs = (level.back for level in self.levels)
        return (*self.audience, *(level.condition for level in self.levels), *(back for back in backs if back))

    def asked(self) -> tuple[Condition, ...]:
        """Everything that is asked of a member, at reviews too."""
        keeps = (level.keep for level in self.levels)
        return (*self.asked_to_reach(), *(keep for keep in keeps if keep))


def threshold(test: Condition | None) -> int | None:
    """How much a test asks for, where it asks a measure for at least so much and nothing else."""
    match test:
        case Compared(Measure(), Compare.AT_LEAST, Constant(int(amount))):
            return amount
        case _:
            return None
