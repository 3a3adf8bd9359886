"""Hostile documents and orders that do not add up, by the ids of the threats (D)."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from loyalty_rules import happening, line, load, purchase
from loyalty_rules.adapters.wire import read_member, write_member
from tests.hostile.documents import bare, order, rules_and
from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import GOOD, HEAD, MEGABYTE, block, earn


def with_line(**fields: Any) -> str:
    """An order of one line with these fields beside or in place of its own; None takes one away."""
    document = json.loads(order())
    whole = {**document["lines"][0], **fields}
    return json.dumps({**document, "lines": [{name: value for name, value in whole.items() if value is not None}]})


def without(*names: str) -> str:
    document = json.loads(order())
    return json.dumps({name: value for name, value in document.items() if name not in names})


def test_D_01_depth_is_bounded_before_json_is_parsed() -> None:
    open_lists, open_objects = "[" * 100_000, '{"a":' * 100_000
    inputs = {
        "lists": open_lists,
        "objects": open_objects,
        "closed": "[" * 100_000 + "]" * 100_000,
        "nine": "[" * 9 + "]" * 9,
        "in a field": order(facts="@").replace('"@"', "[" * 50_000 + "]" * 50_000),
    }
    refused("event", inputs, "limit.depth")
    refused("member", {name: inputs[name] for name in ("lists", "objects", "closed")}, "limit.depth")
    refused("event", {"a megabyte and more": "[" * (MEGABYTE + 100_000)}, "limit.size")


def test_D_02_a_key_given_twice() -> None:
    twice = with_line(quantity="1").replace('"quantity": "1"', '"quantity": "1", "quantity": "9999"')
    escaped = with_line(quantity="1").replace('"quantity": "1"', '"quantity": "1", "qu\\u0061ntity": "9999"')
    refused("event", {"a line": twice, "written otherwise": escaped}, "wire.duplicate_key")
    refused("event", {"a document": '{"kind": "tick", "kind": "purchase"}'}, "wire.duplicate_key")
    many = '{"kind": "tick"' + ', "a": 1' * 100_000 + "}"
    refused("event", {"a hundred thousand": many}, "wire.duplicate_key")


def test_D_03_numbers_that_json_would_let_pass() -> None:
    each(
        "event",
        {
            "NaN": (bare("NaN"), "number.not_finite"),
            "Infinity": (bare("-Infinity"), "number.not_finite"),
            "1e400": (bare("1e400"), "number.syntax"),
            "1E1000000": (bare("1E1000000"), "number.syntax"),
            "250.00": (bare("250.00"), "type.float_not_allowed"),
            "5,000 digits": (bare("1" * 5_000), "limit.number"),
            "a megabyte of digits": (bare("1" * 900_000), "limit.number"),
            "a megabyte of decimals": (bare("0." + "1" * 900_000), "type.float_not_allowed"),
        },
    )


def member(**changes: Any) -> str:
    """A member as the good programme writes one, with a lot."""
    programme = load(GOOD)
    event = purchase("p", "m", "2026-03-07T11:00:00Z", [line("1", price="250")], currency="RUB")
    document = json.loads(write_member(programme.decide(programme.new_member("m"), event).member, programme))
    text = json.dumps({**document, **{name: value for name, value in changes.items() if name in document}})
    return text.replace('"25"', json.dumps(changes["lot"]), 1) if "lot" in changes else text


def test_D_04_an_exponent_never_comes_as_far_as_a_store() -> None:
    texts = ("1e1000", "1E5", "1e-10000000", "1e+3")
    refused("event", {text: with_line(price=text) for text in texts}, "number.syntax")
    found = run("member", {text: member(lot=text) for text in texts})
    assert {ended.outcome for ended in found.values()} == {"refused"}


def test_D_04_a_member_comes_back_as_it_was_written() -> None:
    programme = load(GOOD)
    text = json.dumps(json.loads(member()), sort_keys=True)
    assert json.dumps(json.loads(write_member(read_member(member(), programme), programme)), sort_keys=True) == text
    tampered = {
        "points": member(lot="1000000"),
        "less than none": member(lot="-25"),
        "nothing": "{}",
        "cut": member()[:-20],
    }
    found = run("member", tampered)
    assert {name: ended.outcome for name, ended in found.items()} == dict.fromkeys(tampered, "refused")


def test_D_05_an_alias_bomb_is_no_json() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{here}: &{here} [{','.join(['*' + before] * 9)}]\n" for before, here in pairwise("abcdefghi")
    )
    tags = "!!python/object/apply:os.system ['id']"
    for act in ("event", "member"):
        refused(act, {"nine by nine": bomb, "a circle": "&a [*a]", "tags": tags}, "wire.syntax")
    assert run("check", {"as rules": bomb})["as rules"].outcome == "refused"


def test_D_06_what_only_looks_like_a_value_of_another_type() -> None:
    looks = ("no", "012x", "1:30", "1_000", "1e3", "0x10", "2020-01-01", "yes", "null", "~", "")
    refused("event", {text or "empty": with_line(quantity=text) for text in looks}, "number.syntax")
    found = run("fact value", {text: f'{{"first": "{text}"}}' for text in ("no", "false", "0", "")})
    assert {ended.code for ended in found.values()} == {"fact.type"}
    dates = {text: f'{{"day": "{text}"}}' for text in ("2020-1-1", "01.02.2020", "2020-02-30", "20200101", "today")}
    assert {ended.outcome for ended in run("fact value", dates).values()} == {"refused"}


def test_D_07_fields_that_are_missing_unknown_or_of_another_type() -> None:
    each(
        "event",
        {
            "no currency": (without("currency"), "wire.missing_field"),
            "no kind": (without("kind"), "wire.missing_field"),
            "another kind": (order(kind="purchaze"), "wire.value"),
            "a number": (order(store=5), "wire.type"),
            "an object": (order(lines={}), "wire.type"),
            "null": (order(store=None), "wire.type"),
            "no lines": (order(lines=[]), "wire.length"),
            "a list": (f"[{order()}]", "wire.type"),
            "misspelt": (with_line(prise="1"), "wire.unknown_field"),
            "empty": ("", "wire.syntax"),
            "UTF-16": (order().encode("utf-16"), "wire.encoding"),
        },
    )
    facts = GOOD + block("facts", "order fact table_number is number", 'order fact room is one of "a", "b" optional')
    each(
        "decide",
        {
            "a fact that is missing": (rules_and(facts, order()), "fact.missing"),
            "misspelt": (rules_and(facts, order(facts={"table_number": "1", "rooom": "a"})), "fact.unknown"),
            "no choice": (rules_and(facts, order(facts={"table_number": "1", "room": "c"})), "fact.type"),
            "another type": (rules_and(facts, order(facts={"table_number": "x"})), "number.syntax"),
            "a truth value": (rules_and(facts, order(facts={"table_number": True})), "fact.type"),
        },
    )
    accepted("decide", {"complete": rules_and(facts, order(facts={"table_number": "1"}))})


def test_D_08_orders_that_do_not_add_up() -> None:
    many = [{"id": str(number), "quantity": "1", "price": "1.00"} for number in range(10_001)]
    each(
        "event",
        {
            "10,001 lines": (order(lines=many), "limit.list"),
            "1,001 lines": (order(lines=many[:1_001]), "limit.list"),
            "a line twice": (order(lines=[many[0], many[0]]), "order.line_twice"),
            "a total": (order(total="9999"), "wire.unknown_field"),
            "neither price nor amount": (with_line(price=None), "order.price"),
        },
    )
    each(
        "decide",
        {
            "a discount above the price": (rules_and(GOOD, with_line(discount="250.01")), "order.discount"),
            "a price below zero": (rules_and(GOOD, with_line(price="-1.00")), "order.negative"),
            "a tax above the price": (rules_and(GOOD, with_line(tax="250.01")), "order.tax"),
            "a part of a coin": (rules_and(GOOD, with_line(quantity="0.333", price="0.01")), "order.inexact"),
            "tenders": (rules_and(GOOD, order(tenders=[{"method": "card", "amount": "249.99"}])), "tenders.sum"),
        },
    )
    free = accepted("decide", {"a price of zero": rules_and(GOOD, with_line(price="0.00"))})
    assert free["a price of zero"].value["granted"] == 0


def test_D_08_a_thousand_lines_are_decided() -> None:
    lines = [{"id": str(number), "sku": f"s{number}", "quantity": "3", "price": "1.00"} for number in range(1_000)]
    rules = HEAD + "".join(earn(f"n{number}", title="x" * 60) for number in range(3))
    found = accepted("decide", {"1,000 lines": rules_and(rules, order(lines=lines))})
    assert found["1,000 lines"].value["granted"] == 3 * 300


def test_D_09_one_currency_and_what_it_can_hold() -> None:
    codes = ("usd", "US", "XTS", "RUR", "", "RUBX", "\u20bd")
    refused("event", {code: order(currency=code) for code in codes}, "currency.unknown")
    each(
        "event",
        {
            "yen with a fraction": (order(currency="JPY", price="250.50"), "amount.decimals"),
            "a currency of a line": (with_line(currency="USD"), "wire.unknown_field"),
        },
    )
    for code in ("USD", "XXX"):  # XXX is for prices in points, where a file names it; else it is what a host forgot
        refused("decide", {code: rules_and(GOOD, order(currency=code))}, "currency.other")
    refused("check", {code: HEAD.replace("RUB", code) for code in ("usd", "XTS", "RUR")}, "currency.unknown")


def test_D_10_what_was_handed_over_can_be_changed_afterwards() -> None:
    """An event is a snapshot: the host's lists and dicts are copied, deep enough that nothing in it changes."""
    programme = load(GOOD)
    facts: dict[str, Any] = {"guests": "4"}
    tags = ["hot"]
    lines = [line("1", category="coffee", price="250", tags=tags)]
    event = purchase("p", "m", "2026-03-07T11:00:00Z", lines, currency="RUB", facts=facts)
    visit = {"note": "x"}
    other = happening("e", "m", "2026-03-07T11:00:00Z", "visit", facts=visit)
    before = (repr(event), repr(other), programme.decide(programme.new_member("m"), event).effects)
    lines.append(line("2", price="1000"))
    tags.append("cold")
    facts["guests"] = "5"
    visit.clear()
    assert (repr(event), repr(other), programme.decide(programme.new_member("m"), event).effects) == before


def test_D_11_nobody_sends_his_own_points() -> None:
    fields = ("points", "reward_amount", "granted", "effects", "level", "balance", "rate", "multiplier")
    refused("event", {name: order(**{name: "1000000"}) for name in fields}, "wire.unknown_field")
    refused("event", {name: with_line(**{name: "1000000"}) for name in fields}, "wire.unknown_field")
    refused("decide", {name: rules_and(GOOD, order(facts={name: "1000000"})) for name in fields}, "fact.unknown")
