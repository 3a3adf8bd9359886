"""One event settled: everything that fell due before it, in time order, and then the event itself.

Refusals raise before anything is built, so nothing is ever half-done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from loyalty_rules.decision import Effect, NotReturnable, Outcome, RuleTrace
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import digest, receive
from loyalty_rules.engine.reference import Result, evaluate, trace
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import (
    Absorbed,
    Adjustment,
    Cancellation,
    Choice,
    Enrolment,
    Event,
    Happening,
    Incoming,
    Merge,
    Purchase,
    Return,
    Tick,
    Transfer,
)
from loyalty_rules.member import Lot, MemberState, Seen
from loyalty_rules.settlement import conversions, debts, levels
from loyalty_rules.settlement.adjusting import adjusted
from loyalty_rules.settlement.assigning import assigned
from loyalty_rules.settlement.clock import advance
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.knowing import known, view_at
from loyalty_rules.settlement.lives import kept_alive, prolonged, waited_for
from loyalty_rules.settlement.merging import absorbed, check, emptied
from loyalty_rules.settlement.posting import posted
from loyalty_rules.settlement.progress import counted, counts, joined
from loyalty_rules.settlement.ranks import check_standings
from loyalty_rules.settlement.reaching import Reached, reached
from loyalty_rules.settlement.recording import current, recorded
from loyalty_rules.settlement.redemption import paid_with_points
from loyalty_rules.settlement.returns import come_back, plan_of, returnable
from loyalty_rules.settlement.transferring import received, sent

#: The events that have an id.
_OfAccounts: TypeAlias = Adjustment | Transfer | Incoming | Merge | Absorbed
_Told: TypeAlias = Purchase | Happening | Enrolment | Return | Cancellation | Choice | _OfAccounts

#: How many ids of events a member document remembers; a store remembers them all.
MAX_SEEN: Final = 256


@dataclass(frozen=True, slots=True)
class Settled:
    """An event settled. `edition` is the place of the one that decided. `view` and `result` are what a trace is made
    from; both None where no rule was asked: a tick, an adjustment, a repeat. `reached` are the same for the levels that
    were reached. `refused`: why goods do not come back. `lots`: what a transfer gives to the other member."""

    repeated: bool
    edition: int
    member: MemberState
    effects: tuple[Effect, ...]
    view: View | None = None
    result: Result | None = None
    reached: tuple[Reached, ...] = ()
    refused: NotReturnable | None = None
    lots: tuple[Lot, ...] = ()


def settle_event(editions: Editions, member: MemberState, event: Event) -> Settled:
    """Decides an event, by the edition in force at its instant. Raises `InputError` for an event that cannot be read,
    `DecisionError` for one that cannot be decided: the same id with another content (`event.conflict`), older than the
    member's clock (`event.late`), of another member; or a member who stands where the programme has no ladder or level
    (`member.ladder`, `member.level`); or a return of an order whose programme is not at hand (`edition.missing`)."""
    if event.member != member.member:
        raise DecisionError("event.member", f"the event is of `{event.member}`, the member is `{member.member}`")
    check_standings(editions.all[editions.place_of(member)].plan.checked.ladders, member)
    place = editions.place_at(event.at)
    plan, fingerprint = editions.all[place].plan, editions.all[place].fingerprint
    found: list[Reached] = []
    if isinstance(event, Tick):
        if event.at <= member.clock:
            return Settled(False, editions.place_of(member), member, ())
        member, effects = advance(editions, member, event.at, found)
        member = current(member._replace(clock=event.at, programme=fingerprint), event.at)
        return Settled(False, place, member, tuple(effects), reached=tuple(found))
    mark = digest(event)
    for seen in member.seen:
        if seen.id == event.id:
            if seen.digest != mark:
                raise DecisionError("event.conflict", f"`{event.id}` was decided with another content")
            return Settled(True, editions.place_of(member), member, ())
    if event.at < member.clock:
        raise DecisionError("event.late", "the event is older than the member's clock, and late events are refused")
    if isinstance(event, Adjustment | Transfer | Incoming | Merge | Absorbed):
        return _moved(editions, place, member, event, mark)
    if isinstance(event, Return | Cancellation):
        return _come_back(editions, place, member, event, mark)
    occasion = receive(plan, event)
    member, effects = advance(editions, member, event.at, found)
    member = current(member, event.at)
    if occasion.kind == "enrolment":
        member = joined(plan, member, event.at)
    if isinstance(event, Choice):
        member = conversions.requested(plan, member, event, effects)
    read = known(plan, member, event.at)
    if isinstance(event, Purchase) and event.redeem:
        member, occasion = paid_with_points(plan, member, event, occasion, effects)
        read = replace(read, held=known(plan, member, event.at).held)
    view = View(plan, occasion, read)
    result = evaluate(view)
    moved = counts(plan, member, view, result)
    after = posted(plan, member, view, result, effects)
    after = counted(after, moved, occasion.day, isinstance(event, Purchase))
    if isinstance(event, Purchase):
        after = recorded(plan, fingerprint, after, event.id, view, result, moved)
    # From here on the lots of this order are known as its own, and stay apart.
    after = prolonged(plan, after, view, result, effects)
    after = kept_alive(plan, waited_for(plan, after, occasion, effects), view, effects)
    after = conversions.at_once(plan, after, event.at, effects)
    count = len(found)
    after = stood(plan, after, view, result, effects, found)
    if len(found) > count:
        after = conversions.at_once(plan, after, event.at, effects)
    decided = _decided(debts.pay(plan, after, event.at, effects), fingerprint, event, mark)
    return Settled(False, place, decided, tuple(effects), view, result, tuple(found))


def _come_back(editions: Editions, place: int, member: MemberState, event: Return | Cancellation, mark: str) -> Settled:
    """Goods of an order come back, judged by the edition that decided it; or nothing happens at all."""
    plan, fingerprint = editions.all[place].plan, editions.all[place].fingerprint
    found = returnable(plan, member, event)
    if isinstance(found, NotReturnable):
        return Settled(False, editions.place_of(member), member, (), refused=found)
    at, kept = found
    judging = plan_of(member.records[at], editions)
    asked: list[Reached] = []
    member, effects = advance(editions, member, event.at, asked)
    back = come_back(judging, member, at, kept, event, effects)
    after = levels.after_a_return(plan, current(back.member, event.at), event.at, effects)
    decided = _decided(after, fingerprint, event, mark)
    return Settled(False, place, decided, tuple(effects), back.view, back.result, tuple(asked))


def _decided(after: MemberState, fingerprint: str, event: _Told, mark: str) -> MemberState:
    """The member once an event is decided: the clock stands at it, and its id is known."""
    return after._replace(
        programme=fingerprint,
        clock=event.at,
        decisions=after.decisions + 1,
        seen=_remembered((*after.seen, Seen(event.id, event.at, mark)), event.at),
    )


def settle_transfer(
    editions: Editions, giver: MemberState, receiver: MemberState, event: Transfer
) -> tuple[Settled, Settled, Incoming]:
    """Settles a transfer for both members, with what it is for the one who gets it. Raises what `settle_event` raises
    for either, and `DecisionError` (`transfer.half`) where only one of them knows it already."""
    if event.to != receiver.member:
        raise DecisionError("event.member", f"the transfer is to `{event.to}`, not to `{receiver.member}`")
    one = settle_event(editions, giver, event)
    coming = Incoming(event.id, event.to, event.at, event.purse, event.amount, event.member, one.lots)
    other = settle_event(editions, receiver, coming)
    if one.repeated is not other.repeated:
        raise DecisionError("transfer.half", f"only one of the two members knows `{event.id}`: keep both or neither")
    return one, other, coming


def settle_merge(
    editions: Editions, gone: MemberState, stays: MemberState, event: Merge
) -> tuple[Settled, Settled, Absorbed]:
    """Settles a merge for both members, with what it is for the one who stays. Raises what `settle_event` raises for
    either, and `DecisionError` (`merge.half`) where only one of them knows it already."""
    check(event)
    if event.into != stays.member:
        raise DecisionError("event.member", f"the merge is into `{event.into}`, not into `{stays.member}`")
    one = settle_event(editions, gone, event)
    state = gone if one.repeated else advance(editions, gone, event.at)[0]
    coming = Absorbed(event.id, event.into, event.at, event.reason, event.actor, state)
    other = settle_event(editions, stays, coming)
    if one.repeated is not other.repeated:
        raise DecisionError("merge.half", f"only one of the two members knows `{event.id}`: keep both or neither")
    return one, other, coming


def _moved(
    editions: Editions,
    place: int,
    member: MemberState,
    event: _OfAccounts,
    mark: str,
) -> Settled:
    """What comes or goes without a rule, and what follows from it at once."""
    plan, fingerprint = editions.all[place].plan, editions.all[place].fingerprint
    found: list[Reached] = []
    member, effects = advance(editions, member, event.at, found)
    given: tuple[Lot, ...] = ()
    match event:
        case Transfer():
            member, given = sent(plan, member, event, effects)
        case Incoming():
            member = received(plan, member, event, effects)
        case Merge():
            member = emptied(member, event, effects)
        case Absorbed():
            member = absorbed(plan, member, event, effects)
        case Adjustment():
            member = adjusted(plan, member, event, effects)
    after = member if isinstance(event, Merge) else _followed(plan, member, event.at, effects, found)
    decided = _decided(after, fingerprint, event, mark)
    return Settled(False, place, decided, tuple(effects), reached=tuple(found), lots=given)


def _followed(plan: Plan, member: MemberState, at: int, effects: list[Effect], found: list[Reached]) -> MemberState:
    """What a balance that came or went without a rule leads to at once."""
    after = conversions.at_once(plan, debts.pay(plan, member, at, effects), at, effects)
    count, asked = len(effects), len(found)
    after = levels.moved_by_occasion(plan, after, view_at(plan, after, at), effects)
    after = reached(plan, after, at, effects[count:], effects, found)
    return conversions.at_once(plan, after, at, effects) if len(found) > asked else after


def stood(
    plan: Plan, member: MemberState, view: View, result: Result, effects: list[Effect], found: list[Reached]
) -> MemberState:
    """Stage 17: levels that rules give, levels that are earned or lost, and what rules give for those reached. Levels
    that ask for a balance are asked of what the purses hold now."""
    at, count = view.occasion.at, len(effects)
    member = assigned(plan, member, result, at, effects)
    now = replace(view, known=replace(view.known, balances=known(plan, member, at).balances))
    now.ranks = view.ranks
    member = levels.moved_by_occasion(plan, member, now, effects)
    return reached(plan, member, at, effects[count:], effects, found)


def traced(settled: Settled) -> tuple[RuleTrace, ...]:
    """One record for every rule, and one for each time that a rule which waits for a level was asked: then it is not
    told that it waits."""
    found = [
        record
        for view, result in settled.reached
        for record in trace(view, result)
        if (record.granted if record.stage == "boost" else record.outcome is not Outcome.WAITING_FOR_EVENT)
    ]
    if settled.view is None or settled.result is None:
        return tuple(found)
    asked = {record.rule for record in found if record.stage == "award"}
    whole = [record for record in trace(settled.view, settled.result) if record.rule not in asked]
    return tuple(sorted((*whole, *found), key=lambda record: record.rule))


def _remembered(seen: tuple[Seen, ...], clock: int) -> tuple[Seen, ...]:
    """The latest ids, and all of the clock's own instant: what is forgotten is older than the clock, and so refused."""
    older = [entry for entry in seen if entry.at < clock]
    now = [entry for entry in seen if entry.at == clock]
    room = max(0, MAX_SEEN - len(now))
    return tuple(older[len(older) - min(room, len(older)) :] + now)
