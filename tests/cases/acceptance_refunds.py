"""Acceptance cases of orders that points paid for: what may pay, and what comes back to the lots."""

from __future__ import annotations

from typing import Any, Final

from loyalty_rules import DecisionError, MemberState, Programme, cancellation, line, reservation, returned
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import PointsGivenBack, PointsRedeemed, PointsTakenBack
from loyalty_rules.programme import Decision
from tests.cases.acceptance_cases import Case, Facts, decided, one_line, order
from tests.cases.acceptance_spending import holding, lot

LATER: Final = "2024-05-08T12:00:00Z"


def two(programme: Programme, price: str, units: int = 2, **more: Any) -> Any:
    return order(programme, [line("1", quantity=units, price=price)], **more)


def back(programme: Programme, member: MemberState, units: int) -> Decision:
    return decided(programme, returned("r", "m", LATER, "o", {"1": units}), member)


def taken(decision: Decision, purse: str) -> int:
    found = [one for one in decision.effects if isinstance(one, PointsTakenBack) and one.purse == purse]
    return sum(sum(units for _, units in one.lots) + one.owed for one in found)


def balance(programme: Programme, member: MemberState, purse: str = "pts") -> int:
    return programme.balance(member, purse).usable


def all_or_half_of_what_points_paid(facts: Facts, programme: Programme) -> Any:
    """Two units at 110.00, of which 150 points pay 150.00: the 70.00 in money earn 70."""
    start = holding(programme, lot(1, 200, "2024-01-01"))
    member = decided(programme, two(programme, "110.00", redeem={"pay": 150}), start).member
    assert balance(programme, member) == facts["given"]["balance_after_order"]
    full, half = back(programme, member, 2), back(programme, member, 1)
    found = [one.units for one in half.effects if isinstance(one, PointsGivenBack)]
    names = facts["when"]["variants"]
    return {
        "balance_after": dict(
            zip(names, (balance(programme, one.member) for one in (full, half)), strict=True),
        ),
        "half": {"earned_taken_back": taken(half, "pts"), "spent_returned": sum(found)},
    }


def back_to_the_lots(facts: Facts, programme: Programme) -> Any:
    """The lots are held through the dates on which they expire."""
    told, event = facts["given"]["lots"], facts["when"]["events"][0]
    member = holding(
        programme, *(lot(n, one["points"], one["earned"], one["expires"]) for n, one in enumerate(told, 1))
    )
    ends = {one["expires"]: lot(1, 1, one["earned"], one["expires"]).expires for one in told}

    def left(state: MemberState) -> dict[str, int]:
        held = {one.expires: one.left for purse in state.purses for one in purse.lots}
        return {name: held.get(end, 0) for name, end in ends.items()}

    paid = one_line(programme, "20000", f"{event['date']}T12:00:00Z", redeem={"pay": event["redeem"]})
    after = decided(programme, paid, member).member
    again = decided(programme, cancellation("c", "m", f"{event['date']}T13:00:00Z", "o"), after).member
    return {"after_redeem": left(after), "after_cancel": left(again)}


def at_most_so_much_of_each(facts: Facts, programme: Programme) -> Any:
    member = holding(programme, lot(1, facts["given"]["balance"], "2024-01-01"))
    lines = [line(one["id"], price=one["unit_price"], quantity=one["qty"]) for one in facts["when"]["lines"]]
    decision = decided(programme, order(programme, lines, redeem={"pay": facts["when"]["redeem"]}), member)
    (effect,) = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    assert effect.units == 750
    (each,) = set(effect.lines)
    return {"discount_total": format_units(effect.value, 2), "per_line": format_units(each, 2)}


def set_aside_and_refused(facts: Facts, programme: Programme) -> Any:
    told = {name: int(amount.replace(".", "")) for name, amount in facts["given"].items()}
    start = holding(programme, lot(1, told["amount"], "2024-01-01"))
    paid = one_line(programme, "1000", "2024-02-01T12:00:00Z", redeem={"pay": facts["given"]["used"]})
    member = decided(programme, paid, start).member
    held = reservation("r", "m", "2024-02-02T12:00:00Z", "pay", amount=facts["given"]["authorised"])
    member = decided(programme, held, member).member
    remaining = format_units(balance(programme, member), 2)
    results = []
    for number, amount in enumerate(facts["when"]["authorise"]):
        event = reservation(f"r-{number}", "m", "2024-02-03T12:00:00Z", "pay", amount=amount)
        try:
            member = decided(programme, event, member).member
            results.append("ok")
        except DecisionError as error:
            assert error.code == "redeem.refused"
            results.append("rejected")
    return {"remaining_before": remaining, "results": results}


REFUNDS: Final[dict[str, Case]] = {
    "CAP-16": at_most_so_much_of_each,
    "LIFE-06": back_to_the_lots,
    "MON-05": set_aside_and_refused,
    "RET-04": all_or_half_of_what_points_paid,
}
