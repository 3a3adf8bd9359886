"""Conversions through the facade: effects with their debits, refusals, the clock, words, and the wire."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import (
    Choice,
    DecisionError,
    InputError,
    MemberState,
    Programme,
    choice,
    line,
    load,
    purchase,
    tick,
)
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import PointsConverted, PointsExpired, PointsTaken
from loyalty_rules.records import Debit

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire at end of calendar month
  take oldest first
end

purse gift "Gift points"
  round down per order
  usable at once
  expire never
  take oldest first
end

purse miles "Miles"
  rules add up
  round down per order
  usable at once
  expire never
end

facts
  member fact staff is yes or no else no
end

earn base "Base points"
  on any product
  give 1 bonus per 1 RUB
  give 1 gift per 100 RUB
end

conversion flight "A flight"
  at end of calendar month
  uses 100 bonus
  uses 1 gift
  give 10 miles
  title ru "Полёт"
  message given en "{title}: {amount} are yours"
end

conversion asked "Asked for"
  on request
  for staff is no
  uses 50 bonus
  give 1 miles
end

conversion both "Both purses"
  on request
  uses 10 bonus
  uses 1 gift
  give 1 miles
end
"""

MARCH_END = "2026-04-01T00:00:00+03:00"


@pytest.fixture(scope="module")
def rules() -> Programme:
    return load(RULES)


def shopped(rules: Programme, *prices: str, **facts: bool) -> MemberState:
    member = rules.new_member("m", facts=facts or None)
    for number, price in enumerate(prices, 1):
        order = purchase(
            f"o-{number}", "m", f"2026-03-0{number}T10:00:00+03:00", [line("1", price=price)], currency="RUB"
        )
        member = rules.decide(member, order).member
    return member


def ask(rule: str, amount: int | None = None, at: str = "2026-03-20T10:00:00+03:00") -> Choice:
    return choice("c-1", "m", at, rule, amount=amount)


def test_all_purses_of_a_recipe_are_taken_together_before_anything_expires(rules: Programme) -> None:
    """250 and 160 points, 2 and 1 gifts: four hundreds, three gifts, so three flights; the 110 left expire."""
    decision = rules.decide(shopped(rules, "250", "160"), tick("m", MARCH_END))
    first, second, third, fourth = decision.effects
    assert isinstance(first, PointsTaken)
    assert isinstance(second, PointsTaken)
    assert isinstance(third, PointsConverted)
    assert isinstance(fourth, PointsExpired)
    assert (first.purse, first.units, [debit.units for debit in first.debits]) == ("bonus", 300, [300])
    assert (second.purse, second.units) == ("gift", 3)
    assert (third.purse, third.asked, third.granted) == ("miles", 30, 30)
    assert (fourth.purse, fourth.units) == ("bonus", 110)
    assert [rules.balance(decision.member, purse).usable for purse in ("bonus", "gift", "miles")] == [0, 0, 30]


def test_time_in_many_steps_gives_the_same_member(rules: Programme) -> None:
    start = shopped(rules, "250")
    stepped = start
    for at in ("2026-03-31T23:59:59+03:00", MARCH_END, "2026-04-07T00:00:00+03:00"):
        stepped = rules.decide(stepped, tick("m", at)).member
    assert stepped == rules.decide(start, tick("m", "2026-04-07T00:00:00+03:00")).member


def test_a_decision_in_the_middle_of_the_month_is_no_end_of_it(rules: Programme) -> None:
    assert rules.decide(shopped(rules, "250"), tick("m", "2026-03-31T23:59:59+03:00")).effects == ()


def test_what_is_asked_for_is_made_whole_or_refused(rules: Programme) -> None:
    member = shopped(rules, "120")
    assert rules.balance(rules.decide(member, ask("asked", 119)).member, "bonus").usable == 20
    assert rules.balance(rules.decide(member, ask("asked")).member, "miles").usable == 2
    for refused in (ask("asked", 121), ask("asked", 49)):
        with pytest.raises(DecisionError, match="not enough") as error:
            rules.decide(member, refused)
        assert error.value.code == "choice.refused"
    with pytest.raises(DecisionError, match="not for this member"):
        rules.decide(shopped(rules, "120", staff=True), ask("asked"))


