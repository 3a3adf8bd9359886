"""Ceilings on what the offers of a group take off together."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, MemberState, Programme, cancellation, load, purchase
from loyalty_rules.decision import DiscountGiven, Outcome
from loyalty_rules.events import line

TEXT = """loyalty rules 1

programme "Shop"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  discounts round half up per line
  returns replay within 30 days
  returns keep prices
  late events refused
end

offer tenth
  on any product
  discount 10%
end

offer fifth
  on any product
  discount 20%
end

group inner
  rule tenth
  rule fifth
  {policy}
  cap 25 USD per order
end

offer five
  on any product
  discount 5 USD
end

group outer
  rule inner
  rule five
  one after another
  cap 40 USD per member in calendar month
end
"""


def shop(policy: str) -> Programme:
    return load(TEXT.format(policy=policy))


def placed(programme: Programme, member: MemberState, id: str, price: str = "100") -> Decision:
    bought = purchase(id, "m-1", "2026-03-07T12:00:00Z", [line("1", price=price)], currency="USD")
    return programme.decide(member, bought)


def off(decision: Decision) -> dict[str, int]:
    return {one.rule: one.granted for one in decision.effects if isinstance(one, DiscountGiven)}


@pytest.mark.parametrize(
    ("policy", "inner"),
    [
        ("one after another", {"tenth": 1000, "fifth": 1500}),  # 10 and 18, of which the later yields
        ("add up", {"tenth": 833, "fifth": 1667}),  # 10 and 20 in proportion
    ],
)
def test_a_group_takes_no_more_off_than_its_ceilings(policy: str, inner: dict[str, int]) -> None:
    programme = shop(policy)
    first = placed(programme, programme.new_member("m-1"), "o-1")
    assert off(first) == {**inner, "five": 500}
    second = placed(programme, first.member, "o-2")
    assert sum(off(second).values()) == 1000  # of 40 USD a month
    assert "`cap 25 USD per order`" in first.explain("en")


def test_what_a_cancelled_order_got_makes_room_again() -> None:
    programme = shop("one after another")
    first = placed(programme, programme.new_member("m-1"), "o-1")
    undone = programme.decide(first.member, cancellation("x-1", "m-1", "2026-03-08T12:00:00Z", "o-1"))
    again = purchase("o-2", "m-1", "2026-03-09T12:00:00Z", [line("1", price="100")], currency="USD")
    assert sum(off(programme.decide(undone.member, again)).values()) == 3000


def test_a_ceiling_that_is_used_up_says_so() -> None:
    programme = shop("one after another")
    member = programme.new_member("m-1")
    for number in range(2):
        member = placed(programme, member, f"o-{number}").member
    last = placed(programme, member, "o-9")
    assert {record.rule: record.outcome for record in last.trace} == dict.fromkeys(
        ("tenth", "fifth", "five"), Outcome.CAP_USED_UP
    )
    assert "Nothing is left of `cap 40 USD per member in calendar month`." in last.explain("en")
