"""What members used: points that paid for an order or were captured for one, and what a conversion on request took."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.decision import Effect, PointsCaptured, PointsRedeemed, PointsTaken
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.member import MemberState
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.progress import counted, counts
from loyalty_rules.settlement.timing.lives import kept_alive


def redeemed(effects: Iterable[Effect]) -> tuple[tuple[str, int], ...]:
    """By purse, what the member used."""
    units: dict[str, int] = {}
    for effect in effects:
        if isinstance(effect, PointsRedeemed | PointsCaptured | PointsTaken):
            units[effect.purse] = units.get(effect.purse, 0) + effect.units
    return tuple(sorted(units.items()))


def captured(plan: Plan, member: MemberState, at: int, now: Iterable[Effect], effects: list[Effect]) -> MemberState:
    """What was set aside has paid: measures count it and purses are active, as with an order that points pay for."""
    used = redeemed(now)
    if not used:
        return member
    view = view_at(plan, member, at)
    view.occasion = view.occasion._replace(redeemed=used)
    member = counted(member, counts(plan, member, view, Result()), view.occasion.day, False)
    return kept_alive(plan, member, view, effects)
