"""Short histories of one or two members: orders and gifts on days of March, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loyalty_rules import Decision, LoyaltyError, MemberState, Programme, replay
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import Effect
from loyalty_rules.events import Adjustment, Event, Purchase, RedeemRequest, adjustment, line, purchase


def day_of_march(day: int) -> str:
    return f"2026-03-{day:02}T11:00:00Z"


def bought(
    price: str,
    *,
    at: str = day_of_march(7),
    id: str = "o-1",
    member: str = "m",
    quantity: int = 1,
    points: int = 0,
) -> Purchase:
    """An order of one line; `points` of the rule `pay` pay for it."""
    found = purchase(id, member, at, [line("1", price=price, quantity=quantity)], currency="RUB")
    return found._replace(redeem=(RedeemRequest("pay", points * 10**6),)) if points else found


def order(member: str, price: str, *, day: int, id: str = "", quantity: int = 1, points: int = 0) -> Purchase:
    """An order of a day of March, called by the member and the day."""
    named = id or f"{member}-{day}"
    return bought(price, at=day_of_march(day), id=named, member=member, quantity=quantity, points=points)


def gift(units: str, *, member: str = "m", day: int = 2, id: str = "a-1", reason: str = "a gift") -> Adjustment:
    return adjustment(id, member, day_of_march(day), "pts", units, reason=reason, actor="desk")


def state(rules: Programme, *events: Event) -> MemberState:
    """The member after a history of one member."""
    return after(rules, *events)[0]


def after(rules: Programme, *events: Event) -> tuple[MemberState, list[Effect]]:
    """The member after a history, and the effects of its last event; the wire keeps every member on the way."""
    decisions = list(replay(rules, events))
    for decision in decisions:
        assert read_member(write_member(decision.member, rules), rules) == decision.member
        read_decision(write_decision(decision))
    return decisions[-1].member, list(decisions[-1].effects)


def usable(rules: Programme, member: MemberState) -> int:
    return rules.balance(member, "pts").usable


def balances(rules: Programme, *members: MemberState) -> list[int]:
    return [usable(rules, member) for member in members]


def lots_of(member: MemberState) -> list[tuple[int, int]]:
    """The lots of the purse: the number of the decision, and the units."""
    return [(lot.number, lot.left) for purse in member.purses if purse.name == "pts" for lot in purse.lots]


def counted(member: MemberState, part: str) -> list[int]:
    """The sums of the counters of which the key has such a part."""
    return [sum(net for _, net in counter.buckets) for counter in member.counters if part in counter.key]


def refused(rules: Programme, act: Callable[[], tuple[Decision, Decision]], code: str, *members: MemberState) -> None:
    """What two members should do is refused, and both are as they were."""
    before = [write_member(member, rules) for member in members]
    with pytest.raises(LoyaltyError) as caught:
        act()
    assert caught.value.code == code
    assert [write_member(member, rules) for member in members] == before
