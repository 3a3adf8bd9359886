"""Facts that are a date and a time: with an offset on the wire, the same instant whatever the offset."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import DecisionError, InputError
from loyalty_rules.adapters.wire import read_event, read_member, write_event, write_member
from tests.engine.deciding import programme

RULES = programme(
    "facts\n  member fact enrolled is instant optional",
    "event late_bag\n  fact gate is instant",
    "earn soon\n  after event late_bag\n  when event time at most 2 hours after gate\n  give 1 pts",
)


def late_bag(gate: str) -> str:
    return json.dumps(
        {
            "kind": "event",
            "id": "e-1",
            "member": "m",
            "at": "2026-03-02T12:00:00+03:00",
            "name": "late_bag",
            "facts": {"gate": gate},
        }
    )


def test_an_instant_is_written_in_utc_and_read_again() -> None:
    event = read_event(late_bag("2026-03-02T11:00:00+03:00"), RULES)
    assert json.loads(write_event(event, RULES))["facts"] == {"gate": "2026-03-02T08:00:00+00:00"}
    assert read_event(write_event(event, RULES), RULES) == event
    assert [effect.granted for effect in RULES.decide(RULES.new_member("m"), event).effects] == [1]  # type: ignore[union-attr]


def test_another_offset_is_the_same_event_another_instant_is_not() -> None:
    member = RULES.decide(RULES.new_member("m"), read_event(late_bag("2026-03-02T11:00:00+03:00"), RULES)).member
    assert RULES.decide(member, read_event(late_bag("2026-03-02T08:00:00Z"), RULES)).outcome == "repeated"
    with pytest.raises(DecisionError, match="another content"):
        RULES.decide(member, read_event(late_bag("2026-03-02T08:00:01Z"), RULES))


@pytest.mark.parametrize(
    ("gate", "code"),
    [("2026-03-02T11:00:00", "time.naive"), ("2026-03-02", "time.syntax"), ("1999-03-02T11:00:00Z", "time.range")],
)
def test_what_is_no_instant_is_refused_at_its_place(gate: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        read_event(late_bag(gate), RULES)
    assert (refused.value.code, refused.value.where) == (code, "facts.gate")


def test_a_member_keeps_an_instant() -> None:
    member = RULES.new_member("m", facts={"enrolled": "2026-01-01T00:00:00+03:00"})
    assert json.loads(write_member(member, RULES))["core"]["facts"] == {"enrolled": "2025-12-31T21:00:00+00:00"}
    assert read_member(write_member(member, RULES), RULES) == member
