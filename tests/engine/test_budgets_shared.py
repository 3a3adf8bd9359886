"""What members share over time: awards that time brings, conversions, two members at once, editions, and a store that
decides with an older value. Figures by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import pytest

from loyalty_rules import Decision, DecisionError, InputError, Programme, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import BudgetUsed, PointsAwarded, PointsConverted
from loyalty_rules.events import cancellation, choice, merge, tick, transfer
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.shared import SharedState, Used, moved
from tests.engine.test_budgets import (
    BASE,
    HEAD,
    RETURNS,
    TRIM,
    WHOLE,
    back,
    budget,
    buys,
    club,
    decided,
    given,
    used,
    uses,
)

# ---------- time


MONTHLY: Final = "earn monthly\n  at start of calendar month\n  give 100 pts\n"


def test_what_time_gives_is_counted_in_the_period_in_which_it_comes_whenever_it_is_decided() -> None:
    """150 a month. a is ticked in May and gets 100 for April and for May; b in May too: 50 of April, 50 of May."""
    rules = club(MONTHLY, budget("cap 150 pts in calendar month", TRIM, covers="monthly"))
    start = [rules.new_member(name, joined="2026-03-10T00:00:00Z") for name in ("a", "b")]
    shared, found = rules.new_shared(), []
    for member in start:
        decision = rules.decide(member, tick(member.member, "2026-05-02T00:00:00Z"), shared)
        shared = decision.shared or shared
        found.append([one.granted for one in decision.effects if isinstance(one, PointsAwarded)])
    assert found == [[100, 100], [50, 50]]
    assert sorted(one.amount for one in shared.used) == [150, 150]


def test_what_an_end_gives_belongs_to_the_period_that_ends() -> None:
    ends = MONTHLY.replace("at start of", "at end of")
    rules = club(ends, budget("cap 150 pts in calendar month", TRIM, covers="monthly"))
    member = rules.new_member("a", joined="2026-03-10T00:00:00Z")
    decision = rules.decide(member, tick("a", "2026-04-01T00:00:00Z"), rules.new_shared())
    march = rules.decide(rules.new_member("b"), tick("b", "2026-04-01T00:00:00Z"), decision.shared)
    assert decision.shared is not None and march.shared is decision.shared
    (entry,) = decision.shared.used
    (cap,) = rules.checked.budgets["b"].caps
    assert cap.window.period is not None
    assert rules.plan.timeline.first(cap.window.period, entry.bucket) == rules.plan.timeline.day(member.clock) - 9


LADDER: Final = """tiers status
  level silver when balance of pts at least 150 pts
  upgrade from next order
  review never
  after a return keep
