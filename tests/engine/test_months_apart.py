"""Purses of which one redemption uses lots of one calendar month: through the facade, figures worked by hand."""

from __future__ import annotations

import pytest

from loyalty_rules import (
    DecisionError,
    MemberState,
    Programme,
    choice,
    happening,
    line,
    load,
    merge,
    purchase,
    reservation,
)
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsConverted, PointsRedeemed, PointsReserved, PointsTaken
from loyalty_rules.events import Purchase
from loyalty_rules.problems.spending import MonthsOfNothing, MonthsTogether, NothingSpends
from loyalty_rules.report import check

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse fuel "Fuel points"
  round down per order
  usable at once
  expire never
  take oldest first
  keep calendar months apart
end

purse miles "Miles"
  round down per order
  usable at once
  expire never
end

event visit "Visit"
end

earn visits "Visits"
  after event visit
  give 100 fuel
end

redeem pay "Points pay"
  uses fuel
  pays 1 RUB per 1 fuel
  on any product
  too much is lowered
end

reward wash "Car wash"
  costs 30 fuel
  handed over by host
  usable at once
  expire never
end
"""
AT_ONCE = """
conversion fly "Miles"
  at once
  uses 150 fuel
  give 10 miles
end
"""
AT_END = """
conversion fly "Miles"
  at end of calendar year
  uses all of fuel
  give 10 miles per 100 fuel
