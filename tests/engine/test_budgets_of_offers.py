"""Budgets of offers: what members get off together, and what of it comes back."""

from __future__ import annotations

import pytest

from loyalty_rules import (
    Decision,
    DecisionError,
    Programme,
    RuleFileError,
    SharedState,
    load,
    purchase,
    returned,
)
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import BudgetUsed, DiscountGiven, Outcome
from loyalty_rules.events import line

HEAD = """loyalty rules 1

programme "Shop"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  discounts round half up per line
  returns replay within 30 days
  returns keep prices
  late events accepted for 3 days
end

purse pts
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

earn base
  on any product
  give 1 pts per 1 USD
end

offer tenth
  on any product
  discount 10%
end

offer five
  with code "FIVE"
  on any product
  discount 5 USD
end

group both
  rule tenth
  rule five
  one after another
end

budget campaign "Campaign"
  covers tenth, base
  cap 15 USD
  when short give what is left
end

budget uses "First three"
  covers five
  cap 3 times
  when short give nothing
end
"""


@pytest.fixture(scope="module")
def shop() -> Programme:
    return load(HEAD.replace("covers tenth, base", "covers tenth"))


def bought(
    shop: Programme, shared: SharedState | None, price: str = "100", id: str = "o-1", at: str = "2026-03-07T12:00:00Z"
) -> Decision:
    event = purchase(id, "m-1", at, [line("1", price=price, quantity=2)], currency="USD", codes=["five"])
    return shop.decide(shop.new_member("m-1"), event, shared)


def off(decision: Decision) -> dict[str, int]:
    return {one.rule: one.granted for one in decision.effects if isinstance(one, DiscountGiven)}


def used(decision: Decision) -> list[tuple[str, int, int, int]]:
    found = [one for one in decision.effects if isinstance(one, BudgetUsed)]
    return [(one.budget, one.asked, one.granted, one.left) for one in found]


def test_what_is_trimmed_leaves_a_higher_price_for_those_behind(shop: Programme) -> None:
    first = bought(shop, shop.new_shared())
    assert off(first) == {"tenth": 1500, "five": 500}  # 10% of 200 USD would be 20
    assert used(first) == [("campaign", 2000, 1500, 0), ("uses", 1, 1, 2)]
    assert [one.granted for one in first.trace if one.rule == "base"] == [180]
    assert "The budget" in first.explain("en")


def test_what_a_budget_leaves_nothing_takes_nothing_off(shop: Programme) -> None:
    first = bought(shop, shop.new_shared())
    second = bought(shop, first.shared)
    assert off(second) == {"five": 500}
    (record,) = (one for one in second.trace if one.rule == "tenth")
    assert (record.outcome, record.decided_by) == (Outcome.BUDGET_EMPTY, "campaign")
    assert used(second) == [("campaign", 2000, 0, 0), ("uses", 1, 1, 1)]


def test_a_decision_is_confirmed_where_as_much_is_left(shop: Programme) -> None:
    first = bought(shop, shop.new_shared())
    assert shop.confirm(first, shop.new_shared()) == first.shared
    small = bought(shop, shop.new_shared(), "10")
    with pytest.raises(DecisionError) as moved:
        shop.confirm(first, small.shared or shop.new_shared())
    assert moved.value.code == "shared.moved"


def test_what_comes_back_makes_room_again(shop: Programme) -> None:
    """Half of 15 USD, and no time: the other half of the order has had the code."""
    first = bought(shop, shop.new_shared())
    assert read_member(write_member(first.member, shop), shop) == first.member
    half = shop.decide(first.member, returned("r-1", "m-1", "2026-03-08T12:00:00Z", "o-1", {"1": 1}), first.shared)
    assert used(half) == [("campaign", -750, -750, 750)]
    rest = shop.decide(half.member, returned("r-2", "m-1", "2026-03-09T12:00:00Z", "o-1", {"1": 1}), half.shared)
    assert used(rest) == [("campaign", -750, -750, 1500), ("uses", -1, -1, 3)]


def test_a_late_order_draws_on_budgets(shop: Programme) -> None:
    event = purchase("o-1", "m-1", "2026-03-08T12:00:00Z", [line("1", price="10")], currency="USD")
    first = shop.decide(shop.new_member("m-1"), event, shop.new_shared())
    late = purchase("o-0", "m-1", "2026-03-07T12:00:00Z", [line("1", price="10")], currency="USD")
    found = shop.decide(first.member, late, first.shared)
    assert used(found) == [("campaign", 100, 100, 1300)]


def test_budgets_that_are_not_short_change_nothing(shop: Programme) -> None:
    found = bought(shop, shop.new_shared(), "10")
    assert off(found) == {"tenth": 200, "five": 500}


def test_offers_and_points_of_one_budget_count_in_money() -> None:
    """Offers first: 10 USD off, then points for the 5 that are left of 15."""
    text = HEAD.replace("after a return may go negative", "worth 0.10 USD per 1 pts\n  after a return may go negative")
    shop = load(text)
    event = purchase("o-1", "m-1", "2026-03-07T12:00:00Z", [line("1", price="100")], currency="USD")
    found = shop.decide(shop.new_member("m-1"), event, shop.new_shared())
    assert off(found) == {"tenth": 1000}
    assert [one.granted for one in found.trace if one.rule == "base"] == [50]
    assert used(found) == [("campaign", 1900, 1500, 0)]


@pytest.mark.parametrize(("cap", "code"), [("100 items", "L397"), ("100 pts", "L368")])
def test_offers_give_no_points_and_one_sum_counts_no_items(cap: str, code: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        load(HEAD.replace("cap 3 times", f"cap {cap}"))
    assert code in {one.problem.code for one in refused.value.diagnostics}