"""


def test_what_is_foretold_asks_what_is_left_now() -> None:
    """100 points come with April and with May; of 150 that all members get in a year 100 are gone, so no level is
    reached by what comes."""
    rules = club(MONTHLY, LADDER, budget("cap 150 pts in calendar year", TRIM, covers="monthly"))
    a, b = (rules.new_member(name, joined="2026-03-10T00:00:00Z") for name in ("a", "b"))
    gone = rules.decide(b, tick("b", "2026-04-01T00:00:00Z"), rules.new_shared()).shared
    assert gone is not None
    later = "2026-05-02T00:00:00Z"
    assert [rules.level_at(a, "status", later, shared) for shared in (None, rules.new_shared(), gone)] == [
        *("silver", "silver", ""),
    ]
    with pytest.raises(InputError, match="shared state"):
        rules.level_at(a, "status", later, "shared")  # type: ignore[arg-type]  # by mistake


def test_what_all_share_is_never_late() -> None:
    """An order of 30 March comes on 2 April: its points are of March, what it takes is of April."""
    rules = club(BASE, budget("cap 100 pts in calendar month", TRIM), late="accepted for 10 days")
    found = decided(rules, buys("a", "60", day="2026-04-02"), buys("a", "60", day="2026-03-30", id="o-2"))
    assert [given(one) for one in found] == [60, 40]
    assert list(used(found[-1]).values()) == [100]


# ---------- conversions


def converts(*clauses: str, timing: str = "on request") -> str:
    return f"conversion mugs\n  {timing}\n" + "".join(f"  {clause}\n" for clause in clauses)


MUG: Final = "reward mug\n  handed over by host\n  expire never\n  after a return give back\n"
APRIL: Final = (tick("a", "2026-04-01T00:00:00Z"), tick("b", "2026-04-01T00:00:00Z"))
RECIPE: Final = ("uses 50 pts", "give 1 mug")


def test_a_stock_of_rights_that_members_take_for_points() -> None:
    """200 points are 4 mugs, and there are 3: at the end of the month two members get 2 and 1."""
    rules = club(
        BASE, MUG, converts(*RECIPE, timing="at end of calendar month"), budget("cap 3 items", TRIM, covers="mug")
    )
    found = decided(
        rules, buys("a", "100"), buys("b", "100"), tick("a", "2026-04-01T00:00:00Z"), tick("b", "2026-04-01T00:00:00Z")
    )
    made = [[one.granted for one in last.effects if isinstance(one, PointsConverted)] for last in found[2:]]
    assert made == [[2], [1]]
    assert [rules.balance(one.member, "pts").usable for one in found[2:]] == [0, 50]
    assert [uses(one) for one in found[2:]] == [[("b", 2, 2, 1)], [("b", 2, 1, 0)]]


def test_what_a_member_asks_for_is_given_as_a_whole_or_refused() -> None:
    rules = club(BASE, MUG, converts(*RECIPE), budget("cap 3 items", TRIM, covers="mug"))
    first, second = decided(rules, buys("a", "200"), buys("b", "100"))
    with pytest.raises(DecisionError, match=r"choice\.refused"):
        rules.decide(first.member, choice("x", "a", "2026-03-05T00:00:00Z", "mugs", amount="200"), second.shared)
    taken = rules.decide(first.member, choice("x", "a", "2026-03-05T00:00:00Z", "mugs", amount="150"), second.shared)
    assert uses(taken) == [("b", 3, 3, 0)]
    with pytest.raises(DecisionError, match=r"choice\.refused"):
        rules.decide(second.member, choice("x", "b", "2026-03-05T00:00:00Z", "mugs", amount="50"), taken.shared)


def test_all_or_nothing_of_a_conversion_that_takes_everything() -> None:
    """100 points become 100 miles' worth of cash, 1 RUB each 10: 10 RUB do not fit into 9, 8 do."""
    every = converts("uses all of pts", "give 10% to cash", timing="at end of calendar month")
    rules = club(BASE, every, budget("cap 9 RUB", WHOLE, covers="mugs"))
    found = decided(
        rules, buys("a", "100"), buys("b", "80"), tick("a", "2026-04-01T00:00:00Z"), tick("b", "2026-04-01T00:00:00Z")
    )
    assert [rules.balance(one.member, "cash").usable for one in found[2:]] == [0, 800]
    assert [uses(one) for one in found[2:]] == [[("b", 1000, 0, 900)], [("b", 800, 800, 100)]]


def test_a_part_of_everything_where_so_much_is_left() -> None:
    every = converts("uses all of pts", "give 10% to cash", timing="at once")
    rules = club(BASE, every, budget("cap 9 RUB", TRIM, covers="mugs"))
    first, second = decided(rules, buys("a", "100"), buys("b", "10"))
    assert rules.balance(first.member, "cash").usable == 900
    assert rules.balance(first.member, "pts").usable == 10
    assert (rules.balance(second.member, "cash").usable, uses(second)) == (0, [])


# ---------- two members at once


def test_transfers_and_merges_carry_what_time_takes() -> None:
    """Both members are due 100 of a budget of 150: the one who is settled first gets 100, the other 50."""
    rules = club(MONTHLY, budget("cap 150 pts in calendar month", TRIM, covers="monthly"))
    one, other = (rules.new_member(name, joined="2026-03-10T00:00:00Z") for name in ("a", "b"))
    at = "2026-04-02T00:00:00Z"
    both = rules.transfer(one, other, transfer("t-1", "a", at, to="b", purse="pts", amount="10"), rules.new_shared())
    assert [rules.balance(found.member, "pts").usable for found in both] == [90, 60]
    assert both[1].shared_before is both[0].shared
    gone, stays = rules.merge(
        one, other, merge("m-1", "a", at, into="b", reason="twice", actor="test"), rules.new_shared()
    )
    assert (rules.balance(stays.member, "pts").usable, used(stays)) == (150, {("", next(iter(used(stays)))[1]): 150})
    assert gone.shared is stays.shared_before


# ---------- editions


