"""Stage 2: everything that falls due before an event, one instant after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from loyalty_rules.decision import Effect, PointsActivated, PointsExpired
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import DecisionError
from loyalty_rules.ledger import lots
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement import assigning, conversions, reviews
from loyalty_rules.settlement.reaching import Reached, reached

#: How many occasions the clock may pass through in one decision.
MAX_OCCASIONS: Final = 1_000


class Due(NamedTuple):
    """One kind of thing that time brings about: when it happens next, and what happens at that instant. `settle` is
    called at every instant of the clock and changes nothing where nothing of its kind is due."""

    next: Callable[[Plan, MemberState], int]
    settle: Callable[[Plan, MemberState, int, list[Effect]], MemberState]


def advance(
    plan: Plan, member: MemberState, at: int, found: list[Reached] | None = None
) -> tuple[MemberState, list[Effect]]:
    """Everything that falls due after the member's clock and up to `at`, one instant after another. `found` takes what
    rules gave for levels that were reached."""
    effects: list[Effect] = []
    found = [] if found is None else found
    for _ in range(MAX_OCCASIONS):
        due = min(kind.next(plan, member) for kind in SEQUENCE)
        if due > at:
            return member, effects
        count = len(effects)
        for kind in SEQUENCE:
            member = kind.settle(plan, member, due, effects)
        asked = len(found)
        member = reached(plan, member, due, effects[count:], effects, found)
        if len(found) > asked:
            member = conversions.at_once(plan, member, due, effects)
        member = member._replace(clock=due)
    raise DecisionError(
        "clock.too_far", f"more than {MAX_OCCASIONS} things fall due: tick in steps, first to {member.clock}"
    )


def _next_of_lots(plan: Plan, member: MemberState) -> int:
    return min((lots.next_due(purse, member.clock) for purse in member.purses), default=NEVER)


def _activate(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Pending units become usable."""
    for purse in member.purses:
        units = lots.activated(purse, at)
        if units:
            effects.append(PointsActivated(purse.name, units, at))
    return member


def _expire(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    purses = []
    for purse in member.purses:
        changed, ended = lots.expire(purse, at)
        if ended.units:
            effects.append(PointsExpired(purse.name, ended.units, at, ended.parts))
        purses.append(changed)
    return member._replace(purses=tuple(purses))


def _no_instant(plan: Plan, member: MemberState) -> int:
    """Of what happens at instants that another kind brings about."""
    return NEVER


#: What happens at one instant, in this order: first what ends there, then what begins.
SEQUENCE: Final = (
    Due(_next_of_lots, _activate),
    Due(_no_instant, conversions.at_once),
    Due(conversions.next_timed, conversions.at_end),
    Due(_no_instant, _expire),
    Due(reviews.next_review, reviews.review_due),
    Due(reviews.next_fall, reviews.fall_due),
    Due(assigning.next_floor_end, assigning.floors_end),
    Due(reviews.next_end, reviews.end_due),
    Due(reviews.next_scheduled, reviews.begin_scheduled),
    Due(_no_instant, conversions.at_start),
    Due(_no_instant, conversions.at_once),
)
