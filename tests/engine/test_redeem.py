"""Paying with points through the facade: what could be used and why not more, debits, tenders, words, and the wire."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import DecisionError, InputError, MemberState, Programme, Purchase, line, load, purchase
from loyalty_rules.adapters.wire import read_decision, read_event, write_decision, write_event
from loyalty_rules.decision import PointsRedeemed
from loyalty_rules.engine.digests import digest
from loyalty_rules.settlement.spending.redemption import Redeemable

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  member fact staff is yes or no else no
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire after 1 month
  take oldest first
end

purse gold "Gold"
  decimals 2
  round down per order
  usable at once
  expire never
  take oldest first
end

products Tobacco
  where category is "tobacco"
end

products Cards
  where category is "card"
end

never no_cards
  on Cards
  blocks redeeming
end

earn base "Base points"
  on any product
  give 1 bonus per 1 RUB
end

earn golden
  on any product
  give 0.5 gold per 10 RUB
end

redeem pay "Pay with points"
  uses bonus
  pays 1 RUB per 1 bonus
  pay at most 30% of price after discounts
  leave at least 20 RUB
  minimum 5 bonus
  on any product
  except Tobacco
  too much is lowered
  title ru "Оплата баллами"
end

redeem steps
  uses bonus
  pays 10 RUB per full 10 bonus
  in steps of 20 bonus
  on any product
  too much is refused
end

redeem staff_only
  uses gold
  pays 1 RUB per 1 gold
  for staff is yes
  on any product
  too much is lowered
end

redeem in_march
  uses gold
  pays 1 RUB per 1 gold
  when money paid at least 50 RUB
  on any product
  through 2026-03-31
  too much is lowered
end
"""

REST = "  on any product\n  too much is lowered\nend\n"


@pytest.fixture(scope="module")
def rules() -> Programme:
    return load(RULES)


@pytest.fixture(scope="module")
def member(rules: Programme) -> MemberState:
    """60 points of the first of March and 40 of the second; 5.00 gold."""
    found = rules.new_member("m")
    for number, price in ((1, "60"), (2, "40")):
        found = rules.decide(found, order(f"o-{number}", day=number, price=price)).member
    return found


def order(
    id: str = "p-1",
    *,
    day: int = 7,
    month: int = 3,
    price: str = "200",
    category: str = "",
    tobacco: str = "",
    redeem: dict[str, str | int | None] | None = None,
    tenders: dict[str, str] | None = None,
) -> Purchase:
    lines = [line("1", price=price, category=category)]
    lines += [line("2", price=tobacco, category="tobacco")] if tobacco else []
    at = f"2026-{month:02}-{day:02}T10:00:00+03:00"
    return purchase(id, "m", at, lines, currency="RUB", redeem=redeem, tenders=tenders)


def of(found: tuple[Redeemable, ...], rule: str) -> tuple[int, int, str]:
    one = next(one for one in found if one.rule == rule)
    return one.units, one.value, one.limited_by


@pytest.mark.parametrize(
    ("asked", "rule", "expected"),
    [
        (order(price="200"), "pay", (60, 6_000, "pay_at_most")),
        (order(price="400"), "pay", (100, 10_000, "balance")),
        (order(price="22"), "pay", (0, 0, "minimum")),
        (order(price="26"), "pay", (6, 600, "leave_at_least")),
        (order(category="tobacco"), "pay", (0, 0, "no_matching_lines")),
        (order(category="card"), "pay", (0, 0, "excluded_by_never")),
        (order(price="95"), "steps", (80, 8_000, "steps")),
        (order(price="100"), "steps", (100, 10_000, "to_pay")),
        (order(price="200"), "staff_only", (0, 0, "not_for_this_member")),
        (order(price="49"), "in_march", (0, 0, "condition_false")),
        (order(price="50"), "in_march", (500, 500, "balance")),
        (order(day=1, month=4, price="50"), "in_march", (0, 0, "outside_dates")),
        (order(day=2, month=4, price="400"), "pay", (40, 4_000, "balance")),
    ],
)
def test_what_could_be_used_and_what_keeps_it_from_being_more(
    rules: Programme, member: MemberState, asked: Purchase, rule: str, expected: tuple[int, int, str]
) -> None:
    assert of(rules.redeemable(member, asked), rule) == expected


