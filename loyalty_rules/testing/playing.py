"""A history played, and what a property is: what looks at it and its decisions, and yields what does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Event, Transfer
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState
from loyalty_rules.testing.drawing import History


class Broken(NamedTuple):
    """A property that does not hold. `place` is that of the decision in the history; `values` fill the text of the
    property in the language of the reader."""

    name: str
    place: int
    values: tuple[tuple[str, str], ...] = ()


Decisions: TypeAlias = Sequence[Decision]
Property: TypeAlias = Callable[[History, Decisions], Iterator[Broken]]


def decide(programme: Programme, member: MemberState, event: Event, shared: SharedState | None = None) -> Decision:
    """The decision for a member; whom units are given to is new. Raises like `Programme.decide` and `transfer`."""
    if isinstance(event, Transfer):
        return programme.transfer(member, programme.new_member(event.to), event, shared)[0]
    return programme.decide(member, event, shared)


def told_again(decision: Decision, member: MemberState, shared: SharedState | None = None) -> Decision:
    """The decision for an event that was decided before, told to a member who has come further since."""
    programme, event = decision.programme, decision.event
    if isinstance(event, Transfer):
        _, received = programme.transfer(decision.before, programme.new_member(event.to), event, decision.shared_before)
        return programme.transfer(member, received.member, event, shared)[0]
    return programme.decide(member, event, shared)


def played(history: History, programme: Programme | None = None) -> tuple[Decision, ...]:
    """The decisions of a history. An event that is refused leaves the member as it was, and no decision."""
    rules = programme or history.interest.programme
    member, shared, found = history.member, rules.new_shared(), []
    for event in history.events:
        try:
            decision = decide(rules, member, event, shared)
        except (InputError, DecisionError):
            continue
        member, shared = decision.member, decision.shared or shared
        found.append(decision)
    return tuple(found)
