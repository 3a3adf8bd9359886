"""One event settled: everything that fell due before it, in time order, and then the event itself.

Refusals raise before anything is built, so nothing is ever half-done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from loyalty_rules.decision import Effect, NotReturnable
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import digest, receive
from loyalty_rules.engine.reference import Result, evaluate
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import Cancellation, Choice, Event, Purchase, Return, Tick
from loyalty_rules.member import MemberState, Seen
from loyalty_rules.settlement import conversions, debts, levels
from loyalty_rules.settlement.clock import advance
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.posting import posted
from loyalty_rules.settlement.progress import counted, counts, joined
from loyalty_rules.settlement.recording import current, recorded
from loyalty_rules.settlement.redemption import paid_with_points
from loyalty_rules.settlement.returns import Editions, come_back, plan_of, returnable

#: How many ids of events a member document remembers; a store remembers them all.
MAX_SEEN: Final = 256


@dataclass(frozen=True, slots=True)
class Settled:
    """An event settled. `view` and `result` are what a trace is made from; both None for a tick and a repeat.
    `refused`: why goods do not come back."""

    repeated: bool
    member: MemberState
    effects: tuple[Effect, ...]
    view: View | None = None
    result: Result | None = None
    refused: NotReturnable | None = None


def no_editions(fingerprint: str) -> None:
    """Where only today's programme is at hand."""


def settle_event(
    plan: Plan, fingerprint: str, member: MemberState, event: Event, editions: Editions = no_editions
) -> Settled:
    """Decides an event. `editions` finds the earlier programmes by which orders were decided.

    Raises `InputError` for an event that cannot be read, `DecisionError` for one that cannot be decided: the same id
    with another content (`event.conflict`), older than the member's clock (`event.late`), of another member, a return
    of an order whose programme is not at hand (`edition.missing`)."""
    if event.member != member.member:
        raise DecisionError("event.member", f"the event is of `{event.member}`, the member is `{member.member}`")
    if isinstance(event, Tick):
        if event.at <= member.clock:
            return Settled(False, member, ())
        member, effects = advance(plan, member, event.at)
        member = current(member._replace(clock=event.at, programme=fingerprint), event.at)
        return Settled(False, member, tuple(effects))
    mark = digest(event)
    for known_event in member.seen:
        if known_event.id == event.id:
            if known_event.digest != mark:
                raise DecisionError("event.conflict", f"`{event.id}` was decided with another content")
            return Settled(True, member, ())
    if event.at < member.clock:
        raise DecisionError("event.late", "the event is older than the member's clock, and late events are refused")
    seen = _remembered((*member.seen, Seen(event.id, event.at, mark)), event.at)
    if isinstance(event, Return | Cancellation):
        settled = _come_back(plan, fingerprint, member, event, editions)
    else:
        settled = _happened(plan, fingerprint, member, event)
    if settled.refused is not None:
        return settled
    after = settled.member._replace(programme=fingerprint, clock=event.at, decisions=member.decisions + 1, seen=seen)
    return replace(settled, member=after)


def _happened(plan: Plan, fingerprint: str, member: MemberState, event: Event) -> Settled:
    """An event that may give something."""
    occasion = receive(plan, event)
    member, effects = advance(plan, member, event.at)
    member = current(member, event.at)
    if occasion.kind == "enrolment":
        member = joined(plan, member, event.at)
    if isinstance(event, Choice):
        member = conversions.requested(plan, member, event, effects)
    found = known(plan, member, event.at)
    if isinstance(event, Purchase) and event.redeem:
        member, occasion = paid_with_points(plan, member, event, occasion, effects)
        found = replace(found, held=known(plan, member, event.at).held)
    view = View(plan, occasion, found)
    result = evaluate(view)
    moved = counts(plan, member, view, result)
    after = posted(plan, member, view, result, effects)
    after = counted(after, moved, occasion.day, isinstance(event, Purchase))
    if isinstance(event, Purchase):
        after = recorded(plan, fingerprint, after, event.id, view, result, moved)
    after = debts.pay(plan, conversions.at_once(plan, after, event.at, effects), event.at, effects)
    after = levels.moved_by_occasion(plan, after, view, effects)
    return Settled(False, after, tuple(effects), view, result)


def _come_back(
    plan: Plan, fingerprint: str, member: MemberState, event: Return | Cancellation, editions: Editions
) -> Settled:
    """Goods of an order come back, or nothing happens at all."""
    found = returnable(plan, member, event)
    if isinstance(found, NotReturnable):
        return Settled(False, member, (), refused=found)
    place, kept = found
    judging = plan_of(member.records[place], plan, fingerprint, editions)
    member, effects = advance(plan, member, event.at)
    back = come_back(judging, member, place, kept, event, effects)
    after = levels.after_a_return(plan, current(back.member, event.at), event.at, effects)
    return Settled(False, after, tuple(effects), back.view, back.result)


def _remembered(seen: tuple[Seen, ...], clock: int) -> tuple[Seen, ...]:
    """The latest ids, and all of the clock's own instant: what is forgotten is older than the clock, and so refused."""
    older = [entry for entry in seen if entry.at < clock]
    now = [entry for entry in seen if entry.at == clock]
    room = max(0, MAX_SEEN - len(now))
    return tuple(older[len(older) - min(room, len(older)) :] + now)
