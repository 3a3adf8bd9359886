"""What the file's own words tell of points that pay and of rewards that are used: when, of what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import pytest

from loyalty_rules import (
    Decision,
    MemberState,
    Programme,
    Purchase,
    RuleFileError,
    adjustment,
    capture,
    line,
    load,
    purchase,
    reservation,
    returned,
)
from loyalty_rules.adapters.wire import write_decision
from loyalty_rules.explaining import messages

HEAD: Final = """loyalty rules 1
programme "Test"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  discounts round half up per line
  returns replay within 60 days
  returns keep prices
  refund points first
  late events refused
end
purse pts "Points"
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end
earn base
  on any product
  give 1 pts per 10 RUB
end
redeem pay "Points at the till"
  uses pts
  pays 1 RUB per 2 pts
  on any product
  minimum 10 pts
  too much is lowered
  message given en "{title}: {amount} paid"
  message given ru "{title}: оплачено {amount}"
  message missed en "{title}: not now"
end
reward cup "A cup"
  handed over by host
  on any product
  expire never
  after a return give back
  message given en "Enjoy {amount}"
  message missed en "No {title} left"
end
reward voucher "A voucher"
  pays 50 RUB
  no change given
  on any product
  expire never
  after a return give back
  message given en "{amount} by voucher"
end
reward tenth "A tenth off"
  discount 10%
  on any product
  expire never
  after a return give back
  message given en "{amount} off"
  message missed en "Nothing to take off"
end
reward mug "A mug"
  add gift 1 "mug"
  on any product
  expire never
  after a return give back
  message given en "With {amount}"
end
"""


@pytest.fixture(scope="module")
def club() -> Programme:
    return load(HEAD)


AT: Final = "2026-03-02T12:00:00+03:00"


def holding(club: Programme, **held: int) -> MemberState:
    member = club.new_member("m")
    for purse, units in held.items():
        event = adjustment(f"a-{purse}", "m", "2026-03-01T12:00:00+03:00", purse, units, reason="gift", actor="test")
        member = club.decide(member, event).member
    return member


def order(price: str, redeem: Mapping[str, int | None] | None = None) -> Purchase:
    return purchase("o", "m", AT, [line("1", price=price)], currency="RUB", redeem=redeem)


def told(decision: Decision, language: str = "en") -> list[tuple[str, bool, str]]:
    return [(one.rule, one.given, one.text) for one in messages(decision, language=language)]


@pytest.mark.parametrize(
    ("held", "asked", "words"),
    [
        ({"pts": 60}, {"pay": None}, ("pay", True, "Points at the till: 30.00 RUB paid")),
        ({"pts": 8}, {"pay": None}, ("pay", False, "Points at the till: not now")),
        ({"cup": 3}, {"cup": 2}, ("cup", True, "Enjoy 2 cup")),
        ({}, {"cup": 1}, ("cup", False, "No A cup left")),
        ({"voucher": 2}, {"voucher": 2}, ("voucher", True, "100.00 RUB by voucher")),
        ({"tenth": 1}, {"tenth": None}, ("tenth", True, "30.00 RUB off")),
        ({}, {"tenth": None}, ("tenth", False, "Nothing to take off")),
        ({"mug": 1}, {"mug": 1}, ("mug", True, 'With 1 "mug"')),
    ],
)
def test_what_an_order_used_and_what_it_asked_for_in_vain_is_told(
    club: Programme, held: Mapping[str, int], asked: Mapping[str, int | None], words: tuple[str, bool, str]
) -> None:
    """The order comes to 300 RUB."""
    decision = club.decide(holding(club, **held), order("300", asked))
    assert told(decision) == [words]
    assert words[2] in decision.explain("en", audience="member").splitlines()
    stored = json.loads(write_decision(decision))["messages"]
    assert {"rule": words[0], "given": words[1], "language": "en", "text": words[2]} in stored


def test_each_language_has_its_own_words(club: Programme) -> None:
    decision = club.decide(holding(club, pts=60), order("300", {"pay": None}))
    assert told(decision, "ru") == [("pay", True, "Points at the till: оплачено 30.00 RUB")]


def test_who_asks_for_nothing_is_told_nothing(club: Programme) -> None:
    assert told(club.decide(holding(club, pts=60, cup=1, tenth=1), order("300"))) == []


def test_a_voucher_without_words_for_it_is_asked_for_in_vain_in_silence(club: Programme) -> None:
    assert told(club.decide(club.new_member("m"), order("300", {"voucher": 1}))) == []


def test_points_that_are_set_aside_are_told_of_when_they_pay(club: Programme) -> None:
    """40 of 60 points pay 20 RUB."""
    aside = club.decide(holding(club, pts=60), reservation("r", "m", AT, "pay", amount=60))
    assert told(aside) == []
    paid = club.decide(aside.member, capture("c", "m", "2026-03-02T13:00:00+03:00", "r", amount=40))
    assert told(paid) == [("pay", True, "Points at the till: 20.00 RUB paid")]


def test_a_return_tells_nothing_of_it(club: Programme) -> None:
    member = club.decide(holding(club, pts=60), order("300", {"pay": None})).member
    back = club.decide(member, returned("b", "m", "2026-03-03T12:00:00+03:00", "o", {"1": 1}))
    assert told(back) == []


@pytest.mark.parametrize(
    ("words", "instead"),
    [("{title}: not now", "{amount}"), ("{title}: {amount} paid", "{distance}"), ("Enjoy {amount}", "{until}")],
)
def test_a_message_cannot_tell_what_is_not_known(words: str, instead: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        load(HEAD.replace(words, instead))
    assert [found.problem.slug for found in refused.value.diagnostics] == ["message.placeholder"]


def test_words_are_no_part_of_what_a_programme_means(club: Programme) -> None:
    assert load(HEAD.replace("No {title} left", "None")).fingerprint == club.fingerprint
    assert load(HEAD.replace("  minimum 10 pts\n", "")).fingerprint != club.fingerprint


def test_words_leave_orders_to_the_function_of_a_programme() -> None:
    """What is said of points that pay has nothing to do with orders that ask for none."""
    without_prices = HEAD.split("reward tenth")[0].replace("  discounts round half up per line\n", "")
    assert load(without_prices).left_whole() == {}
