"""Acceptance cases of rewards: what they cost, and what becomes of them when an order is undone."""

from __future__ import annotations

import json
from typing import Any, Final

from loyalty_rules import InputError, Programme, adjustment, cancellation
from loyalty_rules.adapters.wire import read_event, write_event
from loyalty_rules.amounts import format_units
from loyalty_rules.decision import PointsRedeemed
from loyalty_rules.member import MemberState
from tests.cases.acceptance_cases import NOON, Case, Facts, decided, one_line
from tests.cases.acceptance_spending import balance, holding, lot


def started_pairs_cost(facts: Facts, programme: Programme) -> Any:
    member = holding(programme, lot(1, facts["given"]["balance"], "2024-01-01"))
    event = one_line(programme, "10.00", redeem={"free_product": facts["when"]["free_units"]})
    decision = decided(programme, event, member)
    (effect,) = (one for one in decision.effects if isinstance(one, PointsRedeemed))
    return {"points_redeemed": effect.units, "balance_after": balance(programme, decision.member)}


def the_programme_knows_the_cost(facts: Facts, programme: Programme) -> Any:
    """An event has no place for a cost: with one it is refused, and without it the programme's own is taken."""
    member = holding(programme, lot(1, facts["given"]["balance"], "2024-01-01"))
    event = one_line(programme, facts["when"]["earn"], redeem={"treat": None})
    told = json.loads(write_event(event, programme))
    told["redeem"][0]["cost"] = facts["when"]["client_says"]
    try:
        read_event(json.dumps(told), programme)
    except InputError as error:
        assert error.code == "wire.unknown_field"
        return {"balance_after": balance(programme, decided(programme, event, member).member)}
    return {"balance_after": None}


def one_reward_in_place_of_another(facts: Facts, programme: Programme) -> Any:
    """The order is undone and told again with the other reward."""
    member = holding(programme, lot(1, facts["given"]["balance"], "2024-01-01"))
    first = decided(programme, one_line(programme, "100.00", redeem={"ten_off": None}), member)
    undone = decided(programme, cancellation("x", "m", NOON, "o"), first.member)
    second = one_line(programme, "100.00", redeem={"fifty_off": None})._replace(id="again")
    last = decided(programme, second, undone.member)
    return {
        "balance_after_each": [balance(programme, one.member) for one in (first, last)],
        "order_total": [format_units(one.to_pay or 0, 2) for one in (first, last)],
    }


def a_coupon_freed_and_used_again(facts: Facts, programme: Programme) -> Any:
    given = adjustment("g", "m", NOON, "coupon", facts["given"]["coupon_uses_left"], reason="given", actor="test")
    member = decided(programme, given).member
    placed = decided(programme, _with_coupon(programme, "a"), member)
    free = decided(programme, cancellation("x", "m", NOON, "a"), placed.member).member
    confirmed = decided(programme, _with_coupon(programme, "b"), free)
    reopened = decided(programme, _with_coupon(programme, "a2"), confirmed.member)
    return {
        "A": {"discount": _kept(reopened.to_pay)},
        "B": {"discount": _kept(confirmed.to_pay)},
        "coupon_uses_left": _left(programme, reopened.member),
    }


def _with_coupon(programme: Programme, id: str) -> Any:
    return one_line(programme, "100.00", redeem={"coupon": None})._replace(id=id)


def _kept(to_pay: int | None) -> str:
    return "kept" if to_pay == 90_00 else "lost" if to_pay == 100_00 else "wrong"


def _left(programme: Programme, member: MemberState) -> int:
    return programme.balance(member, "coupon").usable


REWARDS: Final[dict[str, Case]] = {
    "RED-08": started_pairs_cost,
    "RED-09": the_programme_knows_the_cost,
    "RED-12": one_reward_in_place_of_another,
    "RED-16": a_coupon_freed_and_used_again,
}
