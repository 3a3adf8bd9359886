"""Contests: places by a measure, and what they are worth."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.calendar import Period
from loyalty_rules.contests import Ties
from loyalty_rules.lang.checked.rules import Dates, Earn, Give
from loyalty_rules.lang.conditions import Condition, Measure
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


def score_key(name: str) -> str:
    """The counter of what a member had reached when a contest ended, by the last date before that."""
    return f"{name} SCORE"


def since_key(name: str) -> str:
    """The counter of when a member reached what it has, by the last date before the end."""
    return f"{name} SINCE"


@frozen
class PrizeOfPlaces:
    """What each of the places from `first` through `last` is worth."""

    first: int
    last: int
    gift: Give


@frozen
class Contest:
    """A contest in each `season`, or over its `dates`. Who has nothing of the `measure` takes no part, nor who is
    not of the `audience` when it ends, or with `opt_in` has not opted in by then. `rule` is how winners are given what
    they won."""

    name: str
    title: str
    span: Span = field(compare=False)
    measure: Measure
    lowest: bool
    season: Period | None
    audience: tuple[Condition, ...]
    dates: Dates
    prizes: tuple[PrizeOfPlaces, ...]
    ties: Ties
    rule: Earn
    opt_in: bool = False

    def worth(self, place: int) -> tuple[Give, ...]:
        """What a place is worth by itself."""
        return tuple(prize.gift for prize in self.prizes if prize.first <= place <= prize.last)

    @property
    def last_place(self) -> int:
        return max(prize.last for prize in self.prizes)
