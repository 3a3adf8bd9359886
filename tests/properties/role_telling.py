"""What comes of a history by a rule file, decided by each of the evaluators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from loyalty_rules import (
    Decision,
    Event,
    LoyaltyError,
    MemberState,
    Programme,
    Purchase,
    hold_contest,
    hold_draw,
    hold_spins,
    standing_in,
    tickets_of,
)
from loyalty_rules.events import Invitation
from loyalty_rules.explaining.partnering import PartnerHistory
from loyalty_rules.histories import decided
from loyalty_rules.lang.checked import OTHER_MEMBER
from loyalty_rules.ledger.lots import total
from loyalty_rules.shared import SharedState
from tests.engine.evaluators import deciding_by
from tests.properties.role_histories import History

#: What is told of each event: what came of it, or the code of the error that refused it.
Told = list[tuple[object, ...]]
#: The seed of the commitment that stands in the cases.
_SEED: Final = "correct horse"


def told(programme: Programme, history: History, *, alone: bool = False) -> Told:
    """What comes of a history for every member: outcomes and effects, or the codes of what was refused; then what all
    hold, who wins, and what is settled with partners. `alone`: without what members share, for a programme that has
    nothing of it."""
    states, shared = {}, programme.new_shared()
    partners = PartnerHistory(programme.plan, programme.succession.names_since)
    found: Told = []
    try:
        states[history.member] = _known(programme, history)
    except LoyaltyError as error:
        return [(error.code,)]
    friends = dict(history.friends)
    for event in history.events:
        if isinstance(event, Invitation) and event.friend not in states:
            friend = programme.member_from(friends.get(event.friend, ()), event.at)
            states[event.friend] = friend._replace(member=event.friend)
        try:
            made = _made(programme, states, event, None if alone else shared)
        except LoyaltyError as error:
            found.append((error.code,))
            continue
        for one in made:
            found.append((one.outcome, one.effects, one.refused))
            partners.take(one)
            if one.member.member != OTHER_MEMBER:  # whom units are given to is new each time
                states[one.member.member], shared = one.member, one.shared or shared
    balances = sorted((who, *_balances(member)) for who, member in states.items())
    return [*found, *balances, *_held(programme, states, history.events[0].at), *partners.lines()]


def _balances(member: MemberState) -> Iterator[tuple[str, int]]:
    """What a member holds, by purse."""
    for purse in member.purses:
        units = total(purse)
        if units:
            yield purse.name, units


def _known(programme: Programme, history: History) -> MemberState:
    member = programme.member_from(history.givens, history.events[0].at)._replace(member=history.member)
    segments = tuple(name for name in history.segments if name in programme.checked.segments)
    return programme.updated(member, segments=segments)


def _made(
    programme: Programme, states: Mapping[str, MemberState], event: Event, shared: SharedState | None
) -> tuple[Decision, ...]:
    if shared is None and isinstance(event, Purchase):
        return (programme.decide(states.get(event.member) or programme.new_member(event.member), event),)
    return decided(programme, states, event, shared)


def _held(programme: Programme, states: Mapping[str, MemberState], at: int) -> Iterator[tuple[object, ...]]:
    """Who wins in the draws and contests, or the code of what keeps one from being held."""
    for name in programme.checked.draws:
        try:
            tickets = {who: tickets_of(programme, member, name, at) for who, member in states.items()}
            if programme.checked.draws[name].chances:
                spins = hold_spins(programme, name, _SEED, tickets, at)
                yield spins.spins, spins.follow_ups
            else:
                draw = hold_draw(programme, name, _SEED, tickets, at)
                yield draw.ends, draw.result.winners, draw.follow_ups
        except LoyaltyError as error:
            yield (error.code,)
    for name in programme.checked.contests:
        standings = {who: standing_in(programme, member, name, at) for who, member in states.items()}
        there = {who: one for who, one in standings.items() if one is not None}
        contest = hold_contest(programme, name, there, at)
        yield contest.ends, contest.places, contest.follow_ups


class Agreed(NamedTuple):
    """What comes of a history by the compiled and the reference evaluator, and where they do not agree."""

    told: Told
    differing: str = ""


def by_both(programme: Programme, history: History) -> Agreed:
    """What comes of a history by both evaluators, who are held to each other on each order."""
    try:
        with deciding_by("both"):
            return Agreed(told(programme, history))
    except AssertionError as differing:
        return Agreed([], f"compiled and reference: {differing}")


def otherwise_whole(programme: Programme, history: History, wanted: Told) -> str:
    """What the function of the whole programme comes to where it is something else; "" where it is the same, and for a
    programme that is none."""
    if _left(programme):
        return ""
    try:
        with deciding_by("whole"):
            found = told(programme, history, alone=True)
    except AssertionError as differing:
        return f"whole: {differing}"
    return "" if found == wanted else f"whole: {found}, not {wanted}"


@cache
def _left(programme: Programme) -> bool:
    return bool(programme.left_whole())
