"""Histories: events decided one after another, with one state for every member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from loyalty_rules.errors import ClockBehindError, expect
from loyalty_rules.events import Event, Invitation, Merge, Tick, Transfer
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
    What members share goes from one decision to the next, from `shared` on, or from nothing. Of a transfer, a
    merge and an invitation come two decisions, first that of the member whom the event names; behind a decision come
    those of its follow-ups, and before it those of ticks where a member has been away for long. Raises like `decide`,
    and `InputError` (`call.type`)."""
    expect(programme, Programme, "a programme is")
    expect(events, Iterable, "a history of events is")
    states = dict(members or {})
    held = programme.new_shared() if shared is None else shared
    for event in events:
        for decision in in_steps(programme, states, event, held):
            states[decision.member.member] = decision.member
            held = decision.shared or held
            yield decision


def in_steps(
    programme: Programme, states: Mapping[str, MemberState], event: Event, shared: SharedState | None = None
) -> tuple[Decision, ...]:
    """The decisions of one event like `decided`. Where a member has been away for so long that more falls due than one
    decision passes through, those of ticks stand before them."""
    now, held, found, waiting = states, shared, list[Decision](), [event]
    while waiting:
        try:
            made = decided(programme, now, waiting[-1], held)
        except ClockBehindError as behind:  # each tick brings a member nearer, so this comes to an end
            waiting.append(Tick(behind.member, behind.until))
            continue
        waiting.pop()
        found += made
        if waiting:
            now = {**now, **{one.member.member: one.member for one in made}}
            held = next((one.shared for one in reversed(made) if one.shared), held)
    return tuple(found)


def decided(
    programme: Programme, states: Mapping[str, MemberState], event: Event, shared: SharedState | None = None
) -> tuple[Decision, ...]:
    """The decisions of one event for the members of `states`; whoever is not there is new, and without `shared` nothing
    is taken of what they share. Behind a decision come those of its follow-ups. Raises `InputError` and `DecisionError`
    like `Programme.decide`, `Programme.transfer`, `Programme.merge` and `Programme.invite`."""
    held = programme.new_shared() if shared is None else shared

    def state(id: str) -> MemberState:
        found = states.get(id)
        return programme.new_member(id) if found is None else found

    found: tuple[Decision, ...]
    if isinstance(event, Invitation):
        found = programme.invite(state(event.member), state(event.friend), event, held)
    elif isinstance(event, Transfer):
        found = programme.transfer(state(event.member), state(event.to), event, held)
    elif isinstance(event, Merge):
        found = programme.merge(state(event.member), state(event.into), event, held)
    else:
        found = (programme.decide(state(event.member), event, held),)
    if not any(one.follow_ups for one in found):  # as with nearly all: other members, who may be many, are left alone
        return found
    now = {**states, **{one.member.member: one.member for one in found}}
    shared_now = found[-1].shared or held
    behind: list[Decision] = []
    for one in found:
        for following in _followed_up(programme, now, one, shared_now):
            behind.append(following)
            shared_now = following.shared or shared_now
    return (*found, *behind)


def _followed_up(
    programme: Programme, states: dict[str, MemberState], decision: Decision, shared: SharedState
) -> Iterator[Decision]:
    """What a decision leads to for whoever invited the member, decided at once. `states` goes along."""
    for event in decision.follow_ups:
        for following in decided(programme, states, event, shared):
            states[following.member.member], shared = following.member, following.shared or shared
            yield following
