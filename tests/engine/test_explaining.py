"""Explanations: what was given and how it adds up, why not and how far it was, for staff and for members."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from fractions import Fraction
from importlib import resources
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import (
    Entry,
    FalseCondition,
    LevelChanged,
    Outcome,
    PointsActivated,
    PointsExpired,
    RuleTrace,
)
from loyalty_rules.errors import SettingsError
from loyalty_rules.events import enrolment, tick
from loyalty_rules.explaining import explain, explain_rule, messages, standing
from loyalty_rules.explaining.wording import Wording, placeholders, wording, wording_of
from loyalty_rules.lang.checked import Dates, Limit, Scope, TriggerKind
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.member import NEVER, Standing
from tests.engine.explained import (
    BOOST,
    CAP,
    CONDITIONS,
    EARN,
    LADDER,
    MEMBER,
    MOMENT,
    MONTH,
    NEXT_YEAR,
    REVIEW,
    at,
    awarded,
    checked,
    decision,
    false,
    purse,
    record,
    rule,
)

GOLD = rule("gold", occasion=(CONDITIONS["spend"],))
#: 57.5 of its own, as much again by the boost, cut by the cap to 50.
SUM = (
    Entry("own", "base", Fraction("57.5")),
    Entry("boost", "coffee_weekend", Fraction("57.5")),
    Entry("cap", "base#1", Fraction(-65)),
)
CAPPED = record("base", Outcome.REDUCED_BY_CAP, purse="bonus", asked=115, granted=50, entries=SUM, decided_by="base#1")


def paragraph(found: RuleTrace, *rules: Any, language: str = "en", **changes: Any) -> str:
    whole = checked(*(rules or (EARN, GOLD)), **changes)
    return explain_rule(decision(whole, found), found, language=language)


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
Cashback: 0.00 cash to use.
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
Cashback: можно потратить 0.00 cash.
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
        ("remainder", "bonus", "remainder of earlier awards"),
        ("purse_full", "bonus", '"Bonus points" is full'),
    ],
)
def test_every_step_of_a_sum_has_its_words(step: str, by: str, expected: str) -> None:
    entries = (Entry("own", "base", Fraction(20)), Entry(step, by, Fraction(5)))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=25, granted=25, entries=entries)
    assert f"\n     +5  {expected}\n" in paragraph(found)


def test_money_is_written_with_the_decimals_of_its_purse() -> None:
    entries = (Entry("own", "base", Fraction(2225)), Entry("cap", "?", Fraction(-225)))
    found = record("base", Outcome.REDUCED_BY_CAP, purse="cash", asked=2225, granted=2000, entries=entries)
    text = paragraph(found)
    assert "Base points (base): 20.00 cash." in text
    assert "    +22.25  own amount\n     -2.25  ceiling `?`\n    = 20.00 cash" in text


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


# ---------- why not


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        ("1", "1 order more", "ещё 1 заказ"),
        ("2", "2 orders more", "ещё 2 заказа"),
        ("5", "5 orders more", "ещё 5 заказов"),
        ("11", "11 orders more", "ещё 11 заказов"),
        ("21", "21 orders more", "ещё 21 заказ"),
        ("1.5", "1.5 orders more", "ещё 1.5 заказа"),
    ],
)
def test_counts_agree_with_their_nouns(count: str, english: str, russian: str) -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("orders", "3", Fraction(count), "ORDERS"),))
    gold = rule("gold", occasion=(CONDITIONS["orders"],))
    assert f"Found: 3 orders, {english}." in paragraph(refused, gold)
    assert f"Есть: 3 заказа, {russian}." in paragraph(refused, gold, language="ru")


@pytest.mark.parametrize(
    ("name", "actual", "distance", "unit", "english", "russian"),
    [
        ("spend", "420.00 RUB", 80, "RUB", "Found: 420.00 RUB, 80 RUB short.", "не хватает 80 RUB"),
        ("spend", "420.50 RUB", Fraction("79.5"), "RUB", "79.50 RUB short.", "не хватает 79.50 RUB"),
        ("most", "580.00 RUB", 80, "RUB", "80 RUB too much.", "превышение: 80 RUB"),
        ("between", "80.00 RUB", 20, "RUB", "20 RUB outside.", "вне пределов: 20 RUB"),
        ("many", "5", 2, "ORDERS", "Found: 5 orders, 2 orders too many.", "Есть: 5 заказов, лишнее: 2 заказа."),
        ("date", "2026-03-07", 3, "DAYS", "in 3 days.", "через 3 дня."),
        ("joined", "2026-01-05", 5, "DAYS", "5 days too late.", "слишком поздно: 5 дней."),
        ("clock", "11:00", 420, "MINUTES", "420 minutes too early.", "слишком рано: 420 минут."),
        ("litres", "38.5", Fraction("1.5"), "", "Found: 38.5, 1.5 more.", "Есть: 38.5, ещё 1.5."),
    ],
)
def test_every_false_condition_says_how_far_it_was_and_to_which_side(
    name: str, actual: str, distance: Fraction, unit: str, english: str, russian: str
) -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false(name, actual, distance, unit),))
    gold = rule("gold", occasion=(CONDITIONS[name],))
    assert english in paragraph(refused, gold)
    assert russian in paragraph(refused, gold, language="ru")


@pytest.mark.parametrize(
    ("name", "actual", "english", "russian"),
    [
        ("weekday", "0", "Found: monday.", "Есть: понедельник."),
        ("month", "3", "Found: march.", "Есть: март."),
        ("newsletter", "False", "Found: no.", "Есть: нет."),
        ("newsletter", "True", "Found: yes.", "Есть: да."),
        ("status", "", "Found: no level.", "Есть: без уровня."),
        ("status", "silver", "Found: silver.", "Есть: silver."),
        ("channel", "store", "Found: store.", "Есть: store."),
        ("channel", "", '`order channel is "app"`.', '`order channel is "app"`.'),
    ],
)
def test_values_are_told_in_the_words_of_the_language(name: str, actual: str, english: str, russian: str) -> None:
    refused = record("gold", Outcome.NOT_FOR_THIS_MEMBER, conditions=(false(name, actual),))
    gold = rule("gold", audience=(CONDITIONS[name],))
    assert paragraph(refused, gold).endswith(english)
    assert paragraph(refused, gold, language="ru").endswith(russian)


def test_all_false_conditions_are_told() -> None:
    conditions = (false("spend", "420.00 RUB", 80, "RUB"), false("channel", "store"))
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=conditions)
    gold = rule("gold", occasion=(CONDITIONS["spend"], CONDITIONS["channel"]))
    assert paragraph(refused, gold).splitlines()[1:] == [
        "  Needed: `spend in calendar month at least 500 RUB`. Found: 420.00 RUB, 80 RUB short.",
        '  Needed: `order channel is "app"`. Found: store.',
    ]


LIMIT = Limit("gold#1", 1, Scope.MEMBER, MONTH, at("limit"))


@pytest.mark.parametrize(
    ("refused", "english", "russian"),
    [
        (
            record("gold", Outcome.NO_MATCHING_LINES),
            "gold (gold): nothing - no matching lines.\n  The order has no line of: any product.",
            "gold (gold): ничего - нет подходящих строк.\n  Подходящих строк в заказе нет, нужно: любой товар.",
        ),
        (
            record("gold", Outcome.EXCLUDED_BY_NEVER, decided_by="no_tobacco"),
            'gold (gold): nothing - excluded by never.\n  Taken away by "No points for tobacco".',
            "gold (gold): ничего - исключено запретом.\n  Не допускает запрет «No points for tobacco».",
        ),
        (
            record("gold", Outcome.EXCLUDED_BY_NEVER),
            'excluded by never.\n  Every line that it counts is taken away by "No points for tobacco".',
            "исключено запретом.\n  Все подходящие строки исключает запрет «No points for tobacco».",
        ),
        (
            record("gold", Outcome.LOST_IN_GROUP, decided_by="best", winner="base", winner_amount=25, purse="cash"),
            'nothing - lost in group.\n  In "The best of both" the choice fell on "Base points": 25 bonus.',
            "ничего - проиграло в группе.\n  В группе «The best of both» выбрано «Основные баллы»: 25 bonus.",
        ),
        (
            record("gold", Outcome.CAP_USED_UP, decided_by="base#1", purse="bonus"),
            "gold (gold): nothing - cap used up.\n  Nothing is left of `cap 50 bonus per order`.",
            "ничего - потолок исчерпан.\n  Исчерпано ограничение `cap 50 bonus per order`.",
        ),
        (
            record("gold", Outcome.LIMIT_REACHED, clause=at("limit")),
            "limit reached.\n  Given as often as it may be: `limit 1 times per member in calendar month`.",
            "число раз исчерпано.\n  Больше раз дать нельзя: `limit 1 times per member in calendar month`.",
        ),
        (
            record("gold", Outcome.OUTSIDE_DATES, clause=at("dates")),
            "gold (gold): nothing - outside dates.\n  In force: `from 2026-03-01 through 2026-03-31`.",
            "вне срока действия.\n  Срок действия: `from 2026-03-01 through 2026-03-31`.",
        ),
        (
            record("gold", Outcome.OUTSIDE_DATES),
            "outside dates.\n  The programme is not in force at that moment.",
            "вне срока действия.\n  Программа в этот момент не действует.",
        ),
        (
            record("gold", Outcome.TENDER_NOT_KNOWN),
            "tender not known.\n  The order does not say how it is paid.",
            "средство оплаты неизвестно.\n  В заказе не указано, чем он оплачен.",
        ),
        (
            record("gold", Outcome.PURSE_FULL, purse="cash"),
            "gold (gold): nothing - purse full.\n  Cashback holds at most 100.00 cash.",
            "ничего - кошелёк заполнен.\n  Cashback: хранится не больше чем 100.00 cash.",
        ),
        (
            record("gold", Outcome.ZERO_AFTER_ROUNDING, purse="bonus"),
            "gold (gold): nothing - zero after rounding.",
            "gold (gold): ничего - ноль после округления.",
        ),
        (
            record("gold", Outcome.WAITING_FOR_EVENT),
            "gold (gold): nothing - waiting for an event.\n  It waits for an order.",
            "ничего - ожидает события.\n  Ждёт заказа.",
        ),
    ],
)
def test_every_outcome_is_told_with_what_decided(refused: RuleTrace, english: str, russian: str) -> None:
    gold = rule("gold", limits=(LIMIT,), dates=Dates(1, 2), dates_span=at("dates"))
    base = replace(EARN, caps=(CAP,))
    purses = {
        "bonus": purse("bonus", "", 0, ""),
        "cash": replace(purse("cash", "Cashback", 2, "RUB"), hold_at_most=10_000),
    }
    assert english in paragraph(refused, base, gold, purses=purses)
    assert russian in paragraph(refused, base, gold, purses=purses, language="ru")


def test_every_outcome_but_awarded_has_words_in_every_language() -> None:
    for table in phrase_tables().values():
        for outcome in Outcome:
            assert (outcome is Outcome.AWARDED) == (outcome.value not in table.forms)


@pytest.mark.parametrize(
    ("trigger", "event", "expected"),
    [
        (TriggerKind.EVENT, "review", "It waits for the event A review."),
        (TriggerKind.JOINING, "", "It waits for the member to join."),
        (TriggerKind.PURCHASE, "", "It waits for an order."),
    ],
)
def test_a_rule_that_waits_says_for_what(trigger: TriggerKind, event: str, expected: str) -> None:
    waiting = record("gold", Outcome.WAITING_FOR_EVENT)
    assert expected in paragraph(waiting, rule("gold", trigger=trigger, event=event))


def test_a_rule_cut_down_to_nothing_still_shows_its_sum() -> None:
    entries = (Entry("own", "base", Fraction(7, 10)), Entry("rounding", "base", Fraction(-7, 10)))
    found = record("base", Outcome.ZERO_AFTER_ROUNDING, purse="bonus", entries=entries)
    assert paragraph(found) == (
        "Base points (base): nothing - zero after rounding.\n    +0.7  own amount\n    -0.7  rounding\n    = 0 bonus"
    )


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
        'Cashback: 12.50 cash expired at the start of 2026-03-06 (10.00 cash of "Base points", 2.50 cash of "gold").',
        "Status: from no level to silver, since 2026-03-07 11:00.",
    ]
    assert explain(made, language="ru").splitlines()[2:5] == [
        "Bonus points: 30 bonus можно тратить с 2026-03-05.",
        (
            "Cashback: 12.50 cash сгорело с наступлением 2026-03-06 "
            "(10.00 cash по правилу «Основные баллы», 2.50 cash по правилу «gold»)."
        ),
        "Status: был без уровня, стал silver, с 2026-03-07 11:00.",
    ]


def test_other_events_have_their_own_heading() -> None:
    whole = checked(EARN)
    assert explain(decision(whole, event=REVIEW)).startswith("Event review (r-1) of member m-1, 2026-03-07 11:00\n")
    joins = enrolment("j-1", "m-1", MOMENT)
    assert explain(decision(whole, event=joins)).startswith("Member m-1 joins (j-1), 2026-03-07 11:00\n")


def test_a_tick_gives_nothing_and_says_so_by_silence() -> None:
    assert explain(decision(checked(EARN), event=tick("m-1", MOMENT))) == (
        "Time passes for member m-1, up to 2026-03-07 11:00\n\n"
        "Bonus points: 50 bonus to use.\nCashback: 0.00 cash to use.\nStatus: no level.\n"
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
        "Bonus points: 50 bonus to use, 8 bonus more later.\nCashback: 0.00 cash to use.\nStatus: gold."
    )


# ---------- the member


MESSAGES = (
    ("en", "{title}: {amount} until {until}, {level}"),
    ("ru", "{title}: {amount} до {until}, {level}"),
)


def test_a_member_reads_what_was_given_and_the_files_messages_only() -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("spend", "420.00 RUB", 80, "RUB"),))
    told = replace(EARN, given=MESSAGES)
    gold = rule("gold", occasion=(CONDITIONS["spend"],), missed=(("en", "Only {distance} to go!"),))
    member = MEMBER._replace(standings=(Standing("status", "gold", MOMENT),))
    given_50 = record("base", Outcome.AWARDED, purse="bonus", asked=50, granted=50)
    made = decision(checked(told, gold), given_50, refused, effects=(awarded("base", 50),), member=member)
    assert explain(made, audience="member") == (
        "Base points: 50 bonus.\nBase points: 50 bonus until 2027-03-07, gold\nOnly 80 RUB to go!\n"
    )
    assert explain(made, audience="member", language="ru") == (
        "Основные баллы: 50 bonus.\nОсновные баллы: 50 bonus до 2027-03-07, gold\n"
    )


def test_a_message_that_asks_for_what_is_not_known_is_not_told() -> None:
    missed = (("en", "Only {distance} to go!"),)
    weekend = rule("gold", occasion=(CONDITIONS["weekday"],), missed=missed)
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("weekday", "0"),))
    made = decision(checked(weekend), refused)
    assert messages(made) == ()
    assert explain(made, audience="member") == "Nothing was given this time.\n"
    assert explain(made, audience="member", language="ru") == "В этот раз ничего не начислено.\n"


def test_a_rule_that_was_not_asked_tells_nothing() -> None:
    review = rule("gold", trigger=TriggerKind.EVENT, event="review", missed=(("en", "Not this time"),))
    assert messages(decision(checked(review), record("gold", Outcome.WAITING_FOR_EVENT))) == ()


def test_a_level_is_told_when_it_rises() -> None:
    ladder = replace(LADDER, given=(("en", "Welcome to {level}, {title}!"),))
    up, down = LevelChanged("status", "silver", "gold", MOMENT), LevelChanged("status", "gold", "", MOMENT)
    whole = checked(EARN, ladders={"status": ladder})
    made = decision(whole, effects=(up,))
    assert explain(made, audience="member") == "Status: gold.\nWelcome to gold, Status!\n"
    assert explain(decision(whole, effects=(down,)), audience="member") == "Status: no level.\n"


def test_units_without_an_end_have_words_for_it() -> None:
    told = replace(EARN, given=(("en", "Yours, {until}"), ("ru", "Ваши, {until}")))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=5, granted=5)
    made = decision(checked(told), found, effects=(awarded("base", 5, expires=NEVER),))
    assert [message.text for message in messages(made)] == ["Yours, no end date"]
    assert [message.text for message in messages(made, language="ru")] == ["Ваши, без срока"]


def test_messages_are_filled_in_once_and_by_name_alone() -> None:
    template = "{title} {0} {title.__class__} {title!r} {unknown} {{amount}} %s"
    told = replace(EARN, title="{amount} {title}", titles=(), given=(("en", template),))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=5, granted=5)
    (message,) = messages(decision(checked(told), found, effects=(awarded("base", 5),)))
    assert message.text == "{amount} {title} {0} {title.__class__} {title!r} {unknown} {5 bonus} %s"


# ---------- hostile text


def test_O_03_control_characters_are_escaped_wherever_they_come_from() -> None:
    evil = "\x1b[2J\x1b]0;owned\x07\b\r\n\x9b31m\u202e"
    hostile = replace(EARN, title=evil, titles=(), given=(("en", evil),), missed=(("en", evil),))
    gold = rule("gold", occasion=(CONDITIONS["channel"],))
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("channel", evil),))
    found = record("base", Outcome.AWARDED, purse="bonus", asked=5, granted=5)
    made = decision(checked(hostile, gold), found, refused, effects=(awarded("base", 5),))
    audiences: tuple[Literal["staff", "member"], ...] = ("staff", "member")
    for audience in audiences:
        text = explain(made, audience=audience)
        assert "\\x1b[2J" in text
        assert not [character for character in text if character != "\n" and not character.isprintable()]


def test_O_04_an_explanation_is_bounded_whatever_a_title_or_a_condition_holds() -> None:
    long = replace(EARN, title="x" * 10_000, titles=())
    condition = FalseCondition(at("channel"), "y" * 10_000, "z" * 10_000, None, "")
    refused = record("base", Outcome.CONDITION_FALSE, conditions=(condition,) * 10_000)
    text = paragraph(refused, replace(long, occasion=(CONDITIONS["channel"],)))
    assert len(text) < 10_000
    assert "  And 9980 more conditions that did not hold." in text


def test_a_backslash_in_a_title_stays_one() -> None:
    found = record("base", Outcome.ZERO_AFTER_ROUNDING, purse="bonus")
    assert paragraph(found, replace(EARN, title="a\\b")).startswith("a\\b (base): nothing")


# ---------- languages


def pages(language: str) -> dict[str, dict[str, object]]:
    folder = resources.files("loyalty_rules.grammar").joinpath("messages", language)
    return {
        name: tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for name in ("explaining", "command_line")
    }


def test_every_language_has_the_same_texts_with_the_same_names_in_braces() -> None:
    english, russian = pages("en"), pages("ru")
    for page, sections in english.items():
        assert sections.keys() == russian[page].keys()
        for section, entries in sections.items():
            other = russian[page][section]
            assert isinstance(entries, dict) and isinstance(other, dict)
            assert entries.keys() == other.keys()
            for key, text in entries.items():
                if section != "nouns":
                    assert placeholders(text) == placeholders(other[key]), (page, section, key)


def third_language() -> Wording:
    """A language made by machine: every word of English turned round, so no word of another language can hide."""

    def turned(text: str) -> str:
        return re.sub(r"(?<![{a-z_])[A-Za-z]+(?![}a-z_])", lambda word: f"q{word[0][::-1]}", text)

    english = phrase_tables()["en"]
    forms = {role: tuple(turned(form) for form in all_) for role, all_ in english.forms.items()}
    page = resources.files("loyalty_rules.grammar").joinpath("messages", "en", "explaining.toml").read_text("utf-8")
    lines = [re.sub(r"(?<=[=,\[] )?\"(.*?)\"", lambda found: f'"{turned(found[1])}"', one) for one in page.splitlines()]
    return wording_of(replace(english, language="xx", forms=forms), "\n".join(lines))


def test_a_third_language_needs_no_code() -> None:
    refused = record("gold", Outcome.CONDITION_FALSE, conditions=(false("orders", "3", 2, "ORDERS"),))
    gold = rule("gold", occasion=(CONDITIONS["orders"],))
    made = decision(checked(replace(EARN, caps=(CAP,)), gold), CAPPED, refused, effects=(awarded("base", 50),))
    text = explain(made, words=third_language())
    written = set(re.findall(r"[A-Za-z]+", re.sub(r"`[^`]*`", "", text)))
    data = {
        "bonus",
        "cash",
        "base",
        "gold",
        "Base",
        "points",
        "Bonus",
        "Cashback",
        "Status",
        "p",
        "m",
        "coffee_weekend",
    }
    data |= {"coffee", "weekend"}
    assert {word for word in written - data if not word.startswith("q")} == set()
    assert "3 qsredro, 2 qsredro qerom" in text


def test_a_language_without_a_table_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no texts in xx; there are en, ru") as refusal:
        explain(decision(checked(EARN)), language="xx")
    assert refusal.value.code == "language.unknown"
    with pytest.raises(SettingsError) as refusal:
        wording("../en", "explaining")
    assert refusal.value.code == "language.unknown"


def test_an_audience_that_does_not_exist_is_refused() -> None:
    nobody: Any = "boss"
    with pytest.raises(SettingsError) as refusal:
        explain(decision(checked(EARN)), audience=nobody)
    assert refusal.value.code == "audience.unknown"


def test_a_page_that_is_no_toml_is_refused() -> None:
    with pytest.raises(SettingsError) as refusal:
        wording_of(phrase_tables()["en"], "[broken")
    assert refusal.value.code == "texts.syntax"
