"""Draws: tickets that rules give, and prizes for those that are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Final

from loyalty_rules.calendar import Period
from loyalty_rules.lang.checked.rules import Dates, Earn, Give
from loyalty_rules.lang.conditions import Condition
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: What follows the name of a draw in the keys of the counters that a member keeps of it.
_DRAWN: Final = "DRAWN"
_WON: Final = "WON"


def drawn_key(name: str) -> str:
    """The counter of the tickets that took part in a draw, by the last date before it."""
    return f"{name} {_DRAWN}"


def won_key(name: str) -> str:
    """The counter of the prizes that were given, by draw and place."""
    return f"{name} {_WON}"


@frozen
class DrawPrize:
    """What each of so many winners is given."""

    gift: Give
    winners: int


@frozen
class PrizeDraw:
    """A draw among tickets, which are held in the purse of its name. It takes place `at` an instant, or at the end of
    each `season`. `prizes` in the order in which they are drawn: those with fewer winners first. `dates`: when tickets
    are given; `audience`: whose take part. `rule` is how winners are given what they won; what that is, is told with
    each of them."""

    name: str
    title: str
    span: Span = field(compare=False)
    at: int | None
    season: Period | None
    audience: tuple[Condition, ...]
    dates: Dates
    prizes: tuple[DrawPrize, ...]
    alone: bool  # one prize per member
    commitment: str
    rule: Earn

    def places(self) -> Iterator[DrawPrize]:
        """The prize of each place, from the first on."""
        for prize in self.prizes:
            for _ in range(prize.winners):
                yield prize