def test_asking_decides_nothing_and_looks_at_member_and_clock(rules: Programme, member: MemberState) -> None:
    before = member
    rules.redeemable(member, order())
    assert member == before
    with pytest.raises(DecisionError) as late:
        rules.redeemable(member, order(day=1))
    with pytest.raises(DecisionError) as other:
        rules.redeemable(member, order()._replace(member="n"))
    with pytest.raises(InputError) as kind:
        rules.redeemable(member, "p-1")  # type: ignore[arg-type]
    assert (late.value.code, other.value.code, kind.value.code) == ("event.late", "event.member", "call.type")


def test_points_pay_lot_by_lot_and_the_money_left_earns(rules: Programme, member: MemberState) -> None:
    """Of 300 and 50 RUB points may pay 90 on the first line: 60 of the first lot and 30 of the second, both of one life
    apart. 210 and 50 RUB are left, which earn 260."""
    decision = rules.decide(member, order(price="300", tobacco="50", redeem={"pay": None}))
    effect = decision.effects[0]
    assert isinstance(effect, PointsRedeemed)
    assert (effect.asked, effect.units, effect.value, effect.limited_by) == (None, 90, 9_000, "pay_at_most")
    assert [(debit.number, debit.units) for debit in effect.debits] == [(1, 60), (2, 30)]
    assert effect.lines == (9_000, 0)
    assert decision.to_pay == 26_000
    assert rules.balance(decision.member, "bonus").usable == 10 + 260


def test_what_is_paid_is_shared_out_by_what_is_left_to_pay(rules: Programme, member: MemberState) -> None:
    """60 RUB over 66.67 and 33.33: 40.002 and 19.998, so 40.00 and 20.00."""
    lines = [line("2", price="33.33"), line("1", price="66.67")]
    asked = purchase("p-1", "m", "2026-03-07T10:00:00+03:00", lines, currency="RUB", redeem={"steps": "60"})
    effect = rules.decide(member, asked).effects[0]
    assert isinstance(effect, PointsRedeemed)
    assert effect.lines == (4_000, 2_000)


def test_a_request_beyond_what_can_be_used_is_lowered_or_refused(rules: Programme, member: MemberState) -> None:
    lowered = rules.decide(member, order(redeem={"pay": 80})).effects[0]
    assert isinstance(lowered, PointsRedeemed)
    assert (lowered.asked, lowered.units, lowered.limited_by) == (80, 60, "pay_at_most")
    for asked, reason in ((120, "balance"), (30, "steps")):
        with pytest.raises(DecisionError, match=reason) as error:
            rules.decide(member, order(redeem={"steps": asked}))
        assert error.value.code == "redeem.refused"


@pytest.mark.parametrize(
    ("clauses", "asked", "expected"),
    [
        ("in steps of 2 bonus", 2, (0, 0, "steps")),  # two thirds of a kopeck pay nothing
        ("in steps of 4 bonus", 4, (4, 1, "")),  # the whole step goes, though three points pay as much
        ("", 4, (3, 1, "steps")),
        ("minimum 4 bonus", 4, (3, 1, "steps")),  # what is asked for is enough; the point that pays nothing stays
        ("minimum 5 bonus", 4, (0, 0, "minimum")),
    ],
)
def test_whole_steps_go_as_they_are_but_never_for_nothing(
    member: MemberState, clauses: str, asked: int, expected: tuple[int, int, str]
) -> None:
    """Three points pay one kopeck."""
    cheap = load(f"{RULES}\nredeem cheap\n  uses bonus\n  pays 0.01 RUB per 3 bonus\n{clauses}\n{REST}")
    effect = cheap.decide(member, order(redeem={"cheap": asked})).effects[0]
    assert isinstance(effect, PointsRedeemed)
    assert (effect.units, effect.value, effect.limited_by) == expected


