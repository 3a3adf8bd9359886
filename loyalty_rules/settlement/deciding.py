"""One event settled: everything that fell due before it, in time order, and then the event itself.

Refusals raise before anything is built, so nothing is ever half-done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from loyalty_rules.decision import Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import digest, receive
from loyalty_rules.engine.reference import Result, evaluate
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import Choice, Event, Purchase, Tick
from loyalty_rules.member import MemberState, Seen
from loyalty_rules.settlement import conversions, levels
from loyalty_rules.settlement.clock import advance
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.lives import kept_alive, prolonged, waited_for
from loyalty_rules.settlement.posting import posted
from loyalty_rules.settlement.progress import counted, joined

#: How many ids of events a member document remembers; a store remembers them all.
MAX_SEEN: Final = 256


@dataclass(frozen=True, slots=True)
class Settled:
    """An event settled. `view` and `result` are what a trace is made from; both None for a tick and a repeat."""

    repeated: bool
    member: MemberState
    effects: tuple[Effect, ...]
    view: View | None = None
    result: Result | None = None


def settle_event(plan: Plan, fingerprint: str, member: MemberState, event: Event) -> Settled:
    """Decides an event. Raises `InputError` for an event that cannot be read, `DecisionError` for one that cannot be
    decided: the same id with another content (`event.conflict`), older than the member's clock (`event.late`), of
    another member."""
    if event.member != member.member:
        raise DecisionError("event.member", f"the event is of `{event.member}`, the member is `{member.member}`")
    if isinstance(event, Tick):
        if event.at <= member.clock:
            return Settled(False, member, ())
        member, effects = advance(plan, member, event.at)
        return Settled(False, member._replace(clock=event.at, programme=fingerprint), tuple(effects))
    mark = digest(event)
    for seen in member.seen:
        if seen.id == event.id:
            if seen.digest != mark:
                raise DecisionError("event.conflict", f"`{event.id}` was decided with another content")
            return Settled(True, member, ())
    if event.at < member.clock:
        raise DecisionError("event.late", "the event is older than the member's clock, and late events are refused")
    occasion = receive(plan, event)
    member, effects = advance(plan, member, event.at)
    if occasion.kind == "enrolment":
        member = joined(plan, member, event.at)
    if isinstance(event, Choice):
        member = conversions.requested(plan, member, event, effects)
    view = View(plan, occasion, known(plan, member, event.at))
    result = evaluate(view)
    after = posted(plan, member, view, result, effects)
    after = prolonged(plan, after, view, result, effects)
    after = counted(plan, after, view, result, isinstance(event, Purchase))
    after = kept_alive(plan, waited_for(plan, after, occasion, effects), view, effects)
    after = conversions.at_once(plan, after, event.at, effects)
    after = levels.moved_by_occasion(plan, after, view, effects)
    after = after._replace(
        programme=fingerprint,
        clock=event.at,
        decisions=member.decisions + 1,
        seen=_remembered((*member.seen, Seen(event.id, event.at, mark)), event.at),
    )
    return Settled(False, after, tuple(effects), view, result)


def _remembered(seen: tuple[Seen, ...], clock: int) -> tuple[Seen, ...]:
    """The latest ids, and all of the clock's own instant: what is forgotten is older than the clock, and so refused."""
    older = [entry for entry in seen if entry.at < clock]
    now = [entry for entry in seen if entry.at == clock]
    room = max(0, MAX_SEEN - len(now))
    return tuple(older[len(older) - min(room, len(older)) :] + now)
