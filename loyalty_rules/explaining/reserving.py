"""Redemption in two steps, in words: what was set aside, what paid, what went back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from loyalty_rules.decision import PointsCaptured, PointsReserved, ReservationReleased
from loyalty_rules.explaining.spending import back_again, owed
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.member import NEVER

Step: TypeAlias = PointsReserved | PointsCaptured | ReservationReleased


def told(telling: Telling, effect: Step) -> Iterator[str]:
    """One effect, for those who run a programme."""
    values = {"title": telling.title(effect.rule), "amount": telling.units(effect.purse, effect.units)}
    values["id"] = effect.reservation
    match effect:
        case PointsReserved():
            values["money"] = telling.money(effect.value)
            until = "" if effect.until == NEVER else telling.moment(effect.until)
            key = "reserve.held_until" if until else "reserve.held"
            yield telling.text(key, **values, **({"until": until} if until else {}))
            yield from owed(telling, effect.purse, effect.debits)
            if effect.limited_by:
                yield telling.text("redeem.limited", reason=telling.text(f"redeem.{effect.limited_by}"))
        case PointsCaptured():
            yield telling.text("reserve.captured", **values, money=telling.money(effect.value))
        case ReservationReleased():
            key = "reserve.lapsed" if effect.lapsed else "reserve.released"
            yield telling.text(key, **values, moment=telling.moment(effect.at))


def told_to_member(telling: Telling) -> Iterator[str]:
    """What the member is told of it."""
    for effect in telling.decision.effects:
        match effect:
            case PointsReserved() | PointsCaptured() | ReservationReleased():
                values = {"title": telling.title(effect.rule), "amount": telling.units(effect.purse, effect.units)}
                match effect:
                    case PointsReserved():
                        yield telling.text("member.reserved", **values)
                        yield from owed(telling, effect.purse, effect.debits)
                    case PointsCaptured():
                        yield telling.text("redeem.paid", **values, money=telling.money(effect.value))
                    case ReservationReleased():
                        yield from back_again(telling, effect)
            case _:
                pass
