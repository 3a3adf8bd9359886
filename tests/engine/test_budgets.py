"""Budgets of several members: who comes first takes, and what does not stand any more comes back. Figures by hand."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Decision, DecisionError, InputError, Programme, load, replay
from loyalty_rules.calendar import Period
from loyalty_rules.decision import BudgetUsed, Outcome, PointsAwarded, PointsTakenBack
from loyalty_rules.events import (
    Event,
    Purchase,
    adjustment,
    cancellation,
    line,
    purchase,
    returned,
)
from loyalty_rules.shared import SharedState, Used

HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  {returns}
  late events {late}
end
purse pts "Points"
  rules add up
  round down per order
  usable at once
  expire never
  worth 0.30 RUB per 1 pts
  after a return may go negative
  take oldest first
  transfer at most 1 000 pts in calendar month
end
purse cash "Cash"
  counted in RUB
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end
products Tea
  where category is "tea"
end
"""
RETURNS: Final = "returns replay within 60 days\n  returns keep prices"
BASE: Final = "earn base\n  on any product\n  give 1 pts per 1 RUB\n"
REST: Final = BASE.replace("on any product", "on any product\n  except Tea")


def club(*blocks: str, returns: str = RETURNS, late: str = "refused") -> Programme:
    text = "".join(f"{block.strip()}\nend\n" for block in blocks)
    return load(HEAD.format(returns=returns, late=late) + text)


def budget(*clauses: str, covers: str = "base", name: str = "b") -> str:
    return f"budget {name}\n  covers {covers}\n" + "".join(f"  {clause}\n" for clause in clauses)


TRIM: Final = "when short give what is left"
WHOLE: Final = "when short give nothing"


def buys(member: str, *prices: str, day: str = "2026-03-02", id: str = "o-1", store: str = "") -> Purchase:
    """An order of lines 1, 2, 3 …; `tea:` before a price puts the line into the category."""
    lines = []
    for number, price in enumerate(prices, 1):
        category, _, amount = price.rpartition(":")
        lines.append(line(str(number), category=category, price=amount))
    return purchase(id, member, f"{day}T12:00:00Z", lines, currency="RUB", store=store)


def back(member: str, day: str, *lines: str, id: str = "r-1", order: str = "o-1") -> Event:
    return returned(id, member, f"{day}T12:00:00Z", order, dict.fromkeys(lines, 1))


def decided(rules: Programme, *events: Event, shared: SharedState | None = None) -> list[Decision]:
    return list(replay(rules, events, shared=shared))


def given(decision: Decision, rule: str = "base") -> int:
    return sum(one.granted for one in decision.effects if isinstance(one, PointsAwarded) and one.rule == rule)


def uses(decision: Decision) -> list[tuple[str, int, int, int]]:
    """Of each budget that was asked: asked, given, left."""
    found = (one for one in decision.effects if isinstance(one, BudgetUsed))
    return [(one.budget, one.asked, one.granted, one.left) for one in found]


def used(decision: Decision) -> dict[tuple[str, int], int]:
    """What is taken by value and period."""
    assert decision.shared is not None
    return {(one.value, one.bucket): one.amount for one in decision.shared.used}


# ---------- one value for all members


def test_members_take_from_one_budget_in_the_order_of_their_events() -> None:
    rules = club(BASE, budget("cap 250 pts", TRIM))
    found = decided(rules, buys("a", "100"), buys("b", "100"), buys("c", "100"), buys("d", "100"))
    assert [given(one) for one in found] == [100, 100, 50, 0]
    assert [uses(one) for one in found] == [
        [("b", 100, 100, 150)],
        [("b", 100, 100, 50)],
        [("b", 100, 50, 0)],
        [("b", 100, 0, 0)],
    ]
    (record,) = (one for one in found[3].trace if one.rule == "base")
    assert (record.outcome, record.decided_by) == (Outcome.BUDGET_EMPTY, "b")
    assert sum(entry.amount for entry in record.entries) == 0


def test_the_shared_value_is_new_where_something_was_taken_and_the_same_one_where_not() -> None:
    rules = club(BASE, budget("cap 100 pts", TRIM))
    start = rules.new_shared()
    first, second = decided(rules, buys("a", "100"), buys("b", "100"), shared=start)
    assert start == SharedState(rules.fingerprint, 0, ())
    assert first.shared == SharedState(rules.fingerprint, 1, (Used("b POINTS pts EVER", "", 0, 100),))
    assert second.shared_before is first.shared is second.shared


