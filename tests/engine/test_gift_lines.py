"""Gifts that offers and coupons add to an order, and what becomes of them when goods come back. Figures by hand."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from loyalty_rules import Decision, InputError, Programme, adjustment, line, load, purchase, returned
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import BudgetUsed, CostShared, GiftAdded, GiftTakenBack
from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.problems.budgets import BudgetOfGifts
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.spending import NotOfGroup
from loyalty_rules.shared import SharedState
from tests.lang.checking import check

HEAD: Final = """loyalty rules 1

programme "Gifts"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  {}returns {} within 60 days
  returns keep prices
  late events refused
end

products Coffee
  where category is "coffee"
end

products Cake
  where category is "cake"
end
"""
PURSE: Final = """
purse pts
  rules add up
  round down per order
  usable at once
  expire never
  after a return take only what is left
end
"""
SETS: Final = '\noffer filters\n  buy 2 items on Coffee cheapest first\n  add gift 3 "filter"\n{}end\n'
ONCE: Final = '\noffer mug\n  on Coffee\n  add gift 1 "mug"\n{}end\n'
PAIR: Final = """
offer pair
  buy 1 item on Coffee cheapest first
  buy 1 item on Cake cheapest first
  add gift 1 "spoon"
end
"""
DAY: Final = "2026-03-{:02}T12:00:00Z"


def shop(*blocks: str, returns: str = "replay", more: str = "") -> Programme:
    head = HEAD if returns == "replay" else HEAD.replace("  returns keep prices\n", "")
    return load(head.format(more, returns) + "".join(blocks))


def buys(rules: Programme, *goods: tuple[str, int], shared: SharedState | None = None, **more: Any) -> Decision:
    """An order of so many units of each category, 100 RUB each, a line for each."""
    lines = [line(str(at), category=name, quantity=count, price="100") for at, (name, count) in enumerate(goods, 1)]
    event = purchase("o-1", "a", DAY.format(2), lines, currency="RUB", **more)
    return rules.decide(rules.new_member("a"), event, shared)


def back(decision: Decision, day: int, **units: int) -> Decision:
    """So many units of each line come back; a line is called `l` and its number."""
    lines = {name[1:]: count for name, count in units.items()}
    event = returned(f"r-{day}", "a", DAY.format(day), "o-1", lines)
    return decision.programme.decide(decision.member, event, decision.shared)


def added(decision: Decision) -> dict[str, int]:
    return {one.sku: one.units for one in decision.effects if isinstance(one, GiftAdded)}


def taken(decision: Decision) -> dict[str, int]:
    return {one.sku: one.units for one in decision.effects if isinstance(one, GiftTakenBack)}


# ---------- when goods come back


@pytest.mark.parametrize("returns", ["replay", "in proportion"])
def test_a_gift_for_each_set_stays_with_the_sets_that_are_whole(returns: str) -> None:
    """7 bags are three sets and one more: 9 filters. 6 kept are three sets still; 5 kept are two: 3 filters come back;
    then 1 kept is none: the other 6."""
    rules = shop(PURSE, SETS.format(""), returns=returns)
    bought = buys(rules, ("coffee", 7))
    assert added(bought) == {"filter": 9}
    found, now = [], bought
    for day, units in enumerate((1, 1, 4, 1), 3):
        now = back(now, day, l1=units)
        found.append(taken(now))
    assert found == [{}, {"filter": 3}, {"filter": 6}, {}]


def test_whatever_comes_back_first_the_same_gifts_stay() -> None:
    """3 bags with 2 cakes are two pairs. A bag and a cake come back, in either order: one pair is left of 2 bags and 1
    cake."""
    rules = shop(PURSE, PAIR)
    for order in (("l1", "l2"), ("l2", "l1")):
        now, gone = buys(rules, ("coffee", 3), ("cake", 2)), 0
        assert added(now) == {"spoon": 2}
        for day, name in enumerate(order, 3):
            now = back(now, day, **{name: 1})
            gone += taken(now).get("spoon", 0)
        assert gone == 1


def test_a_gift_for_the_order_stays_while_anything_of_its_lines_does() -> None:
    rules = shop(PURSE, ONCE.format(""))
    bought = buys(rules, ("coffee", 2), ("cake", 1))
    assert added(bought) == {"mug": 1}
    cake = back(bought, 3, l2=1)
    assert taken(cake) == {}
    one = back(cake, 4, l1=1)
    assert taken(one) == {}
    assert taken(back(one, 5, l1=1)) == {"mug": 1}


@pytest.mark.parametrize(("returns", "gone"), [("replay", {"mug": 1}), ("in proportion", {})])
def test_a_gift_for_a_threshold_falls_with_the_filler(returns: str, gone: dict[str, int]) -> None:
    """The mug was given for 200 RUB; 100 RUB that are kept do not earn it, where returns decide again. Nothing comes
    back twice."""
    rules = shop(PURSE, ONCE.format("  when price after discounts at least 200 RUB\n"), returns=returns)
    bought = buys(rules, ("coffee", 3))
    assert added(bought) == {"mug": 1}
    fine = back(bought, 3, l1=1)
    assert taken(fine) == {}
    less = back(fine, 4, l1=1)
    assert taken(less) == gone
    assert taken(back(less, 5, l1=1)) == ({} if gone else {"mug": 1})


def test_what_is_asked_is_the_price_with_which_goods_came() -> None:
    """4 bags and a cake came for 500 and cost 420. 3 bags that came for 300 and cost 240 earn a gift from 250; 2 do
    not."""
    tenth = "\noffer fifth\n  on Coffee\n  discount 20%\nend\n"
    mug = ONCE.format("  when price after discounts at least 250 RUB\n")
    rules = shop(PURSE, mug, tenth, more="discounts round half up per line\n  ")
    bought = buys(rules, ("coffee", 4), ("cake", 1))
    assert (added(bought), bought.to_pay) == ({"mug": 1}, 420_00)
    fine = back(bought, 3, l1=1, l2=1)
    assert (taken(fine), fine.refund) == ({}, 180_00)
    assert taken(back(fine, 4, l1=1)) == {"mug": 1}


def test_stock_and_partners_follow_a_gift_that_is_earned_no_more() -> None:
    stock = "\nbudget stock\n  covers mug\n  cap 5 items\n  when short give nothing\nend\n"
    partner = '\npartner acme "Acme"\n  merchant "acme"\nend\n'
    mug = ONCE.format("  when price after discounts at least 200 RUB\n  funded by acme\n")
    rules = shop(PURSE, partner, mug, stock)
    less = back(buys(rules, ("coffee", 2), shared=rules.new_shared()), 3, l1=1)
    assert taken(less) == {"mug": 1}
    assert less.shared is not None
    assert [one.amount for one in less.shared.used] in ([], [0])
    assert [one.funding for one in less.effects if isinstance(one, CostShared)] == [(("acme", -1),)]


# ---------- outside every base


def test_a_gift_is_in_no_sum_and_no_price() -> None:
    """200 RUB are paid and earn 20, with the gift or without; `times mug` counts the order, while it has its mug."""
    earn = "\nearn base\n  on any product\n  give 1 pts per 10 RUB\nend\n"
    more = "\nearn thanks\n  when times mug in calendar month at least 1\n  give 5 pts\nend\n"
    rules = shop(PURSE, ONCE.format(""), earn, more)
    bought = buys(rules, ("coffee", 2))
    assert bought.to_pay == 200_00
    assert bought.member.purses[0].lots[0].left == 25
    other = rules.decide(
        bought.member,
        purchase("o-2", "a", DAY.format(3), [line("1", category="cake", price="100")], currency="RUB"),
    )
    assert sum(lot.left for lot in other.member.purses[0].lots) == 25 + 10 + 5
    gone = back(other, 4, l1=2)
    assert sum(lot.left for lot in gone.member.purses[0].lots) == 15


def test_guardrails_and_limits_hold_gifts_too() -> None:
    never = "\nnever closed\n  on Coffee\n  blocks discounts\nend\n"
    assert added(buys(shop(PURSE, ONCE.format(""), never), ("coffee", 1))) == {}
    twice = shop(PURSE, SETS.format("  limit 2 per order\n"))
    assert added(buys(twice, ("coffee", 9))) == {"filter": 6}
    coded = shop(PURSE, ONCE.format('  with code "MUG"\n'))
    assert added(buys(coded, ("coffee", 1))) == {}
    assert added(buys(coded, ("coffee", 1), codes=["mug"])) == {"mug": 1}


# ---------- stock and who pays


def test_of_gifts_that_are_short_what_is_left_is_given_and_comes_back_into_stock() -> None:
    """5 filters for two sets of 3: 5 are given. With one set kept 3 of these stay, so 2 are in stock again."""
    stock = "\nbudget stock\n  covers filters\n  cap 5 items\n  when short give what is left\nend\n"
    rules = shop(PURSE, SETS.format(""), stock)
    bought = buys(rules, ("coffee", 4), shared=rules.new_shared())
    assert added(bought) == {"filter": 5}
    (used,) = (one for one in bought.effects if isinstance(one, BudgetUsed))
    assert (used.asked, used.granted, used.left, used.low, used.high) == (6, 5, 0, 5, 5)
    less = back(bought, 3, l1=1)
    assert taken(less) == {"filter": 2}
    assert less.shared is not None
    assert [one.amount for one in less.shared.used] == [3]


def test_a_partner_bears_its_share_of_the_units() -> None:
    partner = '\npartner acme "Acme"\n  merchant "acme"\nend\n'
    funded = "  funded by acme 50%\n  rest funded by programme\n"
    rules = shop(PURSE, partner, SETS.format(funded))
    bought = buys(rules, ("coffee", 4))
    (cost,) = (one for one in bought.effects if isinstance(one, CostShared))
    assert (cost.money, cost.rights, cost.funding) == (0, 6, (("acme", 3),))
    less = back(bought, 3, l1=2)
    (cost,) = (one for one in less.effects if isinstance(one, CostShared))
    assert cost.rights == -3
    assert '3 "filter"' in bought.explain()


# ---------- coupons


COUPON: Final = """
reward coupon
  buy 2 items on Coffee cheapest first
  add gift 1 "mug"
  expire never
  after a return give back
