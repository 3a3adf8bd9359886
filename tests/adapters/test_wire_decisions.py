"""Decisions as JSON: names, amounts and instants as the page on semantics shows them."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from loyalty_rules import events, load
from loyalty_rules.adapters.wire import read_decision, read_event, write_decision
from loyalty_rules.adapters.wire.decisions import exact_text
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import ExpiryMoved, ExpiryWaits, PointsAwarded, PointsReleased
from loyalty_rules.errors import InputError
from loyalty_rules.member import NEVER
from loyalty_rules.programme import Decision, Programme
from tests.adapters.bounded import assert_refused

RULES = """loyalty rules 1

programme "Coffee Club"
  currency RUB
  time zone Europe/Moscow
  basis price after discounts
  prices include tax
  returns refused
  late events refused
end

purse bonus "Bonus points"
  round down per order
  usable after 14 days
  expire after 12 months
end

purse cash "Cashback"
  counted in RUB
  round down per order
  usable at once
  expire never
end

earn base "Base points"
  on any product
  give 1 bonus per 5 RUB
  cap 60 bonus per order
end

earn gold_cashback "Gold cashback"
  for status is gold
  on any product
  give 5% to cash
end

tiers status "Status"
  level silver when spend in last 12 months at least 200 RUB
  level gold above silver when spend in last 12 months at least 1 000 RUB
  upgrade from next order
  review never
end
"""


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load(RULES)


@pytest.fixture(scope="module")
def first(programme: Programme) -> Decision:
    """250 and 100 RUB: 70 points asked, 60 granted, split 250 : 100 by largest remainder as 43 and 17."""
    lines = [events.line("10", sku="beans", price="100.00"), events.line("2", sku="latte", price="250.00")]
    order = events.purchase("p-1", "m-1", "2026-03-07T11:00:00+03:00", lines, currency="RUB")
    return programme.decide(programme.new_member("m-1"), order)


def test_a_decision_is_written_as_the_semantics_show_it(programme: Programme, first: Decision) -> None:
    assert json.loads(write_decision(first)) == {
        "event": "p-1",
        "kind": "purchase",
        "member": "m-1",
        "at": "2026-03-07T11:00:00+03:00",
        "outcome": "decided",
        "programme": {"name": "Coffee Club", "fingerprint": programme.fingerprint},
        "effects": [
            {
                "kind": "points_awarded",
                "rule": "base",
                "points": "bonus",
                "asked": "70",
                "granted": "60",
                "usable": "2026-03-21T00:00:00+03:00",
                "expires": "2027-03-08T00:00:00+03:00",
                "lines": {"2": "43", "10": "17"},
            },
            {
                "kind": "level_changed",
                "ladder": "status",
                "before": None,
                "after": "silver",
                "at": "2026-03-07T11:00:00+03:00",
            },
        ],
        "balances": {"bonus": {"usable": "0", "pending": "60"}, "cash": {"usable": "0.00", "pending": "0.00"}},
        "standing": {"status": {"level": "silver", "to_next": {"gold": "650.00"}}},
        "follow_ups": [],
    }


def test_lines_carry_their_own_share_whatever_order_they_came_in(programme: Programme, first: Decision) -> None:
    assert isinstance(first.event, events.Purchase)
    turned = first.event._replace(lines=first.event.lines[::-1])
    again = programme.decide(programme.new_member("m-1"), turned)
    assert write_decision(again) == write_decision(first)


def test_what_is_decided_of_levels_for_later_is_in_the_standing() -> None:
    """Gold takes 100 of 250; the review of March asks 180 of 150, drops 50, and the level falls 20 days later."""
    rules = load(
        RULES[: RULES.index("tiers status")]
        + """tiers status "Status"
  level gold when spend since the beginning at least 180 RUB
  reaching gold takes 100 RUB
  carry over at most 100 RUB
  upgrade from next order
  review at end of calendar month
  grace 20 days
  downgrade to earned level
