"""Acceptance cases of goods that come back, and of points that paid for them."""

from __future__ import annotations

from typing import Any, Final

from loyalty_rules import (
    DecisionError,
    MemberState,
    Programme,
    cancellation,
    line,
    load,
    purchase,
    reservation,
    returned,
)
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import PointsGivenBack, PointsRedeemed, PointsTakenBack
from loyalty_rules.programme import Decision
from tests.cases.acceptance_cases import Case, Facts, decided, given, one_line, order
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


def cancelled_after_spending(facts: Facts, programme: Programme) -> Any:
    """Policy A is the purse `left`, policy B the purse `below`."""
    member = decided(programme, one_line(programme, facts["given"]["balance_before_spend"])).member
    for place, name in enumerate(("left", "below")):
        paid = one_line(programme, "100", f"2024-05-0{place + 6}T13:00:00Z", redeem={f"pay_{name}": 100})
        member = decided(programme, paid._replace(id=f"paid-{name}"), member).member
    spent = balance(programme, member, "left"), balance(programme, member, "below")
    assert spent == (facts["given"]["balance_before_spend"] - facts["when"]["spent"],) * 2
    decision = decided(programme, cancellation("c", "m", LATER, "o"), member)
    policies = dict(zip(facts["when"]["policies"], ("left", "below"), strict=True))
    return {
        "taken": {name: taken(decision, purse) for name, purse in policies.items()},
        "balance_after": {name: balance(programme, decision.member, purse) for name, purse in policies.items()},
    }


def one_of_two_units(facts: Facts, programme: Programme) -> Any:
    member = decided(programme, two(programme, "50.00")).member
    assert balance(programme, member) == facts["given"]["balance"]
    return {"balance_after": balance(programme, back(programme, member, facts["when"]["refund"]["units"]).member)}


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


def by_the_rules_of_the_purchase(facts: Facts, programme: Programme) -> Any:
    """The source takes what the rules of the day of the return say; ours are those of the purchase, whatever they are
    today: unchanged, doubled, switched off, or gone."""
    text = programme.source.text
    words = {"en": "give 1 pts per 1 USD", "ru": "дать 1 pts за 1 USD"}[programme.language]
    ended = {"en": "\n  through 2024-05-06", "ru": "\n  по дату включительно 2024-05-06"}[programme.language]
    start = text.index("\n" + {"en": "earn base", "ru": "начисление base"}[programme.language])
    today = (text, text.replace(words, words.replace("1", "2", 1)), text.replace(words, words + ended), text[:start])
    found = {}
    for name, after in zip(facts["when"]["variants"], today, strict=True):
        rules = load(after, earlier=[] if after == text else [(text, "2024-05-07T00:00:00Z")])
        member = decided(rules, one_line(rules, facts["when"]["refund"])).member
        assert balance(rules, member) == facts["given"]["balance"]
        found[name] = taken(back(rules, member, 1), "pts")
    assert found == {"A": 50, "B": 50, "C": 50, "D": 50}
    return {}


def three_quarters(facts: Facts, programme: Programme) -> Any:
    member = decided(programme, two(programme, "25.00", 4)).member
    assert balance(programme, member) == facts["given"]["balance"]
    decision = back(programme, member, 3)
    assert decision.refund == int(facts["when"]["refund"].replace(".", ""))
    return {"points_taken": taken(decision, "pts"), "balance_after": balance(programme, decision.member)}


def computed_again_on_what_is_kept(facts: Facts, programme: Programme) -> Any:
    member = decided(programme, two(programme, "10000")).member
    assert balance(programme, member) == facts["given"]["balance"]
    return {"points_after": balance(programme, back(programme, member, facts["when"]["return"]["units"]).member)}


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


def a_tenth_from_the_next_month_on(facts: Facts, programme: Programme) -> Any:
    member, earned = programme.new_member("m"), []
    for number, one in enumerate(facts["when"]["orders"]):
        event = one_line(programme, one["total"], f"{one['date']}T12:0{number}:00+03:00")._replace(id=f"o-{number}")
        decision = decided(programme, event, member)
        member = decision.member
        earned.append(str(given(decision)))
    room = []
    for one in facts["when"]["redeem_attempts"]:
        event = purchase("p", "m", f"{one['date']}T13:00:00+03:00", [line("1", price=one["order"])], currency="RUB")
        (found,) = programme.redeemable(member, event)
        room.append(str(found.units))
    return {"points_earned": earned, "redeem_max": room}


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


RETURNS: Final[dict[str, Case]] = {
    "CAP-16": at_most_so_much_of_each,
    "CB-06": a_tenth_from_the_next_month_on,
    "LIFE-06": back_to_the_lots,
    "MON-05": set_aside_and_refused,
    "RET-01": cancelled_after_spending,
    "RET-03": one_of_two_units,
    "RET-04": all_or_half_of_what_points_paid,
    "RET-07": by_the_rules_of_the_purchase,
    "RET-08": three_quarters,
    "RET-13": computed_again_on_what_is_kept,
}