def test_an_order_asks_for_one_redeem_rule_that_there_is(rules: Programme, member: MemberState) -> None:
    with pytest.raises(InputError) as unknown:
        rules.decide(member, order(redeem={"base": None}))
    with pytest.raises(InputError) as several:
        rules.decide(member, order(redeem={"pay": 5, "steps": 20}))
    with pytest.raises(InputError) as nothing:
        order(redeem={"pay": 0})
    with pytest.raises(InputError) as parts:
        rules.decide(member, order(redeem={"pay": "0.5"}))
    codes = [one.value.code for one in (unknown, several, nothing, parts)]
    assert codes == ["redeem.unknown", "redeem.several", "choice.amount", "amount.decimals"]


def test_tenders_pay_what_is_left_and_the_error_names_it(rules: Programme, member: MemberState) -> None:
    with pytest.raises(InputError, match="14000 minor units") as error:
        rules.decide(member, order(redeem={"pay": None}, tenders={"card": "200"}))
    assert error.value.code == "tenders.sum"
    paid = rules.decide(member, order(redeem={"pay": None}, tenders={"card": "100", "cash": "40"}))
    assert paid.to_pay == 14_000


def test_an_order_without_a_request_has_the_digest_it_always_had(rules: Programme) -> None:
    asked = order(redeem={"pay": None})
    assert digest(asked) != digest(order())
    assert digest(order()) == digest(asked._replace(redeem=()))


def test_nothing_is_left_to_pay_of_another_event(rules: Programme, member: MemberState) -> None:
    from loyalty_rules import tick

    assert rules.decide(member, tick("m", "2026-03-08T00:00:00+03:00")).to_pay is None


def test_a_request_is_read_and_written(rules: Programme, member: MemberState) -> None:
    asked = order(redeem={"pay": "12"})
    text = write_event(asked, rules)
    assert json.loads(text)["redeem"] == [{"rule": "pay", "amount": "12"}]
    assert read_event(text, rules) == asked
    everything = order(redeem={"pay": None})
    assert json.loads(write_event(everything))["redeem"] == [{"rule": "pay"}]
    assert read_event(write_event(everything)) == everything
    with pytest.raises(InputError) as error:
        read_event(text.replace('"12"', '"-1"'), rules)
    assert (error.value.code, error.value.where) == ("choice.amount", "redeem[0].amount")


def test_the_wire_tells_what_was_used_what_it_paid_and_what_is_left(rules: Programme, member: MemberState) -> None:
    decision = rules.decide(member, order(redeem={"pay": 80}))
    written = write_decision(decision)
    assert read_decision(written) == json.loads(written)
    found = json.loads(written)
    assert found["to_pay"] == "140.00"
    effect = found["effects"][0]
    assert [debit["units"] for debit in effect.pop("debits")] == ["60"]
    assert effect == {
        "kind": "points_redeemed",
        "rule": "pay",
        "points": "bonus",
        "asked": "80",
        "units": "60",
        "value": "60.00",
        "limited_by": "pay_at_most",
        "at": "2026-03-07T10:00:00+03:00",
        "lines": {"1": "60.00"},
    }


def test_staff_and_member_read_what_points_paid(rules: Programme, member: MemberState) -> None:
    decision = rules.decide(member, order(redeem={"pay": 80}))
    assert (
        "Pay with points: 60 bonus pay 60.00 RUB (1: 60.00 RUB).\nNo more: points pay no larger part."
        in decision.explain("en")
    )
    assert "Оплата баллами: 60 bonus оплачивают 60.00 RUB (1: 60.00 RUB)." in decision.explain("ru")
    assert "Pay with points: 60 bonus paid 60.00 RUB.\n" in decision.explain("en", audience="member")
    nothing = rules.decide(member, order(price="22", redeem={"pay": None}))
    assert "Pay with points: nothing is used.\nNo more: fewer than the minimum could be used." in nothing.explain("en")
