"""Draws: tickets that rules give, and prizes for those that are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from fractions import Fraction
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
class DrawChance:
    """What a ticket that is played at once wins, None for nothing, with so many of all chances."""

    gift: Give | None
    chance: int


@frozen
class PrizeDraw:
    """A draw among tickets, which are held in the purse of its name. It takes place `at` an instant, or at the end of
    each `season`; or each ticket is played at once, with `chances`. `prizes` in the order in which they are drawn:
    those with fewer winners first. `dates`: when tickets are given; `audience`: whose take part. `rule` is how winners
    are given what they won; what that is, is told with each of them."""

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
    chances: tuple[DrawChance, ...] = ()

    def places(self) -> Iterator[DrawPrize]:
        """The prize of each place, from the first on."""
        for prize in self.prizes:
            for _ in range(prize.winners):
                yield prize

    def by_chance(self) -> list[DrawChance]:
        """What can be won at once, the rarest first, of equals as in other draws; what wins nothing last."""
        prizes = [(one.chance, one.gift.purse, -one.gift.value, one) for one in self.chances if one.gift is not None]
        nothing = [one for one in self.chances if one.gift is None]
        return [*(one for *_, one in sorted(prizes, key=lambda found: found[:3])), *nothing]

    def expected(self) -> tuple[tuple[str, Fraction], ...]:
        """What a ticket that is played at once gives on average, in smallest units, by what is given."""
        whole, found = sum(one.chance for one in self.chances), dict[str, Fraction]()
        for one in self.chances:
            if one.gift is not None:
                found[one.gift.purse] = found.get(one.gift.purse, Fraction(0)) + one.gift.value * one.chance / whole
        return tuple(sorted(found.items()))
