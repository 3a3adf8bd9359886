"""Stage 2: everything that falls due before an event, one instant after another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from operator import attrgetter
from typing import Final, NamedTuple

from loyalty_rules.calendar import format_instant
from loyalty_rules.decision import (
    Effect,
    ExpiryWaits,
    PointsActivated,
    PointsAwarded,
    PointsConverted,
    PointsExpired,
    ReservationReleased,
)
from loyalty_rules.engine.budgets import Budgets
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import ClockBehindError, shown
from loyalty_rules.ledger import lots
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement import ranking
from loyalty_rules.settlement.accounts.redenominating import change_due, missed, next_change
from loyalty_rules.settlement.editions import Editions, effect_renamed
from loyalty_rules.settlement.giving import accruing, offering
from loyalty_rules.settlement.ladders import assigning, reviews
from loyalty_rules.settlement.ladders.reaching import Reached, reached
from loyalty_rules.settlement.membership import steps as memberships
from loyalty_rules.settlement.recording import current, expired
from loyalty_rules.settlement.returning import debts
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.spending import conversions
from loyalty_rules.settlement.timing import lapsing, scheduled, streaks, waiting
from loyalty_rules.settlement.timing.relived import relived
from loyalty_rules.settlement.winning import drawn
from loyalty_rules.zones import zone

_OVERDUE: Final = attrgetter("overdue")
#: How many occasions the clock may pass through in one decision.
MAX_OCCASIONS: Final = 1_000


class Due(NamedTuple):
    """One kind of thing that time brings about: when it happens next, and what happens at that instant. `settle` is
    called at every instant of the clock and changes nothing where nothing of its kind is due; `next` is not asked where
    a member has nothing of it, or a programme."""

    next: Callable[[Plan, MemberState], int]
    settle: Callable[[Plan, MemberState, int, Effects], MemberState]
    begins: bool = False  # it begins at the instant, rather than ends there
    some: Callable[[Plan, MemberState], object] = lambda plan, member: True


def advance(
    editions: Editions,
    member: MemberState,
    at: int,
    found: list[Reached] | None = None,
    budgets: Budgets | None = None,
) -> tuple[MemberState, Effects]:
    """Everything that falls due after the member's clock and up to `at`, one instant after another: what ends there
    under the edition in force just before, then the next edition, then what begins. `found` takes what rules gave for
    levels that were reached. Without `budgets` they are not asked."""
    effects = Effects(budgets)
    found = [] if found is None else found
    place = editions.started(member, at)
    # Who never decided anything may have been put together by hand.
    ready = member if member.decisions else None
    while editions.turn_after(place) <= member.clock:  # it was loaded later than it began
        member, ready = _turned(editions, member, place, member.clock + 1, effects), None
        place += 1
    for passed in count():
        plan, turn = editions.all[place].plan, editions.turn_after(place)
        due = min(turn, next_due(plan, member, at))
        if due > at:
            return current(plan, member, at, ready), effects
        if passed == MAX_OCCASIONS:
            break
        effects.since, asked, ready, before = len(effects), len(found), None, member
        member = scheduled.at_end(plan, member, due, effects, found)
        member = accruing.post(plan, member, due, effects, found)
        member = ranking.reached(plan, before, member, due, due - 1)
        for kind in SEQUENCE:
            if not kind.begins:
                member = kind.settle(plan, member, due, effects)
        if due == turn:
            member = _turned(editions, member, place, due, effects)
            place += 1
            plan = editions.all[place].plan
        before = member
        for kind in SEQUENCE:
            if kind.begins:
                member = kind.settle(plan, member, due, effects)
        member = scheduled.at_start(plan, member, due, effects, found)
        member = reached(plan, member, due, effects[effects.since :], effects, found, number=member.decisions)
        if len(found) > asked:
            member = _convert(plan, member, due, effects)
        member = ranking.reached(plan, before, member, due, due)
        member = current(plan, member._replace(clock=due), due)
    until = format_instant(member.clock, zone("UTC"))
    message = f"more than {MAX_OCCASIONS} things fall due for the member: tick in steps, first to {until}"
    raise ClockBehindError("clock.too_far", message, shown(member.member), member=member.member, until=member.clock)


def next_due(plan: Plan, member: MemberState, until: int = NEVER) -> int:
    """The next instant after the member's clock at which time brings something about; where that is later than `until`,
    any later one."""
    due = scheduled.next_due(plan, member) if plan.timed else NEVER
    if plan.having.posting:
        due = min(due, accruing.next_posting(plan, member))
    for kind in _TIMED:
        if kind.some(plan, member):
            due = min(due, kind.next(plan, member))
    for purse in member.purses:
        if any(map(_OVERDUE, purse.lots)):
            due = min(due, waiting.next_asked(plan, member, purse.name, min(due, until)))
    return due


def _turned(editions: Editions, member: MemberState, place: int, until: int, effects: list[Effect]) -> MemberState:
    """The next edition takes over: what came before is told in its names, and what it should have changed by then
    happens now."""
    before, after = editions.all[place : place + 2]
    effects[:] = [effect_renamed(effect, after.names) for effect in effects]
    member = missed(before, after, editions.turned(member, place), until, effects)
    lived = relived(before, after, member, until, effects)
    return member if lived is member else expire(after.plan, lived, until, effects)


def _next_usable(plan: Plan, member: MemberState) -> int:
    return min([lots.next_usable(purse, member.clock) for purse in member.purses], default=NEVER)


def become_usable(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Pending units can be used from here on, and pay what the purse owes before anything comes back to it. A lot says
    so itself; with neighbours that were usable it becomes one."""
    for purse in member.purses:
        units = lots.becoming_usable(purse, at)
        if units:
            effects.append(PointsActivated(purse.name, units, at))
    return debts.pay(plan, current(plan, member, at), at, effects)