def test_a_repeat_takes_nothing_and_a_preview_is_the_same_decision() -> None:
    rules = club(BASE, budget("cap 250 pts", TRIM))
    (first,) = decided(rules, buys("a", "100"))
    again = rules.decide(first.member, buys("a", "100"), first.shared)
    assert (again.outcome, again.effects, again.shared) == ("repeated", (), first.shared)
    preview = rules.decide(first.before, buys("a", "100"), first.shared_before)
    assert (preview.effects, preview.shared) == (first.effects, first.shared)


def test_what_is_shared_is_missing_or_of_another_type() -> None:
    rules = club(BASE, budget("cap 250 pts", TRIM))
    with pytest.raises(InputError, match=r"shared\.missing"):
        rules.decide(rules.new_member("a"), buys("a", "100"))
    with pytest.raises(InputError, match=r"call\.type"):
        rules.decide(rules.new_member("a"), buys("a", "100"), ())  # type: ignore[arg-type]  # of another type
    without = club(BASE)
    assert without.decide(without.new_member("a"), buys("a", "100")).shared is None


def test_a_refused_event_takes_nothing() -> None:
    rules = club(BASE, budget("cap 250 pts", TRIM))
    (first,) = decided(rules, buys("a", "100"))
    with pytest.raises(DecisionError, match=r"event\.late"):
        rules.decide(first.member, buys("a", "100", day="2026-03-01", id="o-2"), first.shared)


# ---------- what is counted


def test_all_or_nothing_is_all_that_a_budget_covers_in_an_occasion_together() -> None:
    """60 and 50 are asked of 100: 110 do not fit, so neither is given; 40 and 50 fit."""
    two = "earn more\n  on Tea\n  give 1 pts per 1 RUB\n"
    rules = club(BASE.replace("on any product", "on any product\n  except Tea"), two)
    rules = club(
        BASE.replace("on any product", "on any product\n  except Tea"),
        two,
        budget("cap 100 pts", WHOLE, covers="base, more"),
    )
    found = decided(rules, buys("a", "60", "tea:50"), buys("b", "40", "tea:50"))
    assert [(given(one), given(one, "more")) for one in found] == [(0, 0), (40, 50)]


def test_what_is_left_is_shared_in_proportion_by_largest_remainder() -> None:
    """60 and 30 are asked of 50: 33.33 and 16.67 are 33 and 17."""
    more = "earn more\n  on Tea\n  give 1 pts per 1 RUB\n"
    rules = club(
        BASE.replace("on any product", "on any product\n  except Tea"),
        more,
        budget("cap 50 pts", TRIM, covers="base, more"),
    )
    (found,) = decided(rules, buys("a", "60", "tea:30"))
    assert (given(found), given(found, "more")) == (33, 17)


def test_money_counts_what_units_are_worth_in_whole_kopecks_up() -> None:
    """7 points at 0.30 RUB are 2.10 RUB. Of 3 RUB 0.90 are left: 3 points of the next 7, worth 0.90."""
    rules = club(BASE, budget("cap 3 RUB", TRIM))
    found = decided(rules, buys("a", "7"), buys("b", "7"))
    assert [given(one) for one in found] == [7, 3]
    assert [uses(one) for one in found] == [[("b", 210, 210, 90)], [("b", 210, 90, 0)]]


def test_money_of_a_purse_counted_in_it_and_points_together() -> None:
    """10 RUB and 100 points, worth 30 RUB, are asked of 20 RUB: half of each, 5 RUB and 50 points."""
    cash = "earn back\n  on any product\n  give 10% to cash\n"
    rules = club(BASE, cash, budget("cap 20 RUB", TRIM, covers="base, back"))
    (found,) = decided(rules, buys("a", "100"))
    assert (given(found), given(found, "back"), uses(found)) == (50, 500, [("b", 4000, 2000, 0)])


def test_an_occasion_that_gave_something_is_one_time() -> None:
    more = "earn more\n  on any product\n  give 5 pts\n"
    rules = club(BASE, more, budget("cap 2 times", WHOLE, covers="base, more"))
    found = decided(rules, buys("a", "10"), buys("b", "0.50"), buys("c", "10"))
    assert [(given(one), given(one, "more")) for one in found] == [(10, 5), (0, 5), (0, 0)]


