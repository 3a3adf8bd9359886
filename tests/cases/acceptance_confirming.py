"""Acceptance cases of orders that are confirmed later."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from loyalty_rules import DecisionError, Programme, confirmation, line
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsRedeemed
from loyalty_rules.member import NEVER, Lot, MemberState, Purse
from tests.cases.acceptance_cases import Case, Facts, decided, one_line, order

LATER: Final = "2024-05-07T12:00:00Z"


def usable(programme: Programme, member: MemberState, purse: str) -> int:
    return programme.balance(member, purse).usable


def topped_up_when_confirmed(facts: Facts, programme: Programme) -> Any:
    """What was in the wallet pays, what the order adds does not."""
    held = int(Decimal(facts["given"]["ewallet"]) * 100)
    earned = instant_of("2024-05-01T00:00:00Z")
    lots = (Lot(1, earned, earned, NEVER, held, (("given", held),)),)
    member = programme.new_member("m")._replace(purses=(Purse("wallet", lots),), clock=earned, decisions=1)
    lines = [
        line(one["id"], sku=one["sku"], quantity=one["qty"], price=one["unit_price"]) for one in facts["when"]["lines"]
    ]
    placed = decided(programme, order(programme, lines, redeem={"pay_from_wallet": None}), member)
    (paid,) = [effect for effect in placed.effects if isinstance(effect, PointsRedeemed)]
    confirmed = programme.decide(placed.member, confirmation("c", "m", LATER, "o"))
    return {
        "ewallet_used": format_units(paid.value, 2),
        "to_pay": format_units(placed.to_pay or 0, 2),
        "ewallet_after_confirm": format_units(usable(programme, confirmed.member, "wallet"), 2),
    }


def a_coupon_waits_for_its_order(facts: Facts, programme: Programme) -> Any:
    counted: list[int] = []
    results: dict[str, str] = {}
    member = programme.new_member("m")
    assert len(facts["when"]["events"]) == 4
    placed = decided(programme, one_line(programme, "60.00"), member).member
    counted.append(usable(programme, placed, "coupon"))
    try:
        decided(programme, one_line(programme, "60.00", redeem={"use": 1}), member)
        results["same order"] = "ok"
    except DecisionError:
        results["same order"] = "rejected"
    counted.append(usable(programme, placed, "coupon"))
    confirmed = programme.decide(placed, confirmation("c", "m", LATER, "o")).member
    counted.append(usable(programme, confirmed, "coupon"))
    following = one_line(programme, "20.00", LATER, redeem={"use": 1})._replace(id="next")
    used = programme.decide(confirmed, following)
    results["next order"] = "ok" if any(isinstance(one, PointsRedeemed) for one in used.effects) else "rejected"
    counted.append(usable(programme, used.member, "coupon"))
    return {"coupon_points": counted, "use_result": results}


CONFIRMING: Final[dict[str, Case]] = {
    "LIFE-09": topped_up_when_confirmed,
    "LIFE-11": a_coupon_waits_for_its_order,
}
