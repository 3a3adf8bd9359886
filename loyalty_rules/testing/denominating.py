"""What a change of denomination makes of points that are set aside."""

from __future__ import annotations

from loyalty_rules.decision import PointsRedenominated
from loyalty_rules.programme import Decision


def counted_anew(decision: Decision, open_units: dict[str, int]) -> None:
    """What still stands of a purse that was counted in another denomination is its rate times as much, but for less
    than a unit of each lot, which is rounded by itself."""
    rates = {
        effect.purse: decision.programme.checked.changes[effect.rule].rate
        for effect in decision.effects
        if isinstance(effect, PointsRedenominated)
    }
    for purse in decision.member.purses if rates else ():
        for one in purse.reserved if purse.name in rates else ():
            if abs(one.units - open_units.get(one.id, 0) * rates[purse.name]) < len(one.debits):
                open_units[one.id] = one.units
