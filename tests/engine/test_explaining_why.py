"""Explanations for staff: why not, what was found instead, and how far it was."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from loyalty_rules.decision import (
    Entry,
    Outcome,
    RuleTrace,
)
from loyalty_rules.lang.checked import Dates, Limit, TriggerKind
from loyalty_rules.lang.conditions import LineSet
from loyalty_rules.lang.phrases import phrase_tables
from tests.engine.explained import (
    CAP,
    CONDITIONS,
    EARN,
    MONTH,
    at,
    false,
    paragraph,
    purse,
    record,
    rule,
)


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


def test_a_rule_without_lines_names_what_it_leaves_out() -> None:
    refused = record("gold", Outcome.NO_MATCHING_LINES)
    gold = rule("gold", lines=LineSet(True, False, (), ("coffee",)))
    assert paragraph(refused, gold).endswith('\n  The order has no line of: any product, except "Coffee".')
    russian = paragraph(refused, gold, language="ru")
    assert russian.endswith("\n  Подходящих строк в заказе нет, нужно: любой товар, кроме «Coffee».")


LIMIT = Limit("gold#1", 1, MONTH, at("limit"))


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
            "gold (gold): nothing - purse full.\n  Cashback holds at most 100.00 RUB.",
            "ничего - кошелёк заполнен.\n  Cashback: хранится не больше чем 100.00 RUB.",
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
