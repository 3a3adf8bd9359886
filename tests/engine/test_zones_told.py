"""Zones that orders and members tell: what is refused, what the checker knows of them, what a return asks again."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import InputError, RuleFileError, cancellation, line, load, purchase, returned, tick
from loyalty_rules.adapters.wire import read_event, read_member, write_member
from loyalty_rules.calendar import zone
from loyalty_rules.decision import PointsTakenBack
from loyalty_rules.testing.interest import Interest
from tests.engine.deciding import HEAD, granted, order, programme
from tests.engine.test_zones_of_rules import HEAD_WITHOUT_SUM

STORE = "facts\n  order fact shop is time zone"
HOME = 'facts\n  member fact home is time zone else "Europe/Moscow"'
MORNING = "earn r\n  time zone of store\n  when clock time under 12:00\n  give 1 pts"


def test_a_zone_that_is_none_is_refused_wherever_it_comes_from() -> None:
    rules = programme(STORE, HOME, MORNING)
    there = order("100")._replace(facts=(("shop", "Mars/Olympus"),))
    with pytest.raises(InputError) as refused:
        rules.decide(rules.new_member("m"), there)
    assert (refused.value.code, refused.value.where) == ("zone.unknown", "facts.shop")
    with pytest.raises(InputError) as refused:
        rules.new_member("m", facts={"home": "localtime"})
    assert refused.value.code == "zone.unknown"
    with pytest.raises(InputError) as refused:
        rules.updated(rules.new_member("m"), facts={"home": "MSK"})
    assert refused.value.code == "zone.unknown"
    member = rules.new_member("m", facts={"home": "Asia/Tokyo"})
    text = write_member(member, rules)
    assert read_member(text, rules) == member
    with pytest.raises(InputError) as refused:
        read_member(text.replace("Asia/Tokyo", "Asia/Nowhere"), rules)
    assert (refused.value.code, refused.value.where) == ("zone.unknown", "core.facts.home")


def test_an_order_that_tells_no_zone_is_refused() -> None:
    rules = programme(STORE, MORNING)
    with pytest.raises(InputError) as refused:
        rules.decide(rules.new_member("m"), order("100"))
    assert refused.value.code == "fact.missing"


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ((MORNING,), "L342"),
        (("facts\n  order fact shop is text", MORNING), "L342"),
        (("facts\n  order fact shop is time zone optional", MORNING), "L342"),
        (("facts\n  order fact shop is time zone\n  order fact other is time zone", MORNING), "L342"),
        (('facts\n  order fact shop is time zone else "Moscow"', MORNING), "L046"),
        ((STORE, 'earn r\n  when shop is "Moscow"\n  give 1 pts'), "L046"),
        ((STORE, "earn r\n  time zone of store\n  from 2026-03-01 10:00\n  give 1 pts"), "L340"),
        ((STORE, "earn r\n  time zone of store\n  when event time over 2026-03-01 10:00\n  give 1 pts"), "L340"),
        ((STORE, "earn r\n  time zone of store\n  after joining\n  give 1 pts"), "L343"),
        (
            (
                STORE,
                "earn r\n  after joining\n  give 1 pts",
                "boost b\n  changes r\n  time zone of store\n  when weekday is monday\n  multiply by 2",
            ),
            "L343",
        ),
        (
            (
                HOME,
                "earn r\n  time zone of member\n  from 2026-03-01\n  when orders while in force over 1\n  give 1 pts",
            ),
            "L341",
        ),
    ],
)
def test_what_a_zone_that_is_told_cannot_be(blocks: tuple[str, ...], code: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        programme(*blocks)
    assert [found.problem.code for found in refused.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("time zone of store\n  through 2026-03-31", "time zone of store\n  from 2026-04-01", True),
        ("time zone of store\n  through 2026-03-31", "from 2026-04-01", False),
        ("time zone of store\n  through 2026-03-31", "time zone of member\n  from 2026-04-01", False),
    ],
)
def test_local_dates_of_one_zone_are_apart_those_of_two_are_not(first: str, second: str, apart: bool) -> None:
    facts = "facts\n  order fact shop is time zone\n  member fact home is time zone"
    rules = [
        f"earn {name}\n  {dates}\n  on any product\n  give 1 pts per 10 RUB"
        for name, dates in (("one", first), ("two", second))
    ]
    if apart:
        programme(facts, *rules, head=HEAD_WITHOUT_SUM)
        return
    with pytest.raises(RuleFileError) as refused:
        programme(facts, *rules, head=HEAD_WITHOUT_SUM)
    assert [found.problem.code for found in refused.value.diagnostics] in (["L031"], ["L032"])


def test_a_return_asks_the_order_again_in_the_zone_it_was_told() -> None:
    """10 points of 100 RUB before noon in Vladivostok; with half of it returned in the evening, 5 are taken back."""
    head = HEAD.replace("  returns refused\n", "  returns replay within 60 days\n  returns keep prices\n", 1)
    head = head.replace("  rules add up\nend", "  rules add up\n  after a return may go negative\nend")
    rule = "earn r\n  time zone of store\n  when clock time under 12:00\n  on any product\n  give 1 pts per 10 RUB"
    rules = programme(STORE, rule, head=head)
    there = {"shop": "Asia/Vladivostok"}
    lines = [line("1", quantity=2, price="50")]
    bought = purchase("o-1", "m", "2026-03-07T01:30:00Z", lines, currency="RUB", facts=there)  # 11:30 there
    member = rules.decide(rules.new_member("m"), bought).member
    assert rules.balance(member, "pts").usable == 10
    member = read_member(write_member(member, rules), rules)
    back = rules.decide(member, returned("b-1", "m", "2026-03-08T12:00:00Z", "o-1", {"1": 1}))
    assert [effect.units for effect in back.effects if isinstance(effect, PointsTakenBack)] == [5]
    again = rules.decide(back.member, cancellation("c-1", "m", "2026-03-09T12:00:00Z", "o-1"))
    assert rules.balance(again.member, "pts").usable == 0


def test_a_member_who_moves_is_asked_by_the_new_clock() -> None:
    """May begins at home in Tokyo six hours before it does in Moscow; who then moves to Lisbon waits two hours more."""
    rules = programme(HOME, "earn r\n  time zone of member\n  at start of calendar month\n  give 1 pts")
    member = rules.new_member("m", joined="2026-04-15T10:00:00+03:00", facts={"home": "Asia/Tokyo"})
    assert granted(rules.decide(member, tick("m", "2026-04-30T17:59:59+03:00"))) == 0
    at_home = rules.decide(member, tick("m", "2026-04-30T18:00:00+03:00"))
    assert granted(at_home) == 1
    moved = rules.updated(at_home.member, facts={"home": "Europe/Lisbon"})
    assert granted(rules.decide(moved, tick("m", "2026-06-01T01:59:59+03:00"))) == 1  # May begins in Lisbon, too
    assert granted(rules.decide(moved, tick("m", "2026-06-01T02:00:00+03:00"))) == 2


def test_the_zone_of_an_order_comes_over_the_wire() -> None:
    rules = load(HEAD + STORE + "\nend\n" + MORNING + "\nend\n")
    data = {
        "kind": "purchase", "id": "o", "member": "m", "at": "2026-03-07T08:00:00+03:00", "currency": "RUB",
        "lines": [{"id": "1", "quantity": "1", "price": "100"}], "facts": {"shop": "Asia/Vladivostok"},
    }  # fmt: skip
    assert granted(rules.decide(rules.new_member("m"), read_event(json.dumps(data), rules))) == 0
    data["facts"] = {"shop": "Europe/Moscow"}
    assert granted(rules.decide(rules.new_member("m"), read_event(json.dumps(data), rules))) == 1


def test_random_orders_tell_zones_that_exist() -> None:
    rules = load(HEAD + STORE + "\nend\n" + HOME + "\nend\n" + MORNING + "\nend\n")
    interest = Interest(rules)
    for name in ("shop", "home"):
        assert {zone(str(value)).name for value in interest.values_of(rules.checked.facts[name])} >= {"UTC"}
