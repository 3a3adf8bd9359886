"""Budgets that cover partners: all that these pay for counts, and nothing of what others pay for."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Decision, Programme, load
from loyalty_rules.decision import BudgetUsed, DiscountGiven, Outcome, PointsAwarded, PointsConverted
from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.errors import RuleFileError
from loyalty_rules.events import Event, cancellation, line, purchase
from loyalty_rules.problems.budgets import BudgetOfPartner

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end

partner a "A"
  merchant "a"
end

partner b "B"
  merchant "b"
end

purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  worth 1 RUB per 1 pts
  after a return may go negative
end
"""
BASE: Final = (
    "\nearn base\n  on any product\n  give 1 pts per 1 RUB\n  funded by a 60%\n  rest funded by programme\nend\n"
)
OTHER: Final = "\nearn other\n  on any product\n  give 1 pts per 1 RUB\n  funded by b\nend\n"
TWICE: Final = "\nboost twice\n  changes base\n  multiply by 2\n  funded by b\nend\n"
BUDGET: Final = "\nbudget of_a\n  covers a\n  cap 100 pts in calendar month\n  when short give what is left\nend\n"


def order(price: str, id: str, day: int = 2) -> Event:
    return purchase(id, "m", f"2026-03-{day:02}T12:00:00Z", [line("1", price=price)], currency="RUB")


def give(rules: Programme, *events: Event) -> list[Decision]:
    member, shared, found = rules.new_member("m"), rules.new_shared(), []
    for event in events:
        found.append(rules.decide(member, event, shared))
        member, shared = found[-1].member, found[-1].shared or shared
    return found


def given(decision: Decision) -> dict[str, int]:
    found = (one for one in decision.effects if isinstance(one, PointsAwarded | PointsConverted))
    return {one.rule: one.granted for one in found if one.granted}


def used(decision: Decision) -> list[tuple[int, int, int]]:
    found = (one for one in decision.effects if isinstance(one, BudgetUsed))
    return [(one.asked, one.granted, one.left) for one in found]


def test_all_that_a_partner_pays_for_counts_whoever_pays_the_rest() -> None:
    """70 of 100 are given, and 30 of 50: of these a pays for 18, the programme for 12. Then nothing is left."""
    found = give(load(HEAD + BASE + OTHER + BUDGET), order("70", "1"), order("50", "2", 3), order("9", "3", 4))
    assert [given(one) for one in found] == [{"base": 70, "other": 70}, {"base": 30, "other": 50}, {"other": 9}]
    assert [used(one) for one in found] == [[(70, 70, 30)], [(50, 30, 0)], [(9, 0, 0)]]
    (short,) = (one for one in found[1].effects if isinstance(one, PointsAwarded) and one.rule == "base")
    assert short.funding == (("a", 18),)
    (empty,) = (one for one in found[2].trace if one.rule == "base")
    assert empty.outcome is Outcome.BUDGET_EMPTY


def test_all_or_nothing_gives_nothing_where_too_little_is_left() -> None:
    text = HEAD + BASE + BUDGET.replace("give what is left", "give nothing")
    found = give(load(text), order("70", "1"), order("50", "2", 3), order("30", "3", 4))
    assert [given(one) for one in found] == [{"base": 70}, {}, {"base": 30}]


def test_what_a_boost_of_another_partner_adds_does_not_count() -> None:
    """Of 60 points a pays for its part of 30; the other 30 are b's. Of 80 of the next order a's 70 are left of 40."""
    found = give(load(HEAD + BASE + TWICE + BUDGET), order("30", "1"), order("80", "2", 3))
    assert [used(one) for one in found] == [[(30, 30, 70)], [(80, 70, 0)]]
    by_rule = [one for one in found[1].effects if isinstance(one, PointsAwarded)]
    assert [(one.granted, one.funding) for one in by_rule] == [(150, (("a", 42), ("b", 80)))]


def test_the_boost_alone_counts_where_the_other_partner_is_covered() -> None:
    text = HEAD + BASE + TWICE + BUDGET.replace("covers a", "covers b").replace("of_a", "of_b")
    found = give(load(text), order("70", "1"), order("50", "2", 3))
    assert [given(one)["base"] for one in found] == [140, 80]
    assert [used(one) for one in found] == [[(70, 70, 30)], [(50, 30, 0)]]