def test_each_value_and_each_period_has_its_own() -> None:
    """March is month 24 314 of the calendar, April the one behind it."""
    rules = club(BASE, budget("cap 100 pts per same order store in calendar month", TRIM))
    found = decided(
        rules,
        buys("a", "80", store="x"),
        buys("b", "80", store="y"),
        buys("c", "80", store="x"),
        buys("d", "80", day="2026-04-01", store="x"),
        buys("e", "80", day="2026-04-01"),
    )
    assert [given(one) for one in found] == [80, 80, 20, 80, 80]
    march = rules.plan.timeline.number(Period.MONTH, 739_676)
    assert used(found[-1]) == {("x", march): 100, ("y", march): 80, ("x", march + 1): 80, ("", march + 1): 80}


def test_outside_its_dates_a_budget_bounds_nothing() -> None:
    rules = club(BASE, budget("cap 100 pts while in force", TRIM, "from 2026-03-02 through 2026-03-03"))
    days = ("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04")
    found = decided(rules, *(buys(str(place), "80", day=day) for place, day in enumerate(days)))
    assert [given(one) for one in found] == [80, 80, 20, 80]


def test_two_budgets_each_count_what_both_let_through() -> None:
    """100 are asked: the first leaves 60, the second nothing, as it is all or nothing and has 50. Neither is used."""
    rules = club(BASE, budget("cap 60 pts", TRIM, name="a1"), budget("cap 50 pts", WHOLE, name="b2"))
    first, second = decided(rules, buys("a", "100"), buys("b", "40"))
    assert (given(first), uses(first)) == (0, [("a1", 100, 0, 60), ("b2", 60, 0, 50)])
    assert (given(second), uses(second)) == (40, [("a1", 40, 40, 20), ("b2", 40, 40, 10)])


def test_a_boost_alone_is_covered_by_what_it_adds() -> None:
    """Tea counts double: 50 of its own, 50 more; the budget has 30 of these."""
    boost = "boost double\n  changes base\n  on Tea\n  multiply by 2\n"
    rules = club(BASE, boost, budget("cap 30 pts", TRIM, covers="double"))
    first, second = decided(rules, buys("a", "100", "tea:50"), buys("b", "tea:50"))
    assert [given(one) for one in (first, second)] == [180, 50]
    assert uses(first) == [("b", 50, 30, 0)]
    (record,) = (one for one in second.trace if one.rule == "double")
    assert (record.outcome, record.decided_by, record.asked) == (Outcome.BUDGET_EMPTY, "b", 50)


def test_what_a_budget_does_not_give_leaves_the_members_own_cap_as_it_was() -> None:
    """A member may get 100 a month. In March the budget has 30 of the 100 that are asked for; another budget of the
    month after would not help in March, so the 70 are still free: the second budget of this file gives them."""
    capped = BASE + "  cap 100 pts per member in calendar year\n"
    rules = club(capped, budget("cap 30 pts in calendar month", TRIM))
    found = decided(
        rules,
        buys("a", "150"),
        buys("a", "150", day="2026-04-01", id="o-2"),
        buys("a", "150", day="2026-05-01", id="o-3"),
        buys("a", "150", day="2026-06-01", id="o-4"),
    )
    assert [given(one) for one in found] == [30, 30, 30, 10]


def test_a_group_chooses_before_budgets_are_asked() -> None:
    large = "earn large\n  on any product\n  give 200 pts\n"
    choose = "group one\n  rule base\n  rule large\n  choose largest for member\n  decide per order\n"
    rules = club(BASE, large, choose, budget("cap 50 pts", WHOLE, covers="large"))
    (found,) = decided(rules, buys("a", "100"))
    assert (given(found), given(found, "large")) == (0, 0)


# ---------- returns


def test_a_return_gives_room_back_and_partial_ones_add_up() -> None:
    rules = club(BASE, budget("cap 250 pts", TRIM))
    found = decided(
        rules,
        buys("a", "100", "50"),
        buys("b", "150"),
        back("a", "2026-03-03", "2"),
        back("b", "2026-03-03", "1"),
        back("a", "2026-03-04", "1", id="r-2"),
    )
    assert [uses(one) for one in found] == [
        [("b", 150, 150, 100)],
        [("b", 150, 100, 0)],
        [("b", -50, -50, 50)],
        [("b", -100, -100, 150)],
        [("b", -100, -100, 250)],
    ]
    assert found[-1].shared is not None and found[-1].shared.used == ()