end

tiers monthly "Monthly"
  level one when spend in calendar month at least 200 RUB
  upgrade from start of next calendar month plus 4 days
  review never
end
"""
    )
    line = events.line("1", price="250")
    order = events.purchase("p-1", "m-1", "2026-03-07T11:00:00+03:00", [line], currency="RUB")
    decision = rules.decide(rules.new_member("m-1"), order)
    data = json.loads(write_decision(decision))
    assert data["effects"][-1] == {
        "kind": "level_took",
        "ladder": "status",
        "level": "gold",
        "taken": "100.00",
        "left": "150.00",
        "at": "2026-03-07T11:00:00+03:00",
    }
    assert data["standing"] == {
        "monthly": {"level": None, "to_next": {"one": "0.00"}, "scheduled": [["2026-04-05T00:00:00+03:00", "one"]]},
        "status": {
            "level": "gold",
            "to_keep": {"missing": "30.00", "review": "2026-04-01T00:00:00+03:00"},
            "counter": "150.00",
        },
    }
    april = rules.decide(decision.member, events.tick("m-1", "2026-04-01T00:00:00+03:00"))
    data = json.loads(write_decision(april))
    april_1, april_21 = "2026-04-01T00:00:00+03:00", "2026-04-21T00:00:00+03:00"
    took = {"kind": "level_took", "ladder": "status", "level": "gold", "taken": "0.00", "dropped": "50.00"}
    risk = {"kind": "level_at_risk", "ladder": "status", "level": "gold", "to": None, "falls": april_21}
    assert [effect for effect in data["effects"] if effect["kind"] != "points_activated"] == [
        took | {"left": "100.00", "at": april_1},
        risk | {"at": april_1},
    ]
    keeping = {"missing": "80.00", "review": "2026-05-01T00:00:00+03:00"}
    held = {"level": "gold", "to_keep": keeping, "counter": "100.00", "falls": [april_21, ""]}
    assert data["standing"]["status"] == held
    again = events.purchase("p-2", "m-1", "2026-04-02T11:00:00+03:00", [line], currency="RUB")
    kept = rules.decide(april.member, again)
    assert {"kind": "level_kept", "ladder": "status", "level": "gold", "at": "2026-04-02T11:00:00+03:00"} in json.loads(
        write_decision(kept)
    )["effects"]
    for one in (decision, april, kept):
        read_decision(write_decision(one))


def test_a_trace_has_a_record_for_every_rule_fired_or_not(first: Decision) -> None:
    records = {record["rule"]: record for record in json.loads(write_decision(first, trace=True))["trace"]}
    base, cashback = records["base"], records["gold_cashback"]
    assert (base["outcome"], base["asked"], base["granted"]) == ("reduced by cap", "70", "60")
    assert sum(Fraction(entry["amount"]) for entry in base["entries"]) == 60
    assert cashback["outcome"] == "not for this member"
    assert cashback["conditions"][0]["needed"] == "status is gold"
    assert RULES.splitlines()[cashback["conditions"][0]["line"] - 1].strip() == "for status is gold"


def test_what_falls_due_is_told_with_its_own_instant(programme: Programme, first: Decision) -> None:
    usable = programme.decide(first.member, events.tick("m-1", "2026-03-22T00:00:00Z"))
    assert json.loads(write_decision(usable))["effects"] == [
        {"kind": "points_activated", "points": "bonus", "units": "60", "at": "2026-03-21T00:00:00+03:00"}
    ]
    gone = json.loads(write_decision(programme.decide(usable.member, events.tick("m-1", "2027-04-01T00:00:00Z"))))
    assert gone["event"] is None
    assert gone["effects"] == [
        {
            "kind": "points_expired",
            "points": "bonus",
            "units": "60",
            "at": "2027-03-08T00:00:00+03:00",
            "parts": {"base": "60"},
        }
    ]


def test_ends_that_move_or_wait_are_written(first: Decision) -> None:
    at, end = instant_of("2026-03-22T00:00:00+03:00"), instant_of("2027-03-23T00:00:00+03:00")
    by_rule = ExpiryMoved("bonus", 60, at, end, "base")
    moved = replace(first, effects=(ExpiryMoved("bonus", 60, at, end), ExpiryWaits("bonus", 60, at), by_rule))
    moved_by_activity = {
        "kind": "expiry_moved",
        "points": "bonus",
        "units": "60",
        "at": "2026-03-22T00:00:00+03:00",
        "until": "2027-03-23T00:00:00+03:00",
    }
    written = json.loads(write_decision(moved))["effects"]
    assert written == [
        moved_by_activity,
        {"kind": "expiry_waits", "points": "bonus", "units": "60", "at": "2026-03-22T00:00:00+03:00"},
        {**moved_by_activity, "rule": "base"},
    ]
    assert read_decision(write_decision(moved)) == json.loads(write_decision(moved))


def test_what_waits_for_an_event_has_no_instant_yet(first: Decision) -> None:
    (award,) = (effect for effect in first.effects if isinstance(effect, PointsAwarded) and effect.purse == "bonus")
    at, end = instant_of("2026-03-22T00:00:00+03:00"), instant_of("2027-03-23T00:00:00+03:00")
    waiting = award._replace(usable=NEVER, waits_for="delivered")
    effects = (waiting, waiting._replace(expires=NEVER), PointsReleased("bonus", 60, at, at, end))
    changed = replace(first, effects=effects)
    known, unknown, released = json.loads(write_decision(changed))["effects"]
    assert (known["waits_for"], "usable" in known, known["expires"]) == (
        "delivered",
        False,
        "2027-03-08T00:00:00+03:00",
    )
    assert "expires" not in unknown
    assert released == {
        "kind": "points_released",
        "points": "bonus",
        "units": "60",
        "at": "2026-03-22T00:00:00+03:00",
        "usable": "2026-03-22T00:00:00+03:00",
        "expires": "2027-03-23T00:00:00+03:00",
    }
    assert read_decision(write_decision(changed)) == json.loads(write_decision(changed))


def test_the_same_event_again_is_repeated_without_effects(programme: Programme, first: Decision) -> None:
    again = json.loads(write_decision(programme.decide(first.member, first.event)))
    assert (again["outcome"], again["effects"]) == ("repeated", [])


@pytest.mark.parametrize("trace", [False, True])
def test_a_written_decision_is_read_as_plain_data(first: Decision, trace: bool) -> None:
    written = write_decision(first, trace=trace)
    assert read_decision(written) == json.loads(written)


def test_a_decision_that_was_tampered_with_is_refused_at_the_place(first: Decision) -> None:
    parsed = json.loads(write_decision(first))
    for change, code, where in (
        ({"effects": [{**parsed["effects"][0], "granted": 60}]}, "wire.type", "effects[0].points_awarded.granted"),
        ({"effects": [{"kind": "points_given"}]}, "wire.value", "effects[0]"),
        ({"outcome": "maybe"}, "wire.value", "outcome"),
        ({"points": "5"}, "wire.unknown_field", "points"),
    ):
        with pytest.raises(InputError) as caught:
            read_decision(json.dumps({**parsed, **change}))
        assert (caught.value.code, caught.value.where) == (code, where)
    assert_refused(b"[" * 100_000, "limit.depth", kind="decision")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Fraction(0), "0"),
        (Fraction(60), "60"),
        (Fraction(-9, 4), "-2.25"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-1, 3), "-1/3"),
        (Fraction(1, 10**12), "0.000000000001"),
        (Fraction(1, 10**13), "1/10000000000000"),
        (Fraction(100), "100"),
    ],
)
def test_an_exact_amount_is_never_rounded(amount: Fraction, written: str) -> None:
    assert exact_text(amount) == written
    assert Fraction(written) == amount


def test_json_in_json_out_for_the_grocery_example() -> None:
    folder = Path(__file__).resolve().parents[2] / "examples" / "grocery_club"
    programme = load((folder / "grocery_club.loyalty").read_text(encoding="utf-8"))
    basket = (
        '{"kind":"purchase","id":"b-1","member":"900","at":"2017-03-11T12:00:00-05:00","currency":"USD","lines":['
        '{"id":"1","sku":"apples","quantity":"1","amount":"4.50","facts":{"department":"PRODUCE"}},'
        '{"id":"2","sku":"milk","brand":"Private","quantity":"2","amount":"6.00","facts":{"department":"GROCERY"}}]}'
    )
    decision = programme.decide(programme.new_member("900"), read_event(basket, programme))
    parsed = json.loads(write_decision(decision))
    # 4.50 of produce counts twice on a saturday: 15 points, 9 on the apples and 6 on the milk.
    granted = {effect["rule"]: (effect["granted"], effect.get("lines")) for effect in parsed["effects"]}
    assert granted == {
        "base": ("15", {"1": "9", "2": "6"}),
        "own_brand": ("10", {"2": "10"}),
        "welcome": ("50", None),
    }


# ---------------------------------------------------------------- what only a programme can refuse


def order_of(*lines: dict[str, str], currency: str = "RUB", **more: object) -> str:
    given = [{"id": str(number), "quantity": "1", **line} for number, line in enumerate(lines, 1)]
    at = "2026-03-07T11:00:00+03:00"
    head = {"kind": "purchase", "id": "p-1", "member": "m-1", "at": at, "currency": currency}
    return json.dumps({**head, "lines": given, **more})


@pytest.mark.parametrize(
    ("document", "code", "where"),
    [
        (order_of({"price": "10.00", "discount": "10.01"}), "order.discount", "lines[1]"),
        (order_of({"price": "-10.00"}), "order.negative", "lines[1]"),
        (order_of({"price": "10.00", "discount": "-1.00"}), "order.negative", "lines[1]"),
        (order_of({"price": "10.00", "quantity": "0"}), "order.quantity", "lines[1]"),
        (order_of({"price": "10.00"}, {"price": "10.00", "quantity": "-1"}), "order.quantity", "lines[2]"),
        (order_of({"price": "10.00", "quantity": "0.3333"}), "order.inexact", "lines[1]"),
        (order_of({"price": "10.00"}, tenders=[{"method": "card", "amount": "9.99"}]), "tenders.sum", "tenders"),
        (order_of({"price": "10.00"}, facts={"guests": "4"}), "fact.unknown", "facts"),
    ],
)
def test_D_08_an_order_that_makes_no_sense_is_refused_and_changes_nothing(
    programme: Programme, document: str, code: str, where: str
) -> None:
    member = programme.new_member("m-1")
    with pytest.raises(InputError) as caught:
        programme.decide(member, read_event(document, programme))
    assert (caught.value.code, caught.value.where) == (code, where)
    good = read_event(order_of({"price": "10.00"}), programme)
    assert programme.decide(member, good).outcome == "decided"


def test_D_08_a_line_that_costs_nothing_is_a_line(programme: Programme) -> None:
    document = order_of({"price": "0.00"}, {"price": "5.00", "discount": "5.00"}, {"price": "10.00"})
    decision = programme.decide(programme.new_member("m-1"), read_event(document, programme))
    assert json.loads(write_decision(decision))["effects"][0]["lines"] == {"3": "2"}


def test_D_09_an_order_in_another_currency_is_refused(programme: Programme) -> None:
    with pytest.raises(InputError) as caught:
        programme.decide(programme.new_member("m-1"), read_event(order_of({"price": "10.00"}, currency="USD")))
    assert (caught.value.code, caught.value.where) == ("currency.other", "currency")
