"""Events that are about earlier ones: goods that come back, orders that are cancelled or confirmed, points that are set
aside and then used or let go, units that are given to another member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loyalty_rules.amounts import MICRO
from loyalty_rules.events import (
    ONE_UNIT,
    Cancellation,
    Capture,
    Event,
    Purchase,
    Release,
    Reservation,
    Return,
    Transfer,
)
from loyalty_rules.testing.choosing import MEMBER, OTHER, Draw
from loyalty_rules.testing.interest import Interest

_DAY: Final = 86_400 * MICRO
_AMOUNTS: Final = (1, 5, 20, 100)


def kinds(interest: Interest, before: Sequence[Event]) -> list[str]:
    """What can follow these events in a programme."""
    checked = interest.checked
    found: list[str] = []
    if checked.returns is not None and _orders(before):
        found += ["return", "return", "cancel"]
    if checked.redeems:
        found += ["reserve"]
        found += ["capture", "capture", "release"] if _reserved(before) else []
    found += ["transfer"] if interest.given_away else []
    return found


def draw_following(draw: Draw, interest: Interest, kind: str, id: str, at: int, before: Sequence[Event]) -> Event:
    """One event of such a kind."""
    match kind:
        case "return":
            return _return(draw, draw.pick(_orders(before)), id, at)
        case "cancel":
            return Cancellation(id, MEMBER, at, draw.pick(_orders(before)).id)
        case "reserve":
            rule = draw.pick(sorted(interest.checked.redeems))
            until = draw.pick((None, at + _DAY, at + 30 * _DAY))
            return Reservation(id, MEMBER, at, rule, draw.pick((None, draw.pick(_AMOUNTS) * MICRO)), until)
        case "capture":
            return Capture(id, MEMBER, at, draw.pick(_reserved(before)), draw.pick((None, draw.pick(_AMOUNTS) * MICRO)))
        case "release":
            return Release(id, MEMBER, at, draw.pick(_reserved(before)))
        case _:
            purse = draw.pick(interest.given_away)
            return Transfer(id, MEMBER, at, purse, draw.pick(_AMOUNTS) * MICRO, OTHER)


def _orders(before: Sequence[Event]) -> list[Purchase]:
    """The orders that were placed, the last one first."""
    return [one for one in reversed(before) if isinstance(one, Purchase)]


def _reserved(before: Sequence[Event]) -> list[str]:
    return [one.id for one in reversed(before) if isinstance(one, Reservation)]


def _return(draw: Draw, order: Purchase, id: str, at: int) -> Return:
    """Some of the lines, each as a whole, or a unit or a part of it."""
    lines = [line for line in order.lines if draw.pick((True, False))] or list(order.lines[:1])
    found = []
    for line in lines:
        some = ONE_UNIT if line.quantity % ONE_UNIT == 0 else max(1, line.quantity // 2)
        found.append((line.id, draw.pick((line.quantity, some))))
    return Return(id, MEMBER, at, order.id, tuple(found))