def test_of_a_trimmed_order_stands_no_more_than_it_was_given() -> None:
    """150 are asked of 100. Without the 60 the kept goods ask 90: 10 fall. Without all of it the other 90."""
    rules = club(BASE, budget("cap 100 pts", TRIM))
    found = decided(rules, buys("a", "90", "60"), back("a", "2026-03-03", "2"), back("a", "2026-03-04", "1", id="r-2"))
    assert [rules.balance(one.member, "pts").usable for one in found] == [100, 90, 0]
    assert [uses(one)[0][2] for one in found] == [100, -10, -90]
    assert not any(getattr(effect, "proportion", False) for one in found for effect in one.effects)


def test_what_was_refused_as_a_whole_does_not_come_to_life_by_a_return() -> None:
    """150 do not fit into 100, so nothing is given; the 90 that are kept would fit, and get nothing either."""
    rules = club(BASE, budget("cap 100 pts", WHOLE))
    found = decided(rules, buys("a", "90", "60"), back("a", "2026-03-03", "2"))
    assert [rules.balance(one.member, "pts").usable for one in found] == [0, 0]
    assert [uses(one) for one in found] == [[("b", 150, 0, 100)], []]


def test_what_came_back_is_not_taken_again_by_another_return() -> None:
    """The rule wants two items: with one back it gives nothing, and with both back no less; the room went to b
    meanwhile."""
    odd = "earn odd\n  when items in this order at least 2 items\n  on any product\n  give 100 pts\n"
    rules = club(odd, budget("cap 100 pts", TRIM, covers="odd"))
    found = decided(
        rules,
        buys("a", "10", "10"),
        back("a", "2026-03-03", "1"),
        buys("b", "10", "10", day="2026-03-03"),
        back("a", "2026-03-04", "2", id="r-2"),
    )
    assert [uses(one) for one in found] == [[("b", 100, 100, 0)], [("b", -100, -100, 100)], [("b", 100, 100, 0)], []]


def test_a_rule_that_gives_again_with_fewer_goods_gets_no_room_back() -> None:
    """On one item or on three the rule gives 100. Of three items one comes back: nothing; then another: 100 again, but
    the room is given away."""
    few = "items in this order at most 1 items or items in this order at least 3 items"
    odd = f"earn odd\n  when {few}\n  on any product\n  give 100 pts\n"
    rules = club(odd, budget("cap 100 pts", TRIM, covers="odd"))
    found = decided(
        rules,
        buys("a", "10", "10", "10"),
        back("a", "2026-03-03", "1"),
        buys("b", "10", day="2026-03-03"),
        back("a", "2026-03-04", "2", id="r-2"),
    )
    assert [rules.balance(one.member, "pts").usable for one in found] == [100, 0, 100, 0]
    assert used(found[-1]) == {("", 0): 100}


def test_the_extra_of_a_boost_comes_back_with_its_lines() -> None:
    """100 and 50 of tea: 150, and 50 more by the boost, which the budget counts. The 100 come back: all of the extra
    still stands. Then the tea: it does not."""
    boost = "boost double\n  changes base\n  on Tea\n  multiply by 2\n"
    rules = club(BASE, boost, budget("cap 80 pts", TRIM, covers="double"))
    found = decided(
        rules, buys("a", "100", "tea:50"), back("a", "2026-03-03", "1"), back("a", "2026-03-04", "2", id="r-2")
    )
    assert [uses(one) for one in found] == [[("b", 50, 50, 30)], [], [("b", -50, -50, 80)]]
    assert [rules.balance(one.member, "pts").usable for one in found] == [200, 100, 0]


def test_an_order_that_holds_what_a_cap_freed_holds_its_room_too() -> None:
    """A cap of 100 a month: the first order takes it all, the second asks 50 and gets nothing. The first comes back: 50
    stay, for the second asks them now. It comes back as well: nothing stands."""
    capped = BASE + "  cap 100 pts per member in calendar month\n"
    rules = club(capped, budget("cap 1 000 pts", TRIM))
    found = decided(
        rules,
        buys("a", "100"),
        buys("a", "50", day="2026-03-03", id="o-2"),
        cancellation("c-1", "a", "2026-03-04T12:00:00Z", "o-1"),
        cancellation("c-2", "a", "2026-03-05T12:00:00Z", "o-2"),
    )
    assert [rules.balance(one.member, "pts").usable for one in found] == [100, 100, 50, 0]
    assert [used(one).get(("", 0), 0) for one in found] == [100, 100, 50, 0]


