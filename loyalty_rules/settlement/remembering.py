"""What is left of an event that was decided: the member with its id, and what the decision is explained by."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import Final, TypeAlias

from loyalty_rules.decision import Effect, NotReturnable
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.pricing.taken import Priced
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.events import (
    Adjustment,
    Cancellation,
    Capture,
    Choice,
    Confirmation,
    Enrolment,
    Happening,
    MembershipStep,
    OfTwo,
    PerkUse,
    Purchase,
    Release,
    Reservation,
    Return,
)
from loyalty_rules.member import Lot, Mark, MemberState, Seen
from loyalty_rules.referrals import FollowUp
from loyalty_rules.settlement.ladders.reaching import Reached
from loyalty_rules.settlement.recording import current
from loyalty_rules.shared import SharedState
from loyalty_rules.values import frozen

#: The events that have an id.
_OfOrders: TypeAlias = Purchase | Return | Cancellation | Confirmation
_OfAccounts: TypeAlias = Choice | Adjustment | Reservation | Capture | Release | MembershipStep | PerkUse
Told: TypeAlias = Happening | Enrolment | _OfOrders | _OfAccounts | OfTwo

#: How many ids of events a member document remembers; a store remembers them all.
MAX_SEEN: Final = 256
#: How many at most where late events are accepted: all of their time, as far as this.
MAX_KEPT: Final = 4_096


@frozen
class Settled:
    """An event settled. `edition` is the place of the one that decided. `view` and `result` are what a trace is made
    from; both None where no rule was asked: a tick, an adjustment, a repeat. `reached` are the same for the levels that
    were reached, and for what purses posted. `refused`: why goods do not come back. `lots`: what a transfer gives to
    the other member. `priced`: what offers took off an order; `shared`: what members share, afterwards; `follow_ups`:
    what it leads to for whoever invited the member."""

    repeated: bool
    edition: int
    member: MemberState
    effects: tuple[Effect, ...]
    view: View | None = None
    result: Result | None = None
    reached: tuple[Reached, ...] = ()
    refused: NotReturnable | None = None
    lots: tuple[Lot, ...] = ()
    priced: Priced | None = None
    shared: SharedState | None = None
    follow_ups: tuple[FollowUp, ...] = ()


def decided(
    plan: Plan, after: MemberState, fingerprint: str, event: Told, mark: Mark, before: MemberState | None = None
) -> MemberState:
    """The member once an event is decided: the clock stands at it or stays, and its id is known. `before`: as time had
    brought the member to the event."""
    clock = max(after.clock, event.at)
    return current(plan, after, clock, before)._replace(
        programme=fingerprint,
        clock=clock,
        decisions=after.decisions + 1,
        seen=_remembered(plan, (*after.seen, Seen(event.id, event.at, mark)), clock),
    )


def told_before(member: MemberState, id: str) -> Seen | None:
    """The event of this id, as far as the member remembers; None for a new one."""
    if id not in map(_ID, member.seen):
        return None
    return next(seen for seen in member.seen if seen.id == id)


_ID: Final = attrgetter("id")
_AT: Final = attrgetter("at")


def _remembered(plan: Plan, seen: tuple[Seen, ...], clock: int) -> tuple[Seen, ...]:
    """The latest ids, and all of the clock's own instant or of the time in which events may come late: what is
    forgotten is older, and so refused. They are kept by instant, and the last one is new."""
    days = plan.checked.late_days
    since = plan.timeline.start(plan.timeline.day(clock) - days) if days else clock
    if seen[-1].at < seen[-2:][0].at:
        seen = tuple(sorted(seen, key=_AT))
    older = bisect_left(seen, since, key=_AT)
    room = max(0, MAX_SEEN - (len(seen) - older))
    kept = seen[max(0, older - room) :]
    return kept[-MAX_KEPT:] if days else kept
