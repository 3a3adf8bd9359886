"""Codes: how they are compared, what becomes of each, and what hosts are told."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import Decision, InputError, Programme, RuleFileError, load, purchase, returned
from loyalty_rules.adapters.wire import (
    read_decision,
    read_event,
    read_member,
    write_decision,
    write_event,
    write_member,
)
from loyalty_rules.codes import PresentedCode, RuleOfCode
from loyalty_rules.decision import Outcome
from loyalty_rules.events import line
from loyalty_rules.member import MemberState
from loyalty_rules.text import code_key

HEAD = """loyalty rules 1

programme "Shop"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  discounts round half up per line
  returns replay within 30 days
  returns keep prices
  late events accepted for 3 days
end

purse pts
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end

earn base
  on any product
  give 1 pts per 1 USD
end

earn welcome
  with code "HELLO"
  give 50 pts
  limit 1 per member
end

offer spring
  from 2026-03-01 through 2026-03-31
  with code "SPRING", "HELLO"
  on any product
  discount 10%
end
"""


@pytest.fixture(scope="module")
def shop() -> Programme:
    return load(HEAD)


def decided(
    shop: Programme,
    *codes: str,
    at: str = "2026-03-07T12:00:00Z",
    member: MemberState | None = None,
    id: str = "o-1",
) -> Decision:
    found = shop.new_member("m-1") if member is None else member
    bought = purchase(id, "m-1", at, [line("1", price="100")], currency="USD", codes=codes)
    return shop.decide(found, bought)


# ---------- comparing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SPRING", "spring"),
        ("ВЕСНА", "весна"),
        ("Straße", "STRASSE"),
        ("ΣΟΦΟΣ", "σοφος"),  # the sigma at the end has a form of its own
        ("É", "é"),
    ],
)
def test_letters_are_compared_without_case(one: str, other: str) -> None:
    assert code_key(one) == code_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("SPRING", "SPRING-1"), ("A B", "AB"), ("O1", "01"), ("Е", "E"), (" A", "A")]
)
def test_everything_else_is_compared_exactly(one: str, other: str) -> None:
    assert code_key(one) != code_key(other)


def test_letters_that_are_younger_than_unicode_3_2_have_no_case() -> None:
    assert code_key("\u2c80") == "\u2c80"  # a Coptic capital: some Pythons fold later ones, and some do not


# ---------- what became of each


def test_each_code_says_what_became_of_it(shop: Programme) -> None:
    found = decided(shop, "hello", "NOBODY", "HELLO").codes
    assert found == (
        PresentedCode(
            "hello", (RuleOfCode("spring", True, Outcome.AWARDED), RuleOfCode("welcome", True, Outcome.AWARDED))
        ),
        PresentedCode("NOBODY", ()),
    )
    assert [(code.known, code.gave) for code in found] == [(True, True), (False, False)]


def test_a_code_that_cannot_be_used_changes_nothing(shop: Programme) -> None:
    first = decided(shop, "HELLO")
    without = decided(shop, id="o-2", at="2026-04-07T12:00:00Z", member=first.member)
    late = decided(shop, "HELLO", "x" * 200, id="o-2", at="2026-04-07T12:00:00Z", member=first.member)
    assert late.effects == without.effects
    assert [one.outcome for one in late.codes[0].rules] == [Outcome.OUTSIDE_DATES, Outcome.LIMIT_REACHED]
    assert not late.codes[0].gave
    assert "The code HELLO gave nothing" in late.explain("en")
    assert "outside dates, limit reached" in late.explain("en", "member")


def test_many_codes_are_told_in_part(shop: Programme) -> None:
    found = decided(shop, *(f"CODE-{number}" for number in range(30))).explain("en")
    assert found.count("belongs to no rule") == 20
    assert "And 10 more codes." in found


def test_what_is_no_order_presents_no_codes(shop: Programme) -> None:
    first = decided(shop, "HELLO")
    assert shop.decide(first.member, first.event).codes == ()
    back = shop.decide(first.member, returned("r-1", "m-1", "2026-03-08T12:00:00Z", "o-1", {"1": 1}))
    assert back.codes == ()


# ---------- hosts


def test_a_delivery_again_may_write_codes_otherwise(shop: Programme) -> None:
    first = decided(shop, "hello", "SPRING")
    again = purchase(
        "o-1", "m-1", "2026-03-07T12:00:00Z", [line("1", price="100")], currency="USD", codes=["Spring", "HELLO"]
    )
    assert shop.decide(first.member, again).outcome == "repeated"
    with pytest.raises(Exception, match="another content"):
        shop.decide(first.member, again._replace(codes=("SPRING",)))


def test_the_wire_has_codes_and_what_became_of_them(shop: Programme) -> None:
    found = decided(shop, "spring", "NOBODY")
    assert json.loads(write_event(found.event))["codes"] == ["spring", "NOBODY"]
    assert read_event(write_event(found.event)) == found.event
    data = json.loads(write_decision(found))
    assert data["codes"] == [
        {"code": "spring", "rules": [{"rule": "spring", "outcome": "awarded", "gave": True}]},
        {"code": "NOBODY"},
    ]
    assert read_decision(write_decision(found))["codes"] == data["codes"]


def test_the_record_keeps_the_codes_that_are_asked_again(shop: Programme) -> None:
    """Offers are not asked again, so their codes are not kept."""
    found = decided(shop, "Hello", "SPRING", "NOBODY")
    assert found.member.records[0].told.codes == ("hello",)
    assert read_member(write_member(found.member, shop), shop) == found.member


def test_what_a_code_gave_stands_for_what_is_kept(shop: Programme) -> None:
    two = [line("1", price="100"), line("2", price="10")]
    found = shop.decide(
        shop.new_member("m-1"),
        purchase("o-1", "m-1", "2026-03-07T12:00:00Z", two, currency="USD", codes=["HELLO"]),
    )
    kept = shop.decide(found.member, returned("r-1", "m-1", "2026-03-08T12:00:00Z", "o-1", {"2": 1}))
    assert [shop.balance(one.member, "pts").usable for one in (found, kept)] == [50 + 99, 50 + 90]


def test_a_late_order_presents_codes(shop: Programme) -> None:
    first = shop.decide(
        shop.new_member("m-1"), purchase("o-2", "m-1", "2026-03-08T12:00:00Z", [line("1", price="1")], currency="USD")
    )
    late = decided(shop, "HELLO", member=first.member)
    assert [code.gave for code in late.codes] == [True]


def test_a_decision_takes_its_codes_to_another_process(shop: Programme) -> None:
    found = decided(shop, "HELLO")
    state = found.__getstate__()
    assert (state["codes"], state["_programme"]) == (found.codes, None)


def test_codes_are_a_list_of_texts() -> None:
    for codes, code in (
        ("HELLO", "call.type"),
        (7, "call.type"),
        (None, "call.type"),
        (["A\nB"], "text.control"),
        ([7], "text.type"),
    ):
        with pytest.raises(InputError) as refused:
            purchase("o-1", "m-1", "2026-03-07T12:00:00Z", [line("1", price=1)], currency="USD", codes=codes)  # type: ignore[arg-type]
        assert refused.value.code == code


def test_an_order_presents_at_most_100_codes(shop: Programme) -> None:
    decided(shop, *(f"C{number}" for number in range(100)))
    with pytest.raises(InputError) as refused:
        decided(shop, *(f"C{number}" for number in range(101)))
    assert refused.value.code == "order.codes"


# ---------- checking


def test_rules_with_different_codes_act_on_one_order() -> None:
    """An order presents both, so a group has to say which of them counts; the order that shows it has both codes."""
    other = 'offer summer\n  with code "SUMMER"\n  on any product\n  discount 20%\nend\n'
    with pytest.raises(RuleFileError) as refused:
        load(f"{HEAD}\n{other}")
    (found,) = refused.value.diagnostics
    assert found.problem.code == "L031"
    assert "12:00, hello, summer, 1000.00 USD: spring -100.00 USD" in str(refused.value)


def test_the_codes_of_a_boost_need_a_rule_that_waits_for_an_order() -> None:
    event = "event review\nend\nearn thanks\n  after event review\n  give 5 pts\nend\n"
    boost = 'boost more\n  changes thanks\n  with code "MORE"\n  multiply by 2\nend\n'
    with pytest.raises(RuleFileError) as refused:
        load(f"{HEAD}\n{event}\n{boost}")
    assert [one.problem.code for one in refused.value.diagnostics] == ["L365"]
