"""Stock of offers: goods at a promotional price, of which there are so many for all members. Figures by hand."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Decision, DecisionError, Programme, line, load, purchase, returned
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import BudgetUsed, DiscountGiven, Outcome
from loyalty_rules.diagnostics import Problem
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.member import NEVER
from loyalty_rules.problems.budgets import BudgetOfUncounted
from loyalty_rules.shared import SharedState
from loyalty_rules.source import Source
from tests.lang.checking import check

HEAD: Final = """loyalty rules 1

programme "Stock"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  discounts round half up per line
  returns replay within 60 days
  returns keep prices
  late events refused
end
"""
MUGS: Final = "\noffer mugs\n  on any product\n  {}sell at 80 RUB per 1 item\nend\n"
STOCK: Final = "\nbudget stock\n  covers {}\n  cap {} items\n  when short give what is left\nend\n"


def shop(*blocks: str) -> Programme:
    return load(HEAD + "".join(blocks))


def buys(
    rules: Programme,
    shared: SharedState | None,
    *goods: tuple[int, str],
    name: str = "a",
    before: Decision | None = None,
) -> Decision:
    """An order of so many units at a price each, a line for each of these."""
    member = before.member if before is not None else rules.new_member(name)
    day = 2 + member.decisions
    lines = [line(str(place), quantity=count, price=price) for place, (count, price) in enumerate(goods, 1)]
    event = purchase(f"o-{day}", name, f"2026-03-{day:02}T12:00:00Z", lines, currency="RUB")
    return rules.decide(member, event, shared)


def off(decision: Decision) -> int:
    """What was taken off, in whole RUB."""
    return sum(one.granted for one in decision.effects if isinstance(one, DiscountGiven)) // 100


def drawn(decision: Decision) -> BudgetUsed:
    (found,) = (one for one in decision.effects if isinstance(one, BudgetUsed))
    return found


def test_members_share_the_stock_and_the_last_one_pays_the_full_price() -> None:
    """7 units: a takes 5 and saves 5 x 20; b gets 2 of 5; c none."""
    rules = shop(MUGS.format(""), STOCK.format("mugs", 7))
    first = buys(rules, rules.new_shared(), (5, "100"))
    second = buys(rules, first.shared, (5, "100"), name="b")
    third = buys(rules, second.shared, (5, "100"), name="c")
    assert [off(one) for one in (first, second, third)] == [100, 40, 0]
    assert [(drawn(one).asked, drawn(one).granted, drawn(one).left) for one in (first, second, third)] == [
        (5, 5, 2),
        (5, 2, 0),
        (5, 0, 0),
    ]
    assert [one.trace[0].outcome for one in (first, second, third)] == [
        Outcome.AWARDED,
        Outcome.REDUCED_BY_CAP,
        Outcome.BUDGET_EMPTY,
    ]


def test_an_order_that_was_priced_beside_another_one_is_confirmed_as_far_as_there_is_stock() -> None:
    """Of 7, two baskets of 3 and one of 2 are priced with the same value. The first two fit; the third finds 1."""
    rules = shop(MUGS.format(""), STOCK.format("mugs", 7))
    start = rules.new_shared()
    one, two = buys(rules, start, (3, "100")), buys(rules, start, (3, "100"), name="b")
    three = buys(rules, start, (2, "100"), name="c")
    assert (drawn(three).low, drawn(three).high) == (2, NEVER)
    shared = rules.confirm(two, rules.confirm(one, start))
    with pytest.raises(DecisionError, match=r"shared\.moved|1 are left"):
        rules.confirm(three, shared)
    again = buys(rules, shared, (2, "100"), name="c")
    assert off(again) == 20
    assert (drawn(again).low, drawn(again).high) == (1, 1)


def test_what_the_stock_did_not_give_uses_up_nothing_of_what_a_member_may_have() -> None:
    """3 for each member. Of 5 bought the stock gives 2, so 1 is left to the member once there is stock again."""
    rules = shop(MUGS.format("only first 3 items cheapest first per member since the beginning\n  "))
    stocked = shop(
        MUGS.format("only first 3 items cheapest first per member since the beginning\n  "),
        STOCK.format("mugs", 2).replace("items", "items in calendar day"),
    )
    first = buys(stocked, stocked.new_shared(), (5, "100"))
    assert off(first) == 40
    second = buys(stocked, first.shared, (5, "100"), before=first)
    assert off(second) == 20
    third = buys(stocked, second.shared, (5, "100"), before=second)
    assert off(third) == 0
    assert off(buys(rules, None, (5, "100"))) == 60


def test_the_cheapest_units_are_those_that_the_stock_is_left_for_where_the_offer_says_so() -> None:
    """2 of 3 units: of 90, 100 and 110 the two cheapest, 10 and 20 off. Without an order those of the first lines."""
    limited = "only first 3 items cheapest first\n  "
    goods = ((1, "110"), (1, "100"), (1, "90"))
    for clause, expected in ((limited, (0, 20, 10)), ("", (30, 20, 0))):
        rules = shop(MUGS.format(clause), STOCK.format("mugs", 2))
        decision = buys(rules, rules.new_shared(), *goods)
        (effect,) = (one for one in decision.effects if isinstance(one, DiscountGiven))
        assert tuple(units // 100 for units in effect.lines) == expected


def test_a_line_that_costs_no_more_than_the_price_takes_nothing_of_the_stock() -> None:
    rules = shop(MUGS.format(""), STOCK.format("mugs", 1))
    decision = buys(rules, rules.new_shared(), (4, "80"), (1, "100"))
    assert off(decision) == 20
    assert drawn(decision).asked == 1


def test_units_up_to_so_many_are_as_many_as_there_are() -> None:
    """The offer takes up to 3 of its units: of 5 at 100 two are in stock, half of each is 100."""
    offer = "\noffer half\n  on any product\n  pick up to 3 items cheapest first\n  discount 50%\nend\n"
    rules = shop(offer, STOCK.format("half", 2))
    assert off(buys(rules, rules.new_shared(), (5, "100"))) == 100
    exactly = shop(offer.replace("up to ", ""), STOCK.format("half", 2))
    assert off(buys(exactly, exactly.new_shared(), (5, "100"))) == 0


def test_an_offer_that_finds_no_stock_leaves_its_units_to_the_next_one() -> None:
    """Two for the price of one where there is stock, else 10% off: of 2 sets one, 100 off, then 10 off each of 4."""
    pair = "\noffer pair\n  buy 2 items on any product cheapest first\n  pick 1 item cheapest first from bought\n"
    tenth = "\noffer tenth\n  on any product\n  discount 10 RUB per 1 item\nend\n"
    group = "\ngroup g\n  rule pair\n  rule tenth\n  one after another\nend\n"
    rules = shop(pair + "  discount 100%\nend\n", tenth, group, STOCK.format("pair", 1))
    decision = buys(rules, rules.new_shared(), (4, "100"))
    assert {one.rule: one.granted // 100 for one in decision.effects if isinstance(one, DiscountGiven)} == {
        "pair": 100,
        "tenth": 40,
    }


def test_a_stock_stands_beside_a_budget_of_money() -> None:
    """A pair of budgets, one of money: 300 RUB and 4 units. 4 units of 5 take 80 off, far below the money."""
    money = "\nbudget spent\n  covers mugs\n  cap 300 RUB\n  when short give nothing\nend\n"
    rules = shop(MUGS.format(""), STOCK.format("mugs", 4), money)
    decision = buys(rules, rules.new_shared(), (5, "100"))
    assert off(decision) == 80
    used = {one.budget: one.granted for one in decision.effects if isinstance(one, BudgetUsed)}
    assert used == {"spent": 80_00, "stock": 4}


def test_what_comes_back_of_a_line_gives_back_its_share_of_the_units() -> None:
    """Of 5 units 2 were in stock. With 4 kept 1.6 of these, half up 2; with 2 kept 0.8, so 1; then none. The member
    document carries it."""
    rules = shop(MUGS.format(""), STOCK.format("mugs", 2))
    decision = buys(rules, rules.new_shared(), (5, "100"))
    member, shared, left = read_member(write_member(decision.member, rules), rules), decision.shared, []
    assert member == decision.member
    for number, units in enumerate((1, 2, 2)):
        event = returned(f"r-{number}", "a", f"2026-03-0{3 + number}T12:00:00Z", "o-2", {"1": units})
        back = rules.decide(member, event, shared)
        member, shared = back.member, back.shared
        assert shared is not None
        left.append(sum(one.amount for one in shared.used))
    assert left == [2, 1, 0]


def test_explanations_count_items_in_both_languages() -> None:
    text = HEAD + MUGS.format("") + STOCK.format("mugs", 2)
    english, russian = load(text), load(format_source(Source("x", text), "ru"))
    for rules, words in ((english, "2 items"), (russian, "2 штук")):
        told = buys(rules, rules.new_shared(), (5, "100")).explain()
        assert words in told


def problems_of(text: str) -> list[Problem]:
    return [problem for _, problem in check(text)[1]]


def test_the_units_of_one_sum_are_not_counted() -> None:
    offer = "\noffer sum\n  on any product\n  discount 100 RUB\nend\n"
    assert problems_of(HEAD + offer + STOCK.format("sum", 2)) == [BudgetOfUncounted("sum", "2 items")]
    for fine in ("discount 10%", "discount 10 RUB per full 2 items", "discount 5 RUB per 50 RUB"):
        assert problems_of(HEAD + offer.replace("discount 100 RUB", fine) + STOCK.format("sum", 2)) == []


def test_a_partner_who_pays_for_an_offer_may_have_its_stock_counted() -> None:
    partner = '\npartner acme\n  merchant "acme"\nend\n'
    offer = MUGS.format("funded by acme\n  ")
    rules = shop(partner, offer, STOCK.format("acme", 2))
    assert off(buys(rules, rules.new_shared(), (5, "100"))) == 40