def test_what_a_choice_converts_is_of_its_own_decision(rules: Programme) -> None:
    """Lots of one instant are in the order of the decisions that made them."""
    changed = rules.decide(shopped(rules, "120"), ask("asked")).member
    assert changed.decisions == 2
    assert [lot.number for purse in changed.purses if purse.name == "miles" for lot in purse.lots] == [2]


def test_a_choice_names_a_conversion_on_request_and_an_amount_of_its_one_purse(rules: Programme) -> None:
    member = shopped(rules, "120")
    for name in ("flight", "base", "nothing"):
        with pytest.raises(InputError, match="on request") as unknown:
            rules.decide(member, ask(name))
        assert unknown.value.code == "choice.unknown"
    with pytest.raises(InputError, match="as often as it fits") as amount:
        rules.decide(member, ask("both", 10))
    assert amount.value.code == "choice.amount"
    with pytest.raises(InputError, match="above 0"):
        ask("asked", 0)
    assert rules.balance(rules.decide(member, ask("both")).member, "bonus").usable == 110


def test_a_choice_is_repeated_as_any_event_is(rules: Programme) -> None:
    once = rules.decide(shopped(rules, "120"), ask("asked", 50))
    again = rules.decide(once.member, ask("asked", 50))
    assert (again.outcome, again.member, again.effects) == ("repeated", once.member, ())
    with pytest.raises(DecisionError, match="another content"):
        rules.decide(once.member, ask("asked", 100))


def test_debits_name_their_lots_on_the_wire(rules: Programme) -> None:
    decision = rules.decide(shopped(rules, "30", "40"), ask("asked", 50))
    taken = decision.effects[0]
    assert isinstance(taken, PointsTaken)
    assert [type(debit) for debit in taken.debits] == [Debit]
    written = write_decision(decision)
    assert read_decision(written) == json.loads(written)
    assert json.loads(written)["effects"] == [
        {
            "kind": "points_taken",
            "rule": "asked",
            "points": "bonus",
            "units": "50",
            "at": "2026-03-20T10:00:00+03:00",
            "debits": [
                {
                    "number": 1,
                    "earned": "2026-03-01T10:00:00+03:00",
                    "usable": "2026-03-01T10:00:00+03:00",
                    "expires": "2026-04-01T00:00:00+03:00",
                    "units": "50",
                    "parts": {"base": "50"},
                }
            ],
        },
        {
            "kind": "points_converted",
            "rule": "asked",
            "points": "miles",
            "asked": "1",
            "granted": "1",
            "at": "2026-03-20T10:00:00+03:00",
            "usable": "2026-03-20T10:00:00+03:00",
            "expires": "never",
        },
    ]


def test_a_member_with_converted_lots_is_read_back(rules: Programme) -> None:
    member = rules.decide(shopped(rules, "250"), tick("m", MARCH_END)).member
    assert read_member(write_member(member, rules), rules) == member


def test_staff_read_what_was_taken_of_which_rule_and_what_came_of_it(rules: Programme) -> None:
    decision = rules.decide(shopped(rules, "250", "160"), tick("m", MARCH_END))
    told = decision.explain("en")
    assert 'A flight: takes 300 bonus on 2026-04-01 (300 bonus of "Base points").' in told
    assert "A flight: gives 30 miles. Usable at once, does not expire." in told
    assert "Полёт: даёт 30 miles." in decision.explain("ru")


def test_a_choice_has_a_heading(rules: Programme) -> None:
    told = rules.decide(shopped(rules, "120"), ask("asked")).explain("en")
    assert told.startswith("Member m asks for Asked for (c-1), 2026-03-20 10:00\n")


def test_the_member_reads_what_it_gave_and_the_words_of_the_file(rules: Programme) -> None:
    decision = rules.decide(shopped(rules, "250"), tick("m", MARCH_END))
    assert decision.explain("en", audience="member") == ("A flight: 20 miles.\nA flight: 20 miles are yours\n")
    assert [(one.rule, one.given, one.text) for one in decision.messages] == [
        ("flight", True, "A flight: 20 miles are yours")
    ]


def test_a_full_purse_is_told() -> None:
    rules = load(RULES.replace('purse miles "Miles"\n', 'purse miles "Miles"\n  hold at most 15 miles\n'))
    decision = rules.decide(shopped(rules, "250"), tick("m", MARCH_END))
    assert rules.balance(decision.member, "miles").usable == 15
    assert "A flight: gives 15 miles." in decision.explain("en")
    assert "Miles holds at most 15 miles." in decision.explain("en")
