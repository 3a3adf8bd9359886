"""Explanations for staff: what was given, how it adds up, and what stands around it."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import (
    Entry,
    ExpiryMoved,
    ExpiryWaits,
    LevelChanged,
    Outcome,
    PointsActivated,
    PointsExpired,
)
from loyalty_rules.events import enrolment, tick
from loyalty_rules.explaining import explain, explain_rule, standing
from loyalty_rules.member import NEVER, Standing
from tests.engine.explained import (
    BOOST,
    CAP,
    CAPPED,
    EARN,
    GOLD,
    MEMBER,
    MOMENT,
    NEXT_YEAR,
    REVIEW,
    awarded,
    checked,
    decision,
    false,
    paragraph,
    record,
)

# ---------- what was given


def test_staff_read_the_whole_decision() -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("spend", "420.00 RUB", 80, "RUB"),))
    boosted = record("coffee_weekend", Outcome.AWARDED, stage="boost", asked=25, granted=25)
    whole = checked(replace(EARN, caps=(CAP,)), GOLD, BOOST)
    made = decision(whole, CAPPED, boosted, refused, effects=(awarded("base", 50, lines=(30, 20), order=0),))
    assert explain(made) == (
        """\
Order p-1 of member m-1, 2026-03-07 11:00

Base points (base): 50 bonus.
    +57.5  own amount
    +57.5  boost "Double points for coffee"
      -65  ceiling `cap 50 bonus per order`
    = 50 bonus
  Cut by `cap 50 bonus per order`.
  By line: 2: 30 bonus, 10: 20 bonus.
  Usable at once, valid through 2027-03-07.

Double points for coffee (coffee_weekend): 25 bonus, counted in "Base points".

gold (gold): nothing - condition false.
  Needed: `spend in calendar month at least 500 RUB`. Found: 420.00 RUB, 80 RUB short.

Given in all: 50 bonus.
Bonus points: 50 bonus to use.
Cashback: 0.00 RUB to use.
Status: no level.
"""
    )


def test_staff_read_it_in_russian_with_the_conditions_in_the_authors_words() -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("spend", "420.00 RUB", 80, "RUB"),))
    boosted = record("coffee_weekend", Outcome.AWARDED, stage="boost", asked=25, granted=25)
    whole = checked(replace(EARN, caps=(CAP,)), GOLD, BOOST)
    made = decision(whole, CAPPED, boosted, refused, effects=(awarded("base", 50, lines=(30, 20), order=0),))
    assert explain(made, language="ru") == (
        """\
Заказ p-1 участника m-1, 2026-03-07 11:00

Основные баллы (base): 50 bonus.
    +57.5  само правило
    +57.5  усиление «Double points for coffee»
      -65  ограничение `cap 50 bonus per order`
    = 50 bonus
  Урезано ограничением `cap 50 bonus per order`.
  По строкам: 2: 30 bonus, 10: 20 bonus.
  Можно тратить сразу, действует по 2027-03-07 включительно.

Double points for coffee (coffee_weekend): 25 bonus, учтено в «Основные баллы».

gold (gold): ничего - условие ложно.
  Нужно: `spend in calendar month at least 500 RUB`. Есть: 420.00 RUB, не хватает 80 RUB.

