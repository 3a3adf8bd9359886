"""What is set aside to pay is used once: no unit of a reservation goes twice, and none gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.decision import PointsCaptured, PointsRedenominated, PointsReserved, ReservationReleased
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.playing import Broken, Decisions

#: Stands for what a change of denomination added to several reservations together.
_TOGETHER: Final = ""


def reserved_once(history: History, decisions: Decisions) -> Iterator[Broken]:
    """What is set aside is captured or released, each unit once; what is neither still stands in the member. Where a
    purse is counted in another denomination its effect says what becomes of all that is set aside of it; what becomes
    of one of several reservations is known once it stands."""
    aside: dict[str, dict[str, int]] = {}  # purse -> reservation -> units
    for place, one in enumerate(decisions):
        holds = True
        for effect in one.effects:
            match effect:
                case PointsReserved():
                    aside.setdefault(effect.purse, {})[effect.reservation] = effect.units
                case PointsCaptured() | ReservationReleased():
                    of = aside.setdefault(effect.purse, {})
                    of[effect.reservation] = of.get(effect.reservation, 0) - effect.units
                case PointsRedenominated():
                    of = aside.setdefault(effect.purse, {})
                    holds = holds and sum(of.values()) == effect.aside_before
                    _count_anew(of, effect.aside_after)
                case _:
                    pass
        standing = {purse.name: {found.id: found.units for found in purse.reserved} for purse in one.member.purses}
        for purse in {*aside, *standing}:
            stands = standing.get(purse, {})
            holds = holds and _is_all(aside.get(purse, {}), stands)
            aside[purse] = dict(stands)
        if not holds:
            yield Broken("reserved_once", place)


def _count_anew(of: dict[str, int], after: int) -> None:
    """The reservations of a purse come to so much together."""
    open_ones = [name for name, units in of.items() if units]
    if len(open_ones) == 1:
        of[open_ones[0]] = after
    elif open_ones:
        of[_TOGETHER] = after - sum(of.values())


def _is_all(of: dict[str, int], stands: dict[str, int]) -> bool:
    if _TOGETHER in of:
        return sum(of.values()) == sum(stands.values())
    return {name: units for name, units in of.items() if units} == stands
