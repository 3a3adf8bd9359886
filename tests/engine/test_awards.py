"""Awards of single orders: what lines carry, how entries add up, who decided. Figures are worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_rules.decision import Outcome
from loyalty_rules.events import happening, line, purchase
from tests.engine.deciding import AT, awards, decide, granted, order, programme, record

RATE = """
earn rate
  on any product
  give 1 pts per 10 RUB
"""


def test_units_of_an_order_go_to_its_lines_by_largest_remainder() -> None:
    # 250 and 195 RUB at 5%: 12.50 + 9.75 = 22.25. With 20.00 left they are 11.24 (11.2360) and 8.76 (8.7640).
    rules = programme(
        """
earn back
  on any product
  give 5% to cash
  cap 20 RUB per order
"""
    )
    (award,) = awards(decide(rules, order("250", "195")))
    assert (award.asked, award.granted, award.lines, award.order) == (2225, 2000, (1124, 876), 0)


def test_equal_remainders_go_to_the_earlier_line() -> None:
    (award,) = awards(decide(programme(RATE), order("95", "95", "95")))
    assert award.lines == (10, 9, 9)


def test_lines_follow_their_ids_by_number_whatever_order_they_come_in() -> None:
    lines = [line("10", price="300"), line("2", price="100"), line("b", price="500")]
    (award,) = awards(decide(programme(RATE), purchase("o", "m", AT, lines, currency="RUB")))
    assert award.lines == (10, 30, 50)


def test_what_is_rounded_by_line_stays_on_its_line_under_a_cap_of_lines() -> None:
    rules = programme(
        "earn rate\n  on any product\n  give 1 pts per 10 RUB\n  round half up per line\n  cap 20 pts per line"
    )
    (award,) = awards(decide(rules, order("500", "95", "6")))
    assert award.lines == (20, 10, 1)


def test_a_cap_of_an_order_gives_nothing_to_a_line_that_rounded_to_nothing() -> None:
    rules = programme(
        "earn rate\n  on any product\n  give 1 pts per 10 RUB\n  round down per line\n  cap 9 pts per order"
    )
    (award,) = awards(decide(rules, order("109", "9")))
    assert award.lines == (9, 0)


def test_what_belongs_to_the_order_stands_on_no_line() -> None:
    (award,) = awards(decide(programme("earn gift\n  when money paid at least 1 RUB\n  give 7 pts"), order("5", "5")))
    assert (award.lines, award.order) == ((0, 0), 7)


def test_a_fixed_gift_on_lines_is_spread_by_their_amounts_and_equally_where_none_weighs() -> None:
    rules = programme("earn gift\n  on any product\n  give 7 pts")
    assert awards(decide(rules, order("10", "30")))[0].lines == (2, 5)
    assert awards(decide(rules, order("0", "0")))[0].lines == (4, 3)


def test_a_fixed_gift_of_a_boost_is_added_once_where_lines_or_items_are_rounded_by_themselves() -> None:
    """3 items of 10 and one of 10: 4 and, by line or by item, a quarter of 16 for each 10. Without money 16 are 8 for
    each line, of which three items have 8 / 3."""
    for place in ("line", "item"):
        boost = "boost more\n  changes rate\n  increase by 16 pts\n"
        rules = programme(f"{RATE.rstrip()}\n  round down per {place}\nend\n\n{boost}")
        lines = [line("1", quantity=3, price=10), line("2", price=10)]
        event = purchase("o-1", "m", AT, lines, currency="RUB")
        assert awards(decide(rules, event))[0].lines == (15, 5)
        nothing = purchase("o-1", "m", AT, [line("1", quantity=3, price=0), line("2", price=0)], currency="RUB")
        assert awards(decide(rules, nothing))[0].lines == ((8, 8) if place == "line" else (6, 8))


def test_a_rule_with_two_gifts_caps_each_in_its_own_purse() -> None:
    rules = programme("earn both\n  on any product\n  give 10 pts\n  give 10% to cash\n  cap 7 pts per order")
    found = {award.purse: award.granted for award in awards(decide(rules, order("100")))}
    assert found == {"pts": 7, "cash": 1000}


# ---------- explanation


def entries(steps: tuple[object, ...]) -> list[tuple[str, str, Fraction]]:
    return [(entry.step, entry.by, entry.amount) for entry in steps]  # type: ignore[attr-defined]


def test_entries_add_up_from_the_exact_amount_to_the_award() -> None:
    # 95 RUB of tea and 60 of cake: 15.5 points, 9.5 more for the tea: 25.0. The cap leaves 20.
    rules = programme(
        RATE.rstrip() + "\n  cap 20 pts per order",
        "boost tea\n  changes rate\n  on Tea\n  multiply by 2",
    )
    found = record(decide(rules, order("tea:95", "60")), "rate")
    steps = entries(found.entries)
    assert steps[:2] == [("own", "rate", Fraction(31, 2)), ("boost", "tea", Fraction(19, 2))]
    assert [(step, amount) for step, _, amount in steps[2:]] == [("cap", Fraction(-5))]
    assert (found.outcome, found.asked, found.granted) == (Outcome.REDUCED_BY_CAP, 25, 20)
    assert sum(amount for _, _, amount in steps) == found.granted


def test_what_a_boost_takes_less_because_of_a_cap_is_an_entry() -> None:
    """100 of 1000, of which the boost takes 70; the cap leaves 10 of the 100, and so 10 that it can take."""
    capped = f"{RATE.rstrip()}\n  cap 10 pts per line before boosts\nend\n\n"
    decision = decide(programme(capped + "boost half\n  changes rate\n  multiply by 0.3"), order("1000"))
    assert awards(decision) == []
    steps = entries(record(decision, "rate").entries)
    told = [("own", 100), ("boost", -70), ("cap", -90), ("boost", 60)]
    assert [(step, amount) for step, _, amount in steps] == [(step, Fraction(amount)) for step, amount in told]


def test_rounding_and_minimum_are_entries() -> None:
    rules = programme(RATE.rstrip() + "\n  minimum 3 pts")
    assert entries(record(decide(rules, order("15")), "rate").entries) == [
        ("own", "rate", Fraction(3, 2)),
        ("minimum", "rate", Fraction(3, 2)),
    ]
    assert entries(record(decide(rules, order("39")), "rate").entries) == [
        ("own", "rate", Fraction(39, 10)),
        ("rounding", "rate", Fraction(-9, 10)),
    ]


def test_who_lost_in_a_group_names_the_group_the_winner_and_its_amount() -> None:
    rules = programme(
        RATE,
        "earn fixed\n  on any product\n  give 15 pts",
        "group better\n  rule rate\n  rule fixed\n  choose largest for member\n  decide per order",
    )
    found = record(decide(rules, order("95")), "rate")
    assert (found.outcome, found.decided_by, found.winner, found.winner_amount) == (
        Outcome.LOST_IN_GROUP,
        "better",
        "fixed",
        15,
    )
    assert found.granted == sum(entry.amount for entry in found.entries) == 0


def test_a_candidate_is_worth_what_the_caps_of_its_boosts_leave() -> None:
    # 10 points and 20 more by the boost would win; 5 are left of its cap, and 20 win against 15.
    rules = programme(
        RATE,
        "boost triple\n  changes rate\n  multiply by 3\n  cap 5 pts per order",
        "earn fixed\n  on any product\n  give 20 pts",
        "group better\n  rule rate\n  rule fixed\n  choose largest for member\n  decide per order",
    )
    assert awards(decide(rules, order("100")))[0].rule == "fixed"


def test_a_boost_says_what_it_added_and_what_became_of_it() -> None:
    rules = programme(
        RATE,
        "boost tea\n  changes rate\n  on Tea\n  multiply by 3\n  cap 5 pts per order",
        "boost anything\n  changes rate\n  multiply by 2",
        "group better\n  rule tea\n  rule anything\n  choose largest for member\n  decide per order",
    )
    lost = decide(rules, order("tea:100", "100"))
    assert granted(lost, "rate") == 40
    assert (record(lost, "tea").outcome, record(lost, "tea").winner) == (Outcome.LOST_IN_GROUP, "anything")
    assert (record(lost, "anything").outcome, record(lost, "anything").granted) == (Outcome.AWARDED, 20)


def test_a_boost_of_a_rule_that_gives_nothing_has_its_reason() -> None:
    rules = programme(
        "earn tea_only\n  on Tea\n  give 1 pts per 10 RUB", "boost twice\n  changes tea_only\n  multiply by 2"
    )
    found = record(decide(rules, order("100")), "twice")
    assert (found.outcome, found.granted) == (Outcome.NO_MATCHING_LINES, 0)


# ---------- caps that bind more than one award


def test_the_cap_of_a_boost_binds_what_it_adds_to_all_its_rules() -> None:
    # 40 and 40 more are asked, 50 granted: 25 each. The next order of the month has nothing left.
    rules = programme(
        "earn one\n  on any product\n  give 1 pts per 10 RUB",
        "earn two\n  on any product\n  give 1 pts per 10 RUB",
        "boost both\n  changes one, two\n  multiply by 2\n  cap 50 pts per member in calendar month",
    )
    first = decide(rules, order("400"))
    assert (granted(first, "one"), granted(first, "two"), record(first, "both").granted) == (65, 65, 50)
    second = decide(rules, order("400", id="o-2"), first.member)
    assert (granted(second, "one"), granted(second, "two")) == (40, 40)
    assert record(second, "both").outcome is Outcome.CAP_USED_UP


def test_the_cap_of_a_boost_binds_across_rules_that_wait_for_each_other() -> None:
    rules = programme(
        "earn one\n  on any product\n  give 1 pts per 10 RUB",
        "earn two\n  when applied one\n  on any product\n  give 1 pts per 10 RUB",
        "boost both\n  changes one, two\n  multiply by 2\n  cap 50 pts per order",
    )
    found = decide(rules, order("400"))
    assert granted(found) == 40 + 40 + 50


def test_the_cap_of_a_group_of_boosts_binds_their_extras_together() -> None:
    rules = programme(
        RATE,
        "boost one\n  changes rate\n  multiply by 2",
        "boost two\n  changes rate\n  multiply by 3",
        "group extras\n  rule one\n  rule two\n  add up\n  cap 15 pts per order",
    )
    found = decide(rules, order("100"))
    assert (granted(found), record(found, "one").granted, record(found, "two").granted) == (25, 5, 10)


def test_the_maximum_of_a_purse_is_shared_by_the_rules_of_one_order() -> None:
    head = """loyalty rules 1

