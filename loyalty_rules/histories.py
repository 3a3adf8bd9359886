"""Histories: events decided one after another, with one state for every member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from loyalty_rules.events import Event, Merge, Transfer
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.shared import SharedState


def replay(
    programme: Programme,
    events: Iterable[Event],
    members: Mapping[str, MemberState] | None = None,
    shared: SharedState | None = None,
) -> Iterator[Decision]:
    """Decides a history, event by event in the order given, with one state for every member; new members as they come.
    What members share goes from one decision to the next, from `shared` on, or from nothing. Of a transfer and of a
    merge come two decisions, first that of the member whom the event names."""
    states = dict(members or {})
    held = programme.new_shared() if shared is None else shared
    for event in events:
        for decision in decided(programme, states, event, held):
            states[decision.member.member] = decision.member
            held = decision.shared or held
            yield decision


def decided(
    programme: Programme, states: Mapping[str, MemberState], event: Event, shared: SharedState | None = None
) -> tuple[Decision, ...]:
    """The decisions of one event for the members of `states`; whoever is not there is new, and without `shared` nothing
    is taken of what they share. Raises `InputError` and `DecisionError` like `Programme.decide`, `Programme.transfer`
    and `Programme.merge`."""
    held = programme.new_shared() if shared is None else shared

    def state(id: str) -> MemberState:
        found = states.get(id)
        return programme.new_member(id) if found is None else found

    if isinstance(event, Transfer):
        return programme.transfer(state(event.member), state(event.to), event, held)
    if isinstance(event, Merge):
        return programme.merge(state(event.member), state(event.into), event, held)
    return (programme.decide(state(event.member), event, held),)