def test_a_rule_that_is_named_beside_its_partner_counts_with_its_boosts() -> None:
    found = give(load(HEAD + BASE + TWICE + BUDGET.replace("covers a", "covers a, base")), order("30", "1"))
    assert used(found[0]) == [(60, 60, 40)]


def test_what_comes_back_gives_room() -> None:
    back = cancellation("c", "m", "2026-03-05T12:00:00Z", "1")
    found = give(load(HEAD + BASE + BUDGET), order("70", "1"), order("30", "2", 3), back, order("80", "3", 6))
    assert used(found[2]) == [(-70, -70, 70)]
    assert given(found[3]) == {"base": 70}


def test_a_purse_that_a_partner_pays_for_is_covered() -> None:
    """Who pays is said by the purse; the rule that says another is not covered."""
    head = HEAD.replace("may go negative\nend", "may go negative\n  funded by a\nend")
    plain = BASE.replace("  funded by a 60%\n  rest funded by programme\n", "")
    found = give(load(head + plain + OTHER + BUDGET), order("120", "1"))
    assert given(found[0]) == {"base": 100, "other": 120}


def test_offers_of_a_partner_count_in_money_beside_its_points() -> None:
    """Off 200 RUB are 20; 180 paid for give 180 points worth 180 RUB, of which 80 are left of 100 less 20."""
    head = HEAD.replace("  returns replay", "  discounts round half up per order\n  returns replay")
    offer = "\noffer tenth\n  on any product\n  discount 10%\n  funded by a\nend\n"
    found = give(load(head + BASE + offer + BUDGET.replace("100 pts", "100 RUB")), order("200", "1"))
    off = [one.granted for one in found[0].effects if isinstance(one, DiscountGiven)]
    assert (off, given(found[0])) == ([2000], {"base": 80})
    in_points = give(load(head + BASE + offer + BUDGET), order("200", "1"))
    assert given(in_points[0]) == {"base": 100}  # the offer takes off no points


def refused(text: str) -> list[object]:
    with pytest.raises(RuleFileError) as caught:
        load(text)
    found: tuple[Diagnostic, ...] = caught.value.diagnostics
    return [one.problem for one in found]


def test_a_partner_who_pays_for_nothing_of_the_kind_is_told() -> None:
    assert refused(HEAD + BASE + BUDGET.replace("covers a", "covers b")) == [BudgetOfPartner("b")]
    assert refused(HEAD + BASE + BUDGET.replace("100 pts", "100 items")) == [BudgetOfPartner("a")]


def test_a_renamed_partner_and_rule_keep_their_counter() -> None:
    renamed = BASE.replace("earn base\n", "earn basic\n  was base\n")
    before, now = HEAD + BASE + TWICE + BUDGET, HEAD + renamed + TWICE.replace("changes base", "changes basic") + BUDGET
    both = load(now, earlier=[(before, "2026-03-03T00:00:00Z")])
    found = give(both, order("70", "1"), order("50", "2", 3))
    assert used(found[1]) == [(50, 30, 0)]


@pytest.mark.parametrize("covered", ["a", "a, tenth"])
def test_what_a_partner_takes_off_within_a_budget_of_money_is_for_orders_in_its_currency(covered: str) -> None:
    rules = HEAD.replace("currency RUB", "currency RUB, JPY")
    rules = rules.replace("keep prices", "keep prices\n  discounts round down per line")
    offer = "\noffer tenth\n  on any product\n  discount 10%\n  funded by a 60%\n  rest funded by programme\nend\n"
    budget = BUDGET.replace("covers a", f"covers {covered}").replace("100 pts in calendar month", "100 RUB")
    both = load(rules + BASE.replace("funded by a 60%\n  rest funded by programme\n", "") + offer + budget)
    yen = purchase("2", "m", "2026-03-03T12:00:00Z", [line("1", price="60")], currency="JPY")
    assert [one.to_pay for one in give(both, order("60", "1"), yen)] == [54_00, 60]