programme "Test"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse pts
  round down per order
  usable at once
  expire never
  rules add up
  hold at most 30 pts
end
"""
    rules = programme(
        "earn one\n  on any product\n  give 1 pts per 10 RUB",
        "earn two\n  on any product\n  give 2 pts per 10 RUB",
        head=head,
    )
    found = decide(rules, order("200"))
    assert (granted(found, "one"), granted(found, "two")) == (10, 20)
    assert record(found, "one").outcome is Outcome.PURSE_FULL


def test_a_late_chain_is_asked_on_what_came_before() -> None:
    # 10 points; twice: + 10; half as much more of 20: + 10.
    rules = programme(
        RATE,
        "boost twice\n  changes rate\n  multiply by 2\n  after rounding",
        "boost half_more\n  changes rate\n  multiply by 1.5\n  after rounding",
        "group chain\n  rule twice\n  rule half_more\n  multiply",
    )
    found = decide(rules, order("100"))
    assert [granted(found, rule) for rule in ("rate", "twice", "half_more")] == [10, 10, 10]


LOWER = """end

boost half
  changes rate
  multiply by 0.5
  after rounding
end

boost eighty_less
  changes rate
  multiply by 0.2
  after rounding
end

group lower
  add up
  rule half
  rule eighty_less
"""


def test_late_boosts_take_no_more_together_than_a_line_was_given() -> None:
    """15 and 5 of 150 and 50 RUB; 10 and 16 of these 20 are asked for, by line 7.5 and 12 of 15, 2.5 and 4 of 5. Whole:
    10 lie as 8 and 2, 16 as 12 and 4; of the first line 15 of 20 (6 and 9), of the second 5 of 6 (1.7 and 3.3)."""
    found = {one.rule: (one.granted, one.lines) for one in awards(decide(programme(RATE + LOWER), order("150", "50")))}
    assert found == {"rate": (20, (15, 5)), "half": (-8, (-6, -2)), "eighty_less": (-12, (-9, -3))}


def test_what_a_late_boost_takes_lies_where_its_rule_gave() -> None:
    """Half of 19 and 1, rounded as one sum: 10, of which the lines have 9.5 and 0.5, and the first the odd one."""
    rules = programme(RATE + LOWER.partition("end\n\nboost eighty_less")[0])
    assert {one.rule: one.lines for one in awards(decide(rules, order("190", "10")))}["half"] == (-10, 0)


@pytest.mark.parametrize(("told", "units"), [("9", 4), ("-9", 0), ("0", 0)])
def test_a_measure_that_fell_gives_nothing(told: str, units: int) -> None:
    rules = programme(
        "event reading\n  fact used is number",
        "earn used_up\n  after event reading\n  basis total of used in this order\n  give 1 pts per 2 used",
    )
    assert granted(decide(rules, happening("e", "m", AT, "reading", facts={"used": told}))) == units
