"""Promises at run time: of which decisions they are asked, what their records say, and that nothing else changes."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from loyalty_rules import Decision, Programme, enrolment, happening, line, load, purchase, tick
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.events import Event
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import Source
from loyalty_rules.testing.examples import run_examples

RULES = """loyalty rules 1

programme "Kept"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  order fact guests is number optional
end

event review
end

purse pts "Points"
  rules add up
  round down per order
  worth 0.50 RUB per 1 pts
  usable after 1 day
  expire never
end

purse cash "Cashback"
  counted in RUB
  rules add up
  round down per order
  usable at once
  expire never
end

tiers status
  level gold when spend in last 30 days at least 100 RUB
  upgrade from next order
  review never
end

earn base
  on any product
  give 1 pts per 10 RUB
end

earn back
  on any product
  give 5% to cash
end

earn said
  after event review
  give 30 pts
end
"""
OPEN = '  allow L161 "tried"\nend\n'
#: Held by every single order that is tried, and broken by the second one of a day.
ONCE = (
    f'promise once "Once a day"\n  title ru "Раз в день"\n  always times base in calendar day at most 1 times\n{OPEN}'
)


def programme(*promises: str) -> Programme:
    return load(RULES + "\n" + "\n".join(promises))


def order(id: str = "a", price: str = "100", day: int = 2, **more: object) -> Event:
    return purchase(id, "m", f"2026-03-{day:02}T10:00:00Z", [line("1", price=price)], currency="RUB", **more)  # type: ignore[arg-type]


def decided(rules: Programme, *events: Event) -> Decision:
    """The last of these decisions."""
    member = rules.new_member("m")
    for event in events[:-1]:
        member = rules.decide(member, event).member
    return rules.decide(member, events[-1])


def kept(decision: Decision) -> dict[str, bool]:
    return {record.promise: record.held for record in decision.promises}


def test_a_broken_promise_says_what_was_needed_and_what_was_found() -> None:
    rules = programme(ONCE)
    assert kept(decided(rules, order())) == {"once": True}
    (record,) = decided(rules, order(), order("b")).promises
    (found,) = record.conditions
    assert (record.held, found.text, found.actual) == (False, "times base in calendar day at most 1 times", "2")
    assert (found.distance, found.unit, found.clause) == (Fraction(1), "TIMES", record.clause)
    assert rules.source.slice(record.clause) == found.text


def test_nothing_that_is_decided_depends_on_a_promise() -> None:
    rules, without = programme(ONCE), programme()
    assert rules.fingerprint == without.fingerprint
    one, other = decided(rules, order(), order("b")), decided(without, order(), order("b"))
    assert (one.effects, one.trace, one.member.purses) == (other.effects, other.trace, other.member.purses)
    assert other.promises == ()
    # A member goes from one file to the other; only what is counted for the promise is kept besides.
    document = write_member(one.member, rules)
    assert without.decide(read_member(document, without), order("c")).effects


def test_a_promise_is_asked_where_its_for_and_when_hold() -> None:
    rules = programme(
        f"promise gold\n  for status is gold\n  always value given in this order at most 1 000 000 000 RUB\n{OPEN}",
        f"promise large\n  when money paid at least 200 RUB\n  always earned pts in this order over 0 pts\n{OPEN}",
    )
    assert kept(decided(rules, order())) == {}
    assert kept(decided(rules, order(), order("b", "200"))) == {"gold": True, "large": True}


def test_a_promise_about_orders_is_asked_of_orders_alone() -> None:
    rules = programme(
        "promise share\n  always value given in this order at most 10% of money paid\nend",
        f"promise fact\n  when has guests\n  always guests at least 1 guests\n{OPEN}",
        f"promise whole\n  always value given in this order at most 1 000 000 000 RUB\n{OPEN}",
    )
    review = happening("r", "m", "2026-03-02T10:00:00Z", "review")
    joined = enrolment("j", "m", "2026-03-02T10:00:00Z")
    assert kept(decided(rules, review)) == {"whole": True}
    assert kept(decided(rules, joined)) == {"whole": True}
    assert kept(decided(rules, order())) == {"whole": True, "share": True}
    assert kept(decided(rules, order(facts={"guests": 2}))) == {"whole": True, "share": True, "fact": True}
    assert kept(decided(rules, order(), tick("m", "2026-03-09T00:00:00Z"))) == {}
    assert kept(decided(rules, order(), order())) == {}  # a repeat


def test_a_promise_about_tenders_is_asked_where_they_are_known() -> None:
    rules = programme(f'promise card\n  always money paid by tender "card" at most 1 000 000 000 RUB\n{OPEN}')
    assert kept(decided(rules, order())) == {}
    assert kept(decided(rules, order(tenders={"card": 100}))) == {"card": True}


def test_a_promise_sees_what_there_is_in_the_end() -> None:
    """Cashback of an order is usable at once, its points are not; the level is the one that the awards saw."""
    rules = programme(
        f"promise banked\n  when money paid is 100 RUB\n  always balance of cash at most 6 RUB\n{OPEN}",
        f"promise waiting\n  when money paid is 100 RUB\n  always balance of pts is 0 pts\n{OPEN}",
        f"promise seen\n  when money paid is 100 RUB\n  always status is no level\n{OPEN}",
    )
    assert kept(decided(rules, order())) == {"banked": True, "waiting": True, "seen": True}
    assert kept(decided(rules, order(), order("b"))) == {"banked": False, "waiting": True, "seen": False}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_staff_are_told_and_the_member_is_not(language: str) -> None:
    text = format_source(Source("kept.loyalty", RULES + "\n" + ONCE), language)
    told = decided(load(text), order(), order("b")).explain()
    expected = {
        "en": 'Promise "Once a day" (once): broken.\n'
        "  Needed: `times base in calendar day at most 1 times`. Found: 2 times, 1 time too many.\n",
        "ru": "Обещание «Раз в день» (once): нарушено.\n"
        "  Нужно: `раз base за календарный день максимум 1 раз`. Есть: 2 раза, лишнее: 1 раз.\n",
    }
    assert expected[language] in told
    fine = decided(load(text), order())
    assert {"en": 'Promise "Once a day" (once): kept.', "ru": "Обещание «Раз в день» (once): соблюдено."}[
        language
    ] in fine.explain()
    broken = decided(load(text), order(), order("b"))
    assert broken.explain(audience="member") == decided(programme(), order(), order("b")).explain(
        audience="member", language=language
    )


def test_the_record_stands_in_the_json_of_a_decision_with_its_trace() -> None:
    broken = decided(programme(ONCE), order(), order("b"))
    assert "promises" not in json.loads(write_decision(broken))
    assert "promises" not in json.loads(write_decision(decided(programme(), order()), trace=True))
    text = write_decision(broken, trace=True)
    read_decision(text)  # it is what the schema says
    (record,) = json.loads(text)["promises"]
    assert record == {
        "promise": "once",
        "held": False,
        "line": 58,
        "conditions": [
            {
                "needed": "times base in calendar day at most 1 times",
                "actual": "2",
                "line": 58,
                "missing": "1",
                "unit": "TIMES",
            }
        ],
    }
    (record,) = json.loads(write_decision(decided(programme(ONCE), order()), trace=True))["promises"]
    assert record == {"promise": "once", "held": True, "line": 56}


def test_an_example_that_breaks_a_promise_fails_with_the_order_and_the_figures() -> None:
    example = """
example "Twice a day"
  at 2026-03-02 10:00 places order "first"
  | unit price |
  | 100 RUB    |
  should give 10 pts by base
  at 2026-03-02 11:00 places order "second"
  | unit price |
  | 100 RUB    |
  should give 10 pts by base
end
"""
    rules = programme(ONCE, example)
    (result,) = run_examples(rules)
    (failure,) = result.failures
    assert rules.source.slice(failure.span) == 'at 2026-03-02 11:00 places order "second"'
    assert (failure.rule, failure.expected) == ("once", "times base in calendar day at most 1 times")
    assert failure.actual == "the promise is broken"
    assert failure.trace == (
        "Order second of member example, 2026-03-02 11:00\n"
        'Promise "Once a day" (once): broken.\n'
        "  Needed: `times base in calendar day at most 1 times`. Found: 2 times, 1 time too many."
    )