def test_a_time_is_free_again_where_nothing_of_it_stands() -> None:
    rules = club(BASE, budget("cap 1 times", WHOLE))
    found = decided(
        rules,
        buys("a", "100", "50"),
        back("a", "2026-03-03", "2"),
        buys("b", "10", day="2026-03-03"),
        back("a", "2026-03-04", "1", id="r-2"),
        buys("c", "10", day="2026-03-05"),
    )
    assert [uses(one) for one in found] == [
        [("b", 1, 1, 0)],
        [],
        [("b", 1, 0, 0)],
        [("b", -1, -1, 1)],
        [("b", 1, 1, 0)],
    ]


def test_returns_in_proportion_give_room_in_proportion() -> None:
    rules = club(BASE, budget("cap 100 pts", TRIM), returns="returns in proportion within 60 days")
    found = decided(rules, buys("a", "90", "60"), back("a", "2026-03-03", "2"), back("a", "2026-03-04", "1", id="r-2"))
    assert [rules.balance(one.member, "pts").usable for one in found] == [100, 90, 0]
    assert [used(one).get(("", 0), 0) for one in found] == [100, 90, 0]


def test_units_that_were_spent_still_give_their_room_back() -> None:
    """They are a debt of the member, not of the budget."""
    rules = club(BASE, budget("cap 100 pts", TRIM))
    found = decided(
        rules,
        buys("a", "100"),
        adjustment("a-1", "a", "2026-03-03T12:00:00Z", "pts", "-100", reason="spent", actor="test"),
        cancellation("c-1", "a", "2026-03-04T12:00:00Z", "o-1"),
    )
    (taken,) = (one for one in found[-1].effects if isinstance(one, PointsTakenBack))
    assert (taken.units, taken.owed, used(found[-1])) == (100, 100, {})


def test_money_is_counted_in_whole_coins_up() -> None:
    """10 points at 3 for 1 RUB are 3.33⅓ RUB: 3.34, and of 10 RUB 6.66 are left. These are worth 19.98 points: of 25
    that are asked for 19 are given, for 6.33⅓ RUB."""
    text = HEAD.format(returns=RETURNS, late="refused").replace("0.30 RUB per 1 pts", "1 RUB per 3 pts")
    rules = load(f"{text}{BASE}end\n{budget('cap 10 RUB', TRIM)}end\n")
    found = decided(rules, buys("a", "10"), buys("b", "25"))
    assert [given(one) for one in found] == [10, 19]
    assert [uses(one) for one in found] == [[("b", 334, 334, 666)], [("b", 834, 634, 32)]]


def test_of_two_caps_for_one_counter_the_lower_holds() -> None:
    for caps in (("cap 100 pts", "cap 60 pts"), ("cap 60 pts", "cap 100 pts")):
        (found,) = decided(club(BASE, budget(*caps, TRIM)), buys("a", "80"))
        assert (given(found), uses(found)) == (60, [("b", 80, 60, 0)])


def test_what_neither_purse_nor_budget_gave_uses_up_no_cap_over_rolling_dates() -> None:
    """50 a day into a purse of 40, 10 of which the budget has: the cap of 45 counts 10 a day, and 5 are left on the
    fifth."""
    head = HEAD.replace("  expire never\n  worth", "  expire after 1 day\n  hold at most 40 pts\n  worth", 1)
    earn = "earn daily\n  give 50 pts\n  cap 45 pts per member in last 30 days\nend\n"
    blocks = earn + budget("cap 10 pts in calendar day", TRIM, covers="daily") + "end\n"
    programme = load(head.format(returns=RETURNS, late="refused") + blocks)
    member, shared, given = programme.new_member("a"), programme.new_shared(), list[int]()
    for day in range(1, 7):
        decision = programme.decide(member, buys("a", "10", day=f"2026-03-0{day}", id=f"o-{day}"), shared)
        assert decision.shared is not None
        member, shared = decision.member, decision.shared
        given.append(sum(one.granted for one in decision.effects if isinstance(one, PointsAwarded)))
    assert given == [10, 10, 10, 10, 5, 0]
