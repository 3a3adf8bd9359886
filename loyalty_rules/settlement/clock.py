"""Stage 2: everything that falls due before an event, one instant after another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from loyalty_rules.decision import Effect, ExpiryWaits, PointsActivated, PointsExpired
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import DecisionError
from loyalty_rules.ledger import lots
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement import conversions, levels, waiting

#: How many occasions the clock may pass through in one decision.
MAX_OCCASIONS: Final = 1_000


class Due(NamedTuple):
    """One kind of thing that time brings about: when it happens next, and what happens at that instant. `settle` is
    called at every instant of the clock and changes nothing where nothing of its kind is due."""

    next: Callable[[Plan, MemberState], int]
    settle: Callable[[Plan, MemberState, int, list[Effect]], MemberState]


def advance(plan: Plan, member: MemberState, at: int) -> tuple[MemberState, list[Effect]]:
    """Everything that falls due after the member's clock and up to `at`, one instant after another."""
    effects: list[Effect] = []
    for _ in range(MAX_OCCASIONS):
        due = min(kind.next(plan, member) for kind in SEQUENCE)
        if due > at:
            return member, effects
        for kind in SEQUENCE:
            member = kind.settle(plan, member, due, effects)
        member = member._replace(clock=due)
    raise DecisionError(
        "clock.too_far", f"more than {MAX_OCCASIONS} things fall due: tick in steps, first to {member.clock}"
    )


def _next_usable(plan: Plan, member: MemberState) -> int:
    return min((lots.next_usable(purse, member.clock) for purse in member.purses), default=NEVER)


def _become_usable(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Pending units can be used from here on. A lot says so itself, so nothing of the member changes."""
    for purse in member.purses:
        units = lots.becoming_usable(purse, at)
        if units:
            effects.append(PointsActivated(purse.name, units, at))
    return member


def _next_end(plan: Plan, member: MemberState) -> int:
    due = NEVER
    for purse in member.purses:
        due = min(due, lots.next_end(purse, member.clock))
        if any(lot.overdue for lot in purse.lots):
            due = min(due, waiting.next_asked(plan, member, purse.name))
    return due


def _expire(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Lots expire or wait; whether they wait is asked of the member before any of them does."""
    purses = []
    end_of_day = plan.timeline.start(plan.timeline.day(at)) == at
    for purse in member.purses:
        holds_off = partial(waiting.holds_off, plan, member, purse.name, at)
        changed, end = lots.ended(purse, at, holds_off, end_of_day=end_of_day)
        if end.expired:
            effects.append(PointsExpired(purse.name, end.expired, at, end.parts))
        if end.waiting:
            effects.append(ExpiryWaits(purse.name, end.waiting, at))
        purses.append(changed)
    return member._replace(purses=tuple(purses))


def _no_instant(plan: Plan, member: MemberState) -> int:
    """Of what happens at instants that another kind brings about."""
    return NEVER


#: What happens at one instant, in this order: first what ends there, asked on the dates before it; then what begins.
#: Within one kind nothing depends on an order.
SEQUENCE: Final = (
    # ends
    Due(_next_usable, _become_usable),
    Due(_no_instant, conversions.at_once),
    Due(conversions.next_timed, conversions.at_end),
    Due(_next_end, _expire),
    Due(levels.next_review, levels.review_due),
    # beginnings
    Due(levels.next_scheduled, levels.begin_scheduled),
    Due(_no_instant, conversions.at_start),
    Due(_no_instant, conversions.at_once),
)