Всего дано: 50 bonus.
Bonus points: можно потратить 50 bonus.
Cashback: можно потратить 0.00 RUB.
Status: без уровня.
"""
    )


def test_thirds_are_shown_so_that_the_figures_still_add_up() -> None:
    entries = (
        Entry("own", "base", Fraction(20, 3)),
        Entry("boost", "coffee_weekend", Fraction(20, 3)),
        Entry("rounding", "base", Fraction(-1, 3)),
    )
    found = record("base", Outcome.AWARDED, purse="bonus", asked=13, granted=13, entries=entries)
    figures = re.findall(r"^ +([+-][0-9.]+)  ", paragraph(found, EARN, BOOST), re.MULTILINE)
    assert figures == ["+6.666667", "+6.666666", "-0.333333"]
    assert sum(map(Fraction, figures)) == 13


@given(st.lists(st.fractions(min_value=0, max_value=10**6), min_size=2, max_size=6), st.sampled_from(["bonus", "cash"]))
def test_INV_15_the_shown_entries_add_up_to_the_award(amounts: list[Fraction], into: str) -> None:
    whole = sum(amounts, start=Fraction(0))
    granted = whole.numerator // whole.denominator
    entries = [Entry("own", "base", amount) for amount in amounts] + [Entry("rounding", "base", granted - whole)]
    found = record("base", Outcome.AWARDED, purse=into, asked=granted, granted=granted, entries=tuple(entries))
    figures = re.findall(r"^ +([+-][0-9.]+)  ", paragraph(found), re.MULTILINE)
    assert len(figures) == len(entries)
    assert sum(map(Fraction, figures)) == Fraction(granted, 100 if into == "cash" else 1)


def test_a_sum_of_one_entry_is_not_worked_out_again() -> None:
    entries = (Entry("own", "base", Fraction(25)),)
    found = record("base", Outcome.AWARDED, purse="bonus", asked=25, granted=25, entries=entries)
    assert paragraph(found) == "Base points (base): 25 bonus."


@pytest.mark.parametrize(
    ("step", "by", "expected"),
    [
        ("minimum", "base", "up to the minimum"),
        ("group", "best", 'to other rules of "The best of both"'),
        ("rounding", "base", "rounding"),
        ("rounding_together", "base", "rounding, together with other rules"),
        ("rounding_period", "base", "rounding of the sum of the period"),
        ("accrued", "base", "accrued, to be posted at the end of the period"),
        ("remainder", "bonus", "remainder of earlier awards"),
        ("purse_full", "bonus", '"Bonus points" is full'),
    ],
)
def test_every_step_of_a_sum_has_its_words(step: str, by: str, expected: str) -> None:
    entries = (Entry("own", "base", Fraction(20)), Entry(step, by, Fraction(5)))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=25, granted=25, entries=entries)
    assert f"\n     +5  {expected}\n" in paragraph(found)


def test_money_is_written_with_its_currency_and_decimals() -> None:
    entries = (Entry("own", "base", Fraction(2225)), Entry("cap", "?", Fraction(-225)))
    found = record("base", Outcome.REDUCED_BY_CAP, purse="cash", asked=2225, granted=2000, entries=entries)
    text = paragraph(found)
    assert "Base points (base): 20.00 RUB." in text
    assert "    +22.25  own amount\n     -2.25  ceiling `?`\n    = 20.00 RUB" in text


def test_units_that_are_pending_say_from_when_they_can_be_used() -> None:
    usable = instant_of("2026-03-21T00:00:00+03:00")
    found = record("base", Outcome.AWARDED, purse="bonus", asked=9, granted=9)
    made = decision(checked(EARN), found, effects=(awarded("base", 9, usable=usable, expires=NEVER),))
    assert "  Usable from 2026-03-21, does not expire." in explain(made)
    assert "  By line: the order as a whole: 9 bonus." in explain(made)


def test_hours_until_usable_are_told_to_the_minute() -> None:
    usable = instant_of("2026-03-07T13:00:00+03:00")
    found = record("base", Outcome.AWARDED, purse="bonus", asked=9, granted=9)
    made = decision(checked(EARN), found, effects=(awarded("base", 9, usable=usable),))
    assert "  Usable from 2026-03-07 13:00, valid through 2027-03-07." in explain(made)


def test_a_boost_that_changes_nothing_is_named_all_the_same() -> None:
    found = record("coffee_weekend", Outcome.AWARDED, stage="boost")
    assert paragraph(found, EARN, BOOST) == "Double points for coffee (coffee_weekend): changes nothing here."


def test_a_boost_that_lowers_says_how_much_and_of_what() -> None:
    entries = (Entry("own", "base", Fraction(30)), Entry("boost", "coffee_weekend", Fraction(-15)))
    base = record("base", Outcome.AWARDED, purse="bonus", asked=15, granted=15, entries=entries)
    boost = record("coffee_weekend", Outcome.ZERO_AFTER_ROUNDING, stage="boost")
    made = decision(checked(EARN, BOOST), base, boost)
    assert explain_rule(made, boost).endswith('(coffee_weekend): takes away 15 bonus of "Base points".')
    assert explain_rule(made, boost, language="ru").endswith("(coffee_weekend): убавляет 15 bonus у «Основные баллы».")


# ---------- around the rules


def test_what_fell_due_and_levels_that_changed_come_first() -> None:
    effects = (
        PointsActivated("bonus", 30, instant_of("2026-03-05T00:00:00+03:00")),
        PointsExpired("cash", 1250, instant_of("2026-03-06T00:00:00+03:00"), (("base", 1000), ("gold", 250))),
        LevelChanged("status", "", "silver", MOMENT),
    )
    made = decision(checked(EARN, GOLD), effects=effects)
    assert explain(made).splitlines()[2:5] == [
        "Bonus points: 30 bonus became usable on 2026-03-05.",
        'Cashback: 12.50 RUB expired at the start of 2026-03-06 (10.00 RUB of "Base points", 2.50 RUB of "gold").',
        "Status: from no level to silver, since 2026-03-07 11:00.",
    ]
    assert explain(made, language="ru").splitlines()[2:5] == [
        "Bonus points: 30 bonus можно тратить с 2026-03-05.",
        (
            "Cashback: 12.50 RUB сгорело с наступлением 2026-03-06 "
            "(10.00 RUB по правилу «Основные баллы», 2.50 RUB по правилу «gold»)."
        ),
        "Status: был без уровня, стал silver, с 2026-03-07 11:00.",
    ]


def test_ends_that_move_or_wait_are_told() -> None:
    effects = (
        ExpiryMoved("bonus", 30, MOMENT, instant_of("2027-03-08T00:00:00+03:00")),
        ExpiryWaits("cash", 1250, instant_of("2026-03-06T00:00:00+03:00")),
    )
    made = decision(checked(EARN), effects=effects)
    assert explain(made).splitlines()[2:4] == [
        "Bonus points: activity keeps 30 bonus for longer, through 2027-03-07 at most.",
        "Cashback: the end of 12.50 RUB has come at the start of 2026-03-06, and waits.",
    ]
    assert explain(made, language="ru").splitlines()[2:4] == [
        "Bonus points: активность продлила срок, 30 bonus действует самое позднее по 2027-03-07 включительно.",
        "Cashback: срок 12.50 RUB вышел с наступлением 2026-03-06, но сгорание ждёт.",
    ]


def test_other_events_have_their_own_heading() -> None:
    whole = checked(EARN)
    assert explain(decision(whole, event=REVIEW)).startswith("Event review (r-1) of member m-1, 2026-03-07 11:00\n")
    joins = enrolment("j-1", "m-1", MOMENT)
    assert explain(decision(whole, event=joins)).startswith("Member m-1 joins (j-1), 2026-03-07 11:00\n")


def test_a_tick_gives_nothing_and_says_so_by_silence() -> None:
    assert explain(decision(checked(EARN), event=tick("m-1", MOMENT))) == (
        "Time passes for member m-1, up to 2026-03-07 11:00\n\n"
        "Bonus points: 50 bonus to use.\nCashback: 0.00 RUB to use.\nStatus: no level.\n"
    )


def test_a_repeated_event_changes_nothing() -> None:
    made = decision(checked(EARN), outcome="repeated")
    assert explain(made) == ("Order p-1 of member m-1, 2026-03-07 11:00\n\np-1 was decided before: nothing changes.\n")
    assert explain(made, audience="member") == ""


def test_pending_units_and_levels_are_part_of_how_the_member_stands() -> None:
    (held,) = MEMBER.purses
    later = held.lots[0]._replace(usable=NEXT_YEAR - 1, left=8)
    member = MEMBER._replace(
        purses=(held._replace(lots=(*held.lots, later)),), standings=(Standing("status", "gold", MOMENT),)
    )
    made = decision(checked(EARN), member=member)
    assert standing(made) == (
        "Bonus points: 50 bonus to use, 8 bonus more later.\nCashback: 0.00 RUB to use.\nStatus: gold."
    )