def _next_end(plan: Plan, member: MemberState) -> int:
    return min([lots.next_end(purse, member.clock) for purse in member.purses], default=NEVER)


def expire(plan: Plan, member: MemberState, at: int, effects: list[Effect], *, late: bool = False) -> MemberState:
    """Lots expire or wait; whether they wait is asked of the member before any of them does. `late`: behind a late
    event, after which those that wait already are not asked about again, be it the end of a day."""
    purses = []
    tickets: list[tuple[str, int]] = []
    asked = member
    end_of_day = not late and plan.timeline.start(plan.timeline.day(at)) == at
    for purse in member.purses:
        holds_off = partial(waiting.holds_off, plan, asked, purse.name, at)
        changed, end = lots.ended(purse, at, holds_off, end_of_day=end_of_day)
        if end.expired:
            effects.append(PointsExpired(purse.name, end.expired, at, end.parts))
            tickets += [(purse.name, end.expired)] if purse.name in plan.checked.draws else []
            left = {(lot.number, lot.usable, lot.expires) for lot in changed.lots}
            gone = [lot for lot in purse.lots if (lot.number, lot.usable, lot.expires) not in left]
            member, changed = expired(member, changed, gone)
        if end.waiting:
            effects.append(ExpiryWaits(purse.name, end.waiting, at))
        purses.append(changed)
    if tickets:
        member = drawn(plan, member, tickets, at)
    return member._replace(purses=tuple(purses))


def _convert(plan: Plan, member: MemberState, at: int, effects: Effects) -> MemberState:
    """Conversions `at once`, where units became usable at an instant: no others, for whether anything else falls due
    then has nothing to do with them."""
    if not plan.conversions_at_once:
        return member
    changed = any(change.at == at for change in plan.checked.changes.values())
    if changed or any(_brings(effect, at) for effect in effects[effects.since :]):
        return conversions.at_once(plan, member, at, effects)
    return member


def _brings(effect: Effect, at: int) -> bool:
    """Whether units can be used by it from an instant on."""
    if isinstance(effect, PointsAwarded | PointsConverted):
        return effect.usable == at
    return isinstance(effect, PointsActivated | ReservationReleased) and effect.at == at


def _no_instant(plan: Plan, member: MemberState) -> int:
    """Of what happens at instants that another kind brings about."""
    return NEVER


def _purses(plan: Plan, member: MemberState) -> object:
    return member.purses


def _standings(plan: Plan, member: MemberState) -> object:
    return member.standings


#: What happens at one instant, in this order: first what ends there, asked on the dates before it; then what begins.
#: Rules that wait for an end give before all of it, those that wait for a start behind all of it.
#: Within one kind nothing depends on an order.
SEQUENCE: Final = (
    # ends
    Due(_next_usable, become_usable, some=_purses),
    Due(lapsing.next_lapse, lapsing.lapse, some=_purses),
    Due(offering.next_lapse, offering.lapse, some=lambda plan, member: member.choices),
    Due(_no_instant, debts.pay),
    Due(_no_instant, _convert),
    Due(conversions.next_timed, conversions.at_end, some=lambda plan, member: plan.having.converting),
    Due(_next_end, expire, some=_purses),
    Due(ranking.next_end, ranking.ended, some=lambda plan, member: plan.checked.contests),
    Due(streaks.next_missed, streaks.forgiven, some=lambda plan, member: plan.having.forgiving),
    Due(memberships.next_due, memberships.settle, some=lambda plan, member: member.memberships),
    Due(reviews.next_review, reviews.review_due, some=_standings),
    Due(reviews.next_fall, reviews.fall_due, some=_standings),
    Due(assigning.next_floor_end, assigning.floors_end, some=_standings),
    Due(reviews.next_ladder_end, reviews.end_due, some=_standings),
    # beginnings
    Due(next_change, change_due, begins=True, some=lambda plan, member: plan.checked.changes),
    Due(reviews.next_scheduled, reviews.begin_scheduled, begins=True, some=_standings),
    Due(_no_instant, conversions.at_start, begins=True),
    Due(_no_instant, _convert, begins=True),
    Due(_no_instant, debts.pay, begins=True),
)
#: The kinds that bring an instant of their own.
_TIMED: Final = tuple(kind for kind in SEQUENCE if kind.next is not _no_instant)
