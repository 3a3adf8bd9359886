"""What a decision leaves to pay in money, and what it refunds in money."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.decision import Effect, GoodsReturned, MembershipLeft, PointsGivenBack
from loyalty_rules.engine.view import View


def to_pay(view: View | None) -> int | None:
    """What of an order is left to pay in money, in minor units; None where no order was decided."""
    if view is None or view.occasion.kind != "purchase":
        return None
    return sum(line.payable - line.covered for line in view.occasion.lines)


def refund_of(effects: Iterable[Effect]) -> int | None:
    """What is refunded in money for goods that came back, in minor units: what was paid for them, less what points had
    paid of it; or of the fee of a membership that was left. None where neither is."""
    returned = False
    money = 0
    for effect in effects:
        match effect:
            case GoodsReturned():
                returned = True
                money += sum(units for _, _, units in effect.lines)
            case MembershipLeft():
                returned = True
                money += effect.refund
            case PointsGivenBack():
                money -= effect.value
            case _:
                pass
    return money if returned else None
