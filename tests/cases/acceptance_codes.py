"""Acceptance cases of codes, and of coupons for an order to come."""

from __future__ import annotations

from typing import Any, Final

from loyalty_rules import Decision, Programme, adjustment, cancellation, confirmation, line
from loyalty_rules.amounts import format_units
from loyalty_rules.member import MemberState
from loyalty_rules.shared import SharedState, Used
from tests.cases.acceptance_cases import NOON, Case, Facts, decided, order
from tests.cases.acceptance_prices import left, taken
from tests.cases.acceptance_stacking import by_rule


def used_by(facts: Facts, programme: Programme) -> Any:
    """The code as it is typed, presented by one member, and then by the same or another one."""
    typed, stored = facts["when"]["typed"], facts["when"]["stored"]
    available = {}
    known: list[bool] = []
    for name, told in facts["when"]["variants"].items():
        shared, member = programme.new_shared(), programme.new_member("m")
        event = order(programme, [line("1", price="100.00")], channel=name, codes=[stored])
        other = event._replace(id="before", member="m" if "used_by_me" in told else "other")
        first = programme.decide(programme.new_member(other.member), other, shared)
        member = first.member if other.member == "m" else member
        second = programme.decide(member, event._replace(codes=(typed,)), first.shared)
        available[name] = second.codes[0].gave
        known += [first.codes[0].known, second.codes[0].known]
    matches = programme.plan.codes["multi"] == (typed,) and all(known)
    return {"available": available, "code_matches": matches}


def coupon_for_the_next_order(facts: Facts, programme: Programme) -> Any:
    member, coupons, discount = programme.new_member("m"), list[Any](), ""
    for told in facts["when"]["events"]:
        name = f"o-{told['order']}"
        if told.get("state") == "confirmed":
            member = decided(programme, confirmation(f"c-{name}", "m", NOON, name), member).member
            coupons.append(programme.balance(member, "next_order").usable)
            continue
        redeem = {"next_order": None} if told.get("coupon") else None
        lines = [line("1", price="50.00", quantity=told["units"])]
        found = decided(programme, order(programme, lines, redeem=redeem)._replace(id=name), member)
        balance = programme.balance(found.member, "next_order")
        coupons.append("pending" if balance.pending else "used" if redeem and not balance.usable else balance.usable)
        off = sum(taken(found).values())
        discount = f"{off * 100 // (50_00 * told['units'])}%" if off else discount
        member = found.member
    return {"coupons": coupons, "order3_discount": discount}


def refused(facts: Facts, programme: Programme) -> Any:
    told = facts["when"]["lines"][0]
    others = {"A": {"channel": "shop"}, "B": {"at": "2024-04-30T12:00:00Z"}, "C": {"at": "2024-06-01T12:00:00Z"}}
    found: dict[str, Decision] = {}
    for name in facts["when"]["variants"]:
        quantity = 1 if name == "E" else told["qty"]
        lines = [line(told["id"], sku=told["sku"], quantity=quantity, price=told["unit_price"])]
        more: dict[str, Any] = {
            "channel": "web",
            "at": NOON,
            "codes": ["OTHER" if name == "F" else "TEN"],
            **others.get(name, {}),
        }
        uses = (Used("uses TIMES EVER", "", 0, 100),) if name == "D" else ()
        shared = SharedState(programme.fingerprint, 1, uses)
        found[name] = programme.decide(programme.new_member("m"), order(programme, lines, **more), shared)
    totals = {name: left(decision) for name, decision in found.items()}
    none = not any(code.gave for decision in found.values() for code in decision.codes)
    return {"order_total": totals, "rejected": "all" if none else "some"}


def cancelled_and_again(facts: Facts, programme: Programme) -> Any:
    found: dict[str, Any] = {}
    for name, reward in (("A", "freed"), ("B", "spent")):
        given = adjustment("g", "m", NOON, reward, 1, reason="given", actor="test")
        member: MemberState = decided(programme, given).member
        event = order(programme, [line("1", price="100.00")], redeem={reward: None})
        first = decided(programme, event, member)
        undone = decided(programme, cancellation("x", "m", NOON, "o"), first.member)
        again = decided(programme, event._replace(id="again"), undone.member)
        found[name] = {"order_total": left(again), **({} if any(taken(again).values()) else {"rejected": True})}
    return found


def promotion_then_voucher(facts: Facts, programme: Programme) -> Any:
    variants = facts["when"]["variants"]

    def unit(name: str, quantity: int) -> tuple[dict[str, str], str]:
        lines = [line("1", price=variants[name]["price"], quantity=quantity)]
        decision = decided(programme, order(programme, lines, channel=name, codes=[name]))
        return by_rule(decision), format_units((decision.to_pay or 0) // quantity, 2)

    first, by_quantity, last = unit("A", 1), {str(q): unit("B", q)[1] for q in variants["B"]["qty"]}, unit("C", 1)
    return {
        "variants": {
            "A": {"promotion": first[0]["promotion_a"], "voucher": first[0]["voucher_a"], "unit": first[1]},
            "B": {"unit": by_quantity},
            "C": {"voucher": last[0]["voucher_c"], "unit": last[1]},
        }
    }


CODES: Final[dict[str, Case]] = {
    "TIME-11": used_by,
    "TIME-12": coupon_for_the_next_order,
    "TIME-16": refused,
    "RET-15": cancelled_and_again,
    "STK-14": promotion_then_voucher,
}