def test_a_budget_keeps_what_was_taken_under_its_new_name_and_that_of_its_purse() -> None:
    old = HEAD.format(returns=RETURNS, late="refused") + f"{BASE}end\n{budget('cap 150 pts', TRIM)}end\n"
    new = old.replace("budget b\n", "budget campaign\n  was b\n").replace(
        'purse pts "Points"\n', "purse stars\n  was pts\n"
    )
    new = new.replace(" pts", " stars").replace("was stars", "was pts")
    rules = load(new, earlier=[(old, "2026-04-01T00:00:00Z")])
    first, second = decided(rules, buys("a", "100"), buys("b", "100", day="2026-04-02"))
    assert [given(one) for one in (first, second)] == [100, 50]
    assert second.shared is not None
    assert second.shared.used == (Used("campaign POINTS stars EVER", "", 0, 150),)
    alone = load(old)
    (before,) = decided(alone, buys("a", "100"))
    later = rules.decide(rules.new_member("b"), buys("b", "100", day="2026-04-02"), before.shared)
    assert given(later) == 50


def test_an_order_of_before_gives_its_room_back_under_the_name_of_today() -> None:
    old = HEAD.format(returns=RETURNS, late="refused") + f"{BASE}end\n{budget('cap 150 pts', TRIM)}end\n"
    new = old.replace("budget b\n", "budget campaign\n  was b\n")
    rules = load(new, earlier=[(old, "2026-04-01T00:00:00Z")])
    back = cancellation("c-1", "a", "2026-04-02T12:00:00Z", "o-1")
    first, second = decided(rules, buys("a", "100"), back)
    assert first.shared is not None
    assert first.shared.used == (Used("campaign POINTS pts EVER", "", 0, 100),)
    assert (used(second), uses(second)) == ({}, [("campaign", -100, -100, 150)])
    assert "Back into the budget campaign: 100 pts, 150 pts are left." in second.explain()


# ---------- a store that decides with an older value


def confirmed(rules: Programme, shared: SharedState, decisions: Iterable[Decision]) -> SharedState:
    for decision in decisions:
        shared = rules.confirm(decision, shared)
    return shared


def test_a_decision_holds_for_all_values_in_its_range() -> None:
    """Decided side by side on 250: 100 and 100 fit one behind the other; a third one needs 100, and 50 are left."""
    rules = club(BASE, budget("cap 250 pts", TRIM))
    start = rules.new_shared()
    found = [rules.decide(rules.new_member(name), buys(name, "100"), start) for name in ("a", "b", "c")]
    assert [(one.low, one.high) for one in found[0].effects if isinstance(one, BudgetUsed)] == [(100, NEVER)]
    shared = confirmed(rules, start, found[:2])
    assert (shared.version, shared.used) == (2, (Used("b POINTS pts EVER", "", 0, 200),))
    with pytest.raises(DecisionError, match=r"shared\.moved"):
        rules.confirm(found[2], shared)
    again = rules.decide(found[2].before, found[2].event, shared)
    assert (given(again), rules.confirm(again, shared)) == (50, again.shared)


def test_what_is_confirmed_is_a_decision_and_a_shared_value() -> None:
    rules = club(BASE, budget("cap 250 pts", TRIM))
    (found,) = decided(rules, buys("a", "100"))
    wrong: tuple[tuple[Any, Any], ...] = ((found, None), (found, ()), (found.member, found.shared))
    for decision, shared in wrong:
        with pytest.raises(InputError, match=r"call\.type"):
            rules.confirm(decision, shared)


