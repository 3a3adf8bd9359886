"""Ceilings on what is spent through the facade: what keeps points from being more, counters, groups, conversions."""

from __future__ import annotations

import pytest

from loyalty_rules import DecisionError, InputError, MemberState, Programme, choice, line, load, purchase, returned
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsConverted, PointsRedeemed, PointsTaken
from loyalty_rules.events import Purchase

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns in proportion within 60 days
  refund tenders in proportion
  late events refused
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end

purse miles "Miles"
  round down per order
  usable at once
  expire never
  after a return may go negative
end

purse stars "Stars"
  hold at most 5 stars
  round down per order
  usable at once
  expire never
  after a return may go negative
end

earn welcome
  after joining
  give 1 000 bonus
end

redeem by_item
  uses bonus
  pays 1 RUB per 1 bonus
  cap 15 RUB per item
  cap 40 RUB per line
  on any product
  too much is lowered
end

redeem month
  uses bonus
  pays 1 RUB per 2 bonus
  cap 300 bonus per member in calendar month
  limit 2 per member in calendar month
  on any product
  too much is refused
end

redeem money_month
  uses bonus
  pays 1 RUB per 2 bonus
  cap 100 RUB per member in last 30 days
  on any product
  too much is lowered
end

redeem ordered
  uses bonus
  pays 1 RUB per 2 bonus
  cap 50 bonus per order
  on any product
  too much is lowered
end

group two
  rule money_month
  rule ordered
  one after another
  together at most 110 RUB
end

conversion exchange
  on request
  uses all of bonus
  give 2 miles per 3 bonus
  cap 101 miles per member in calendar month
  cap 150 miles per member in calendar year
end

conversion recipe
  on request
  uses 10 bonus
  give 3 stars
  cap 8 stars per member in calendar month
  limit 2 per member in calendar month
end
"""


@pytest.fixture(scope="module")
def rules() -> Programme:
    return load(RULES)


@pytest.fixture(scope="module")
def member(rules: Programme) -> MemberState:
    from loyalty_rules import enrolment

    return rules.decide(rules.new_member("m"), enrolment("j", "m", at(1))).member


def at(day: int, month: int = 3) -> str:
    return f"2026-{month:02}-{day:02}T10:00:00+03:00"


def order(id: str, day: int, *lines: tuple[int, str], redeem: dict[str, int | None] | None = None) -> Purchase:
    goods = [line(str(n), quantity=quantity, price=price) for n, (quantity, price) in enumerate(lines, 1)]
    return purchase(id, "m", at(day), goods, currency="RUB", redeem=redeem)


def paid(rules: Programme, member: MemberState, event: Purchase) -> tuple[MemberState, list[tuple[int, int, str]]]:
    decision = rules.decide(member, event)
    found = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    return decision.member, [(one.units, one.value, one.limited_by) for one in found]


def test_caps_of_items_and_lines_bind_each_of_them(rules: Programme, member: MemberState) -> None:
    """15 of one thing; 40 of five for which 75 would do; all 7 of the last."""
    event = order("o", 7, (1, "20"), (5, "20"), (1, "7"), redeem={"by_item": None})
    decision = rules.decide(member, event)
    (effect,) = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    assert (effect.lines, effect.limited_by) == ((1_500, 4_000, 700), "cap")
    assert "No more: a cap of the rule is reached." in decision.explain("en")


def test_a_cap_of_points_over_a_month_counts_what_has_not_come_back(rules: Programme, member: MemberState) -> None:
    after, first = paid(rules, member, order("o-1", 7, (4, "25"), redeem={"month": 200}))
    assert first == [(200, 10_000, "")]
    with pytest.raises(DecisionError, match="lets 100 smallest units be used here, not 102: cap"):
        rules.decide(after, order("o-2", 8, (1, "100"), redeem={"month": 102}))
    back = rules.decide(after, returned("r", "m", at(9), "o-1", {"1": 1})).member
    assert read_member(write_member(back, rules), rules) == back
    again, second = paid(rules, back, order("o-3", 10, (1, "100"), redeem={"month": 150}))
    assert second == [(150, 7_500, "")]
    with pytest.raises(DecisionError, match="limit"):
        rules.decide(again, order("o-4", 11, (1, "100"), redeem={"month": 2}))


def test_what_could_be_used_names_the_ceiling(rules: Programme, member: MemberState) -> None:
    asked = order("o", 7, (1, "1000"))
    found = {one.rule: (one.units, one.limited_by) for one in rules.redeemable(member, asked)}
    assert found == {
        "by_item": (15, "cap"),
        "month": (300, "cap"),
        "money_month": (200, "cap"),
        "ordered": (50, "cap"),
    }


def test_rules_of_a_group_pay_together_in_its_order(rules: Programme, member: MemberState) -> None:
    """100 RUB by the first rule; of the 110 that both may pay 10 are left for the second, which take 20 points."""
    after, found = paid(rules, member, order("o", 7, (1, "1000"), redeem={"ordered": None, "money_month": None}))
    assert found == [(200, 10_000, "cap"), (20, 1_000, "together")]
    assert [payment.rule for payment in after.records[0].payments] == ["money_month", "ordered"]
    assert read_member(write_member(after, rules), rules) == after


def test_rules_of_no_common_group_are_not_asked_together(rules: Programme, member: MemberState) -> None:
    with pytest.raises(InputError) as error:
        rules.decide(member, order("o", 7, (1, "9"), redeem={"ordered": 1, "by_item": 1}))
    assert error.value.code == "redeem.several"


def test_a_conversion_takes_no_more_than_fits_under_its_caps(rules: Programme, member: MemberState) -> None:
    """101 miles are 151.5 points: 152 give 101, cut down. 49 more fit in the year, for 74 points."""
    decision = rules.decide(member, choice("c-1", "m", at(7), "exchange"))
    assert [one.units for one in decision.effects if isinstance(one, PointsTaken)] == [152]
    with pytest.raises(DecisionError, match="not enough"):
        rules.decide(decision.member, choice("c-2", "m", at(8), "exchange"))
    april = rules.decide(decision.member, choice("c-3", "m", at(8, 4), "exchange"))
    assert [one.units for one in april.effects if isinstance(one, PointsTaken)] == [74]
    assert rules.balance(april.member, "miles").usable == 150


def test_a_recipe_is_made_as_often_as_caps_leave_and_counts_what_was_held(
    rules: Programme, member: MemberState
) -> None:
    """Two recipes of three stars fit under eight, of which the purse holds five: eight less five leave one more."""
    first = rules.decide(member, choice("c-1", "m", at(7), "recipe"))
    assert [one.units for one in first.effects if isinstance(one, PointsTaken)] == [20]
    assert [one.granted for one in first.effects if isinstance(one, PointsConverted)] == [5]
    second = rules.decide(first.member, choice("c-2", "m", at(8), "recipe", amount=10))
    assert [one.units for one in second.effects if isinstance(one, PointsTaken)] == [10]
    with pytest.raises(DecisionError):
        rules.decide(second.member, choice("c-3", "m", at(9), "recipe"))