end
"""


def test_each_coupon_is_for_one_set_and_comes_back_with_its_gift() -> None:
    """Three coupons, 5 bags: two sets, so two are used. With three bags kept one of them comes back."""
    rules = shop(PURSE, COUPON)
    gift = adjustment("a-1", "a", DAY.format(1), "coupon", 3, reason="welcome", actor="desk")
    member = rules.decide(rules.new_member("a"), gift).member
    lines = [line("1", category="coffee", quantity=5, price="100")]
    event = purchase("o-1", "a", DAY.format(2), lines, currency="RUB", redeem={"coupon": 3})
    bought = rules.decide(member, event)
    assert added(bought) == {"mug": 2}
    assert held(bought) == 1
    less = back(bought, 3, l1=2)
    assert (taken(less), held(less)) == ({"mug": 1}, 2)
    none = back(less, 4, l1=3)
    assert (taken(none), held(none)) == ({"mug": 1}, 3)


def held(decision: Decision) -> int:
    return sum(lot.left for purse in decision.member.purses if purse.name == "coupon" for lot in purse.lots)


# ---------- on the wire


def test_documents_carry_gifts_and_refuse_what_cannot_be() -> None:
    rules = shop(PURSE, SETS.format(""), ONCE.format(""))
    bought = buys(rules, ("cake", 1), ("coffee", 4))
    text = write_member(bought.member, rules)
    assert read_member(text, rules) == bought.member
    data = json.loads(text)
    gifts = data["records"][0]["gifts"]
    assert gifts == [
        {"rule": "filters", "sku": "filter", "units": 6, "each": 3, "sets": [[2, 1, 2]], "places": [1]},
        {"rule": "mug", "sku": "mug", "units": 1, "each": 1, "places": [1]},
    ]
    wrongs: list[dict[str, Any]] = [
        {"sets": [[2, 1]]},
        {"sets": [[2, 2, 2]]},
        {"places": [7]},
        {"sets": [[0, 1, 2]]},
        {"sets": [[]]},
    ]
    for wrong in wrongs:
        data["records"][0]["gifts"] = [{**gifts[0], **wrong}]
        with pytest.raises(InputError) as failure:
            read_member(json.dumps(data), rules)
        assert failure.value.code == "member.inconsistent"
    written = json.loads(write_decision(bought))
    assert read_decision(write_decision(bought)) is not None
    assert [one for one in written["effects"] if one["kind"] == "gift_added"] == [
        {"kind": "gift_added", "rule": "filters", "sku": "filter", "units": 6, "at": "2026-03-02T12:00:00+00:00"},
        {"kind": "gift_added", "rule": "mug", "sku": "mug", "units": 1, "at": "2026-03-02T12:00:00+00:00"},
    ]


def test_members_are_told_what_they_get_and_what_is_to_come_back() -> None:
    rules = shop(PURSE, ONCE.format(""))
    bought = buys(rules, ("coffee", 1))
    gone = back(bought, 3, l1=1)
    assert 'mug: 1 "mug".' in bought.explain(audience="member")
    assert 'mug: please bring 1 "mug" back as well.' in gone.explain(audience="member")
    assert 'mug: пожалуйста, верните и 1 "mug".' in gone.explain(audience="member", language="ru")


def test_staff_are_told_what_comes_back_and_that_a_coupon_for_a_gift_had_paid_nothing() -> None:
    rules = shop(PURSE, COUPON)
    gift = adjustment("a-1", "a", DAY.format(1), "coupon", 1, reason="welcome", actor="desk")
    member = rules.decide(rules.new_member("a"), gift).member
    lines = [line("1", category="coffee", quantity=2, price="100")]
    event = purchase("o-1", "a", DAY.format(2), lines, currency="RUB", redeem={"coupon": 1})
    gone = back(rules.decide(member, event), 3, l1=1)
    told = gone.explain().splitlines()
    assert "coupon (coupon): 1 coupon come back." in told
    assert 'coupon (coupon): 1 "mug" are no longer earned, and are to come back.' in told
    told = gone.explain(language="ru").splitlines()
    assert "coupon (coupon): возвращается 1 coupon." in told
    assert 'coupon (coupon): 1 "mug" больше не положено, подарок нужно вернуть.' in told


# ---------- what is refused


def problems_of(*blocks: str, more: str = "") -> list[Problem]:
    return [problem for _, problem in check(HEAD.format(more, "replay") + PURSE + "".join(blocks))[1]]


@pytest.mark.parametrize(
    ("clause", "role"),
    [
        ("cap 100 RUB per order", "CAP"),
        ("keep price at least 10 RUB", "KEEP_PRICE"),
        ("only first 2 items cheapest first", "ONLY_FIRST"),
        ("pick 1 item cheapest first", "PICK"),
        ("basis list price", "BASIS"),
        ("round down per order", "ROUND_DOWN"),
        ("allocate to dearest line", "ALLOCATE"),
    ],
)
def test_what_says_how_a_price_is_lowered_says_nothing_of_a_gift(clause: str, role: str) -> None:
    assert problems_of(ONCE.format(f"  {clause}\n")) == [ClausesExclude(Role(role), Role("ADD_GIFT"))]


def test_a_gift_stands_in_no_group_and_in_no_budget_of_money() -> None:
    more = "discounts round half up per line\n  "
    tenth = "\noffer tenth\n  on any product\n  discount 10%\nend\n"
    group = "\ngroup g\n  rule mug\n  rule tenth\n  add up\nend\n"
    found = problems_of(ONCE.format(""), tenth, group, more=more)
    assert found == [NotOfGroup(Role("ADD_GIFT"), Role("H_OFFER"))]
    assert problems_of(ONCE.format(""), tenth, more=more) == []
    stock = "\nbudget stock\n  covers mug\n  cap {}\n  when short give nothing\nend\n"
    assert problems_of(ONCE.format(""), stock.format("100 RUB")) == [BudgetOfGifts("mug", "100 RUB")]
    assert problems_of(ONCE.format(""), stock.format("100 times")) == []


def test_a_purse_may_have_the_name_of_an_article() -> None:
    """A reward that is called as the article is: the gift is counted in whole units all the same."""
    rules = shop(PURSE.replace("purse pts", "purse mug_pts"), ONCE.format("").replace('"mug"', '"mug_pts"'))
    assert 'mug (mug): 1 "mug_pts".' in buys(rules, ("coffee", 1)).explain()