end
"""


def visited(programme: Programme, *dates: str, member: str = "m-1") -> MemberState:
    state = programme.new_member(member)
    for number, date in enumerate(dates):
        event = happening(f"{member}-{number}", member, f"{date}:00+03:00", "visit")
        state = programme.decide(state, event).member
    return state


def order(id: str, date: str, price: str, asked: str | None = None) -> Purchase:
    return purchase(id, "m-1", f"{date}:00+03:00", [line("1", price=price)], currency="RUB", redeem={"pay": asked})


def paid(programme: Programme, member: MemberState, event: Purchase) -> tuple[MemberState, PointsRedeemed]:
    decision = programme.decide(member, event)
    (found,) = (one for one in decision.effects if isinstance(one, PointsRedeemed))
    return decision.member, found


def test_the_month_is_one_of_the_zone_of_the_programme() -> None:
    """23:59 in Moscow is January, 00:00 February; both are 31 January in UTC."""
    programme = load(RULES)
    member = visited(programme, "2026-01-31T23:59", "2026-02-01T00:00")
    _, found = paid(programme, member, order("o-1", "2026-03-07T11:00", "150", "150"))
    assert (found.asked, found.units, found.limited_by) == (150, 100, "calendar_month")


def test_the_outlook_answers_the_most_that_one_month_holds() -> None:
    """January holds 200, February 100; of rewards for 30 the 200 buy 6."""
    programme = load(RULES)
    member = visited(programme, "2026-01-10T11:00", "2026-01-20T11:00", "2026-02-10T11:00")
    of_wash, of_pay = sorted(
        programme.redeemable(member, order("o-1", "2026-03-07T11:00", "1000")), key=lambda one: one.rule, reverse=True
    )
    assert (of_pay.rule, of_pay.units, of_pay.value, of_pay.limited_by) == ("pay", 200, 20_000, "calendar_month")
    assert (of_wash.rule, of_wash.units, of_wash.limited_by) == ("wash", 6, "calendar_month")


def test_where_one_month_is_held_the_balance_bounds() -> None:
    programme = load(RULES)
    _, found = paid(programme, visited(programme, "2026-01-10T11:00"), order("o-1", "2026-03-07T11:00", "150", "150"))
    assert (found.units, found.limited_by) == (100, "balance")


def test_the_first_month_that_holds_enough_is_used_and_not_the_one_that_holds_most() -> None:
    """January holds 100, February 200: 100 are of January, then 100 of February, then 100 of it."""
    programme = load(RULES)
    member = visited(programme, "2026-01-10T11:00", "2026-02-10T11:00", "2026-02-11T11:00")
    member, first = paid(programme, member, order("o-1", "2026-03-07T11:00", "100", "100"))
    assert [(debit.number, debit.units) for debit in first.debits] == [(1, 100)]
    _, second = paid(programme, member, order("o-2", "2026-03-07T12:00", "150", "150"))
    assert second.units == 150


def test_lots_of_two_months_stay_two_lots_also_on_the_wire() -> None:
    programme = load(RULES)
    member = visited(programme, "2026-01-10T11:00", "2026-01-20T11:00", "2026-02-10T11:00", "2026-02-20T11:00")
    (fuel,) = (purse for purse in member.purses if purse.name == "fuel")
    assert [lot.left for lot in fuel.lots] == [200, 200]
    assert read_member(write_member(member, programme), programme) == member


def test_lots_of_two_months_stay_apart_when_members_are_merged() -> None:
    """100 of January and 100 of February there, 100 of February here: 200 at one time, not 300."""
    programme = load(RULES)
    old = visited(programme, "2026-01-10T11:00", "2026-02-10T11:00", member="m-0")
    member = visited(programme, "2026-02-12T11:00")
    joining = merge("j-1", "m-0", "2026-03-01T11:00:00+03:00", into="m-1", reason="one person", actor="desk")
    member = programme.merge(old, member, joining)[1].member
    assert [lot.left for purse in member.purses for lot in purse.lots] == [100, 200]
    _, found = paid(programme, member, order("o-1", "2026-03-07T11:00", "300", "300"))
    assert found.units == 200


def test_the_price_of_a_reward_is_of_one_month() -> None:
    """100 of each of two months buy 3 washes, not 6 of 200."""
    programme = load(RULES)
    member = visited(programme, "2026-01-10T11:00", "2026-02-10T11:00")
    at = "2026-03-07T11:00:00+03:00"
    with pytest.raises(DecisionError, match="calendar_month") as refused:
        programme.decide(member, choice("c-1", "m-1", at, "wash", amount="4"))
    assert refused.value.code == "choice.refused"
    decision = programme.decide(member, choice("c-1", "m-1", at, "wash", amount="3"))
    (taken,) = (one for one in decision.effects if isinstance(one, PointsTaken))
    assert [(debit.number, debit.units) for debit in taken.debits] == [(1, 90)]


def test_what_is_set_aside_is_of_one_month() -> None:
    programme = load(RULES)
    member = visited(programme, "2026-01-10T11:00", "2026-02-10T11:00")
    decision = programme.decide(member, reservation("r-1", "m-1", "2026-03-07T11:00:00+03:00", "pay", amount="150"))
    (found,) = (one for one in decision.effects if isinstance(one, PointsReserved))
    assert (found.units, found.limited_by) == (100, "calendar_month")


def test_a_conversion_at_once_is_made_once_for_each_month() -> None:
    """200 of January and 300 of February become usable on 1 March: first twice 150 of February, which holds most, then
    150 of January; 50 are left."""
    programme = load((RULES + AT_ONCE).replace("  give 100 fuel\n", "  give 100 fuel\n  usable on day 1 march\n"))
    member = visited(programme, "2026-01-10T11:00", "2026-01-20T11:00", *(f"2026-02-1{day}T11:00" for day in range(3)))
    decision = programme.decide(member, happening("e-9", "m-1", "2026-03-07T11:00:00+03:00", "visit"))
    given = [one for one in decision.effects if isinstance(one, PointsConverted)]
    assert [one.granted for one in given] == [20, 10]
    (fuel,) = (purse for purse in decision.member.purses if purse.name == "fuel")
    assert [lot.left for lot in fuel.lots] == [50, 100]


def test_a_conversion_at_the_end_of_a_period_takes_of_one_month() -> None:
    """100 of January, 200 of February: all that one conversion may take are 200."""
    programme = load(RULES + AT_END)
    member = visited(programme, "2026-01-10T11:00", "2026-02-10T11:00", "2026-02-11T11:00")
    decision = programme.decide(member, order("o-1", "2027-01-07T11:00", "10", "1"))
    assert [one.granted for one in decision.effects if isinstance(one, PointsConverted)] == [20]


GROUP = """
group both "Both"
  rule pay
  rule {other}
  one after another
end
"""


@pytest.mark.parametrize("other", ["wash", "more"])
def test_two_that_pay_for_one_order_do_not_use_one_purse(other: str) -> None:
    more = 'redeem more "More"\n  uses fuel\n  pays 2 RUB per 1 fuel\n  on any product\n  too much is lowered\nend\n'
    report = check(RULES + more + GROUP.format(other=other))
    assert MonthsTogether(other, "pay", "fuel") in [one.problem for one in report.diagnostics]


def test_months_are_kept_apart_where_something_redeems_them() -> None:
    head, _, _ = RULES.partition("redeem pay")
    found = [one.problem for one in check(head).diagnostics]
    assert MonthsOfNothing("fuel") in found
    assert NothingSpends("fuel") in found
    given = head.replace("  keep calendar", "  transfer at most 50 fuel in calendar month\n  keep calendar")
    assert [one.problem for one in check(given).diagnostics] == [MonthsOfNothing("fuel")]
