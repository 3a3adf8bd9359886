"""The years of a membership, and those of a ladder: when they begin and end, and what waits for that."""

from __future__ import annotations

from typing import Final

from loyalty_rules.calendar import add_months
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Occurs, Timing
from loyalty_rules.member import NEVER, MemberState, Subscription
from loyalty_rules.settlement.ladders.ranks import changed_at
from loyalty_rules.settlement.timing.recurring import next_anniversary

MONTHS_OF_YEAR: Final = 12


def held(member: MemberState, membership: str) -> Subscription | None:
    """How a member has a membership, or had it last."""
    return next((one for one in member.memberships if one.membership == membership), None)


def next_turn(plan: Plan, member: MemberState, timing: Timing, after: int) -> int:
    """The first instant later than `after` at which a year of a membership or a ladder begins or ends, moved as the
    timing says; NEVER where none is to come as things stand. What a year begins with is not given on trial, or before
    it is paid. A year of a ladder begins with the last change of the level, without one with joining."""
    if timing.of in plan.checked.ladders:
        standing = next((one for one in member.standings if one.ladder == timing.of), None)
        since = (0 if standing is None else changed_at(standing)) or member.joined
        return NEVER if since is None else next_anniversary(plan.timeline, since, timing.days, timing.months, after)
    one = held(member, timing.of)
    if one is None or not one.runs or one.paused != NEVER:
        return NEVER
    timeline = plan.timeline
    dates = [timeline.day(one.history[-1][2]), one.turns, add_months(one.turns, MONTHS_OF_YEAR, one.turn_day)]
    if timing.occurs is Occurs.YEAR_END:
        first = one.history[-1][2] == one.since
        dates = [date for date in dates[first:] if date != one.trial]
    elif one.trial > dates[0] or (one.lapses != NEVER and one.due == dates[0]):
        dates = dates[1:]
    found = (timeline.start(timeline.moved(date, timing.days, timing.months)) for date in dates)
    return min((at for at in found if at > after), default=NEVER)


def had_come(plan: Plan, member: MemberState, timing: Timing, at: int) -> bool:
    """Whether what waits for the start of a year would have come by now in the year that runs; what waits for a time
    before the start does not wait for the fee."""
    one = held(member, timing.of)
    if one is None or timing.days < 0 or timing.months < 0:
        return False
    began = plan.timeline.day(one.history[-1][2])
    return plan.timeline.start(plan.timeline.moved(began, timing.days, timing.months)) <= at