@pytest.mark.parametrize("caps", [(30, 300), (300, 30)])
def test_a_decision_across_two_editions_is_confirmed_by_the_cap_of_each(caps: tuple[int, int]) -> None:
    """Of 30 for March 15 are used when 1 March gives 100: 15 of them, all that is left. Then 300 hold, and the order of
    12 March gets its 10. The other way round 100 are given of 285, and nothing of 30, of which 115 are used."""
    blocks = (MONTHLY, BASE, budget("cap {} pts in calendar month", TRIM, covers="monthly, base"))
    texts = [HEAD.format(returns=RETURNS, late="refused") + "".join(f"{block.strip()}\nend\n" for block in blocks)] * 2
    old, new = (text.replace("cap {}", f"cap {cap}") for text, cap in zip(texts, caps, strict=True))
    rules = load(new, earlier=[(old, "2026-03-10T00:00:00Z")])
    member = rules.decide(rules.new_member("a"), buys("a", "10", day="2026-02-10"), rules.new_shared()).member
    shared = rules.decide(rules.new_member("z"), buys("z", "15", day="2026-03-01"), rules.new_shared()).shared
    assert shared is not None
    found = rules.decide(member, buys("a", "10", day="2026-03-12", id="o-2"), shared)
    told = [(one.cap, one.granted, one.low) for one in found.effects if isinstance(one, BudgetUsed)]
    assert told == ([(30, 15, 15), (300, 10, 10)] if caps == (30, 300) else [(300, 100, 100), (30, 0, 0)])
    assert rules.confirm(found, shared) == found.shared
    with pytest.raises(DecisionError, match=r"shared\.moved"):
        rules.confirm(found, rules.new_shared() if caps == (30, 300) else moved(shared, *shared.used[0][:3], 270))


def test_ranges_of_what_was_trimmed_and_of_what_was_refused() -> None:
    for how, expected in ((TRIM, (60, 60)), (WHOLE, (0, 99))):
        rules = club(BASE, budget("cap 60 pts", how))
        (found,) = decided(rules, buys("a", "100"))
        assert [(one.low, one.high) for one in found.effects if isinstance(one, BudgetUsed)] == [expected]


def test_room_that_comes_back_is_confirmed_whatever_is_left() -> None:
    rules = club(BASE, budget("cap 100 pts", TRIM))
    first, second = decided(rules, buys("a", "100"), cancellation("c-1", "a", "2026-03-03T12:00:00Z", "o-1"))
    assert first.shared is not None
    assert rules.confirm(second, first.shared) == second.shared


def test_a_member_document_keeps_what_its_orders_took() -> None:
    rules = club(BASE, budget("cap 100 pts in calendar month", TRIM))
    (first,) = decided(rules, buys("a", "150"))
    member: MemberState = first.member
    (record,) = member.records
    (use,) = record.budgets
    assert (use.key, use.rule, use.purse, use.names, use.units) == (
        "b POINTS pts PERIOD MONTH",
        "base",
        "pts",
        ("base",),
        100,
    )
    assert record.awards[0].most == (100,)


# ---------- another denomination


@pytest.mark.parametrize("name", ["pts", "stars"])
def test_what_an_order_took_is_given_back_in_what_it_was_taken_in(name: str) -> None:
    """15 RUB buy 50 points at 0.30 RUB. The next edition counts them tenfold, perhaps under another name, and its
    budget covers what is given in cash: with half of the goods half of the 15 RUB comes back, and the next order gets
    that; then the other half."""
    promo = "earn promo\n  when money paid at least 500 RUB\n  give 20 cash\n"
    tenfold = "change tenfold\n  changes pts\n  from 2026-03-10\n  balances multiply by 10\n  round down per lot\n"
    sides = (
        (budget("cap 15 RUB", TRIM),),
        (budget("cap 15 RUB", TRIM, covers="promo"), tenfold),
    )
    old, new = (
        HEAD.format(returns=RETURNS, late="refused")
        + "".join(f"{block.strip()}\nend\n" for block in (BASE, promo, *side))
        for side in sides
    )
    if name != "pts":
        new = re.sub(r"(purse pts.*\n)", r"\1  was pts\n", new)
        new = re.sub(r"\bpts\b", name, new).replace(f"was {name}", "was pts")
    rules = load(new, earlier=[(old, "2026-03-08T00:00:00Z")])
    first = rules.decide(rules.new_member("a"), buys("a", "100", "100"), rules.new_shared())
    assert (given(first), uses(first)) == (50, [("b", 6_000, 1_500, 0)])
    half = rules.decide(first.member, back("a", "2026-03-12", "1"), first.shared)
    assert (rules.balance(half.member, name).usable, uses(half)) == (250, [("b", -750, -750, 750)])
    assert read_member(write_member(half.member, rules), rules) == half.member
    cash = rules.decide(rules.new_member("b"), buys("b", "500", day="2026-03-12"), half.shared)
    assert uses(cash) == [("b", 2_000, 750, 0)]
    rest = rules.decide(half.member, cancellation("c-1", "a", "2026-03-13T00:00:00Z", "o-1"), cash.shared)
    assert (rules.balance(rest.member, name).usable, uses(rest)) == (0, [("b", -750, -750, 750)])
