"""Whatever the examples of a rule file lead to can be stored: members and decisions are read back as what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_rules import DecisionError, InputError, load
from loyalty_rules.adapters.wire import (
    read_decision,
    read_event,
    read_member,
    write_decision,
    write_event,
    write_member,
)
from loyalty_rules.histories import decided
from loyalty_rules.lang.checked import GivenBalance

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "examples").rglob("*.loyalty"), *(ROOT / "tests" / "cases" / "semantics").glob("*.loyalty")])

#: Files in which every example says that points are there.
ONLY_GIVEN = frozenset({"redeem", "rewards_that_lower"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_members_events_and_decisions_are_read_back_as_written(path: Path) -> None:
    programme = load(path.read_bytes())
    told = 0
    for example in programme.checked.examples:
        if not example.steps or any(isinstance(given, GivenBalance) for given in example.givens):
            continue  # points that are only said to be there come of no decision, and are no document
        member = programme.member_from(example.givens, example.steps[0].event.at)
        for step in example.steps:
            try:
                found = decided(programme, {member.member: member}, step.event)
            except (InputError, DecisionError):
                continue  # a step that is to be refused
            member = found[0].member
            assert read_event(write_event(step.event, programme), programme) == step.event
            for decision in found:
                assert read_member(write_member(decision.member, programme), programme) == decision.member
                read_decision(write_decision(decision, trace=True))
            told += 1
    assert told or path.stem in ONLY_GIVEN
