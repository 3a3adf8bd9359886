"""What the clock does to levels: reviews, falls that waited, levels that were scheduled, ladders that end."""

from __future__ import annotations

from typing import assert_never

from loyalty_rules.calendar import Period
from loyalty_rules.decision import Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Ladder, Review
from loyalty_rules.ledger.standings import placed
from loyalty_rules.member import NEVER, MemberState, Standing
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.ladders.levels import changed, judged, moved
from loyalty_rules.settlement.ladders.ranks import on_ladders
from loyalty_rules.settlement.timing.recurring import next_anniversary, next_end
from loyalty_rules.timeline import Timeline


def next_review(plan: Plan, member: MemberState) -> int:
    """The next instant after the member's clock at which a level is reviewed."""
    return min(
        (review_of(plan, ladder, standing, member.clock, member.joined) for ladder, standing in stood(plan, member)),
        default=NEVER,
    )


def review_of(plan: Plan, ladder: Ladder, standing: Standing, after: int, joined: int | None) -> int:
    """The first instant after another one at which this level is reviewed. The base never is; nor is one at the end of
    a year since joining where it is not known when the member joined."""
    if not ladder.rank(standing.level) or not ladder.in_force(after):
        return NEVER
    timeline, reviews = plan.timeline, ladder.reviews
    match reviews.kind:
        case Review.AT_END:
            return next_end(plan, reviews.period or Period.DAY, reviews.length.days, reviews.length.months, after)
        case Review.JOINED_YEAR:
            by = reviews.length
            return NEVER if joined is None else next_anniversary(timeline, joined, by.days, by.months, after)
        case Review.ON_DAY:
            month, day = reviews.day or (1, 1)
            return timeline.start(timeline.next_such_day(month, day, timeline.day(after)) + 1)
        case Review.AFTER:
            return _next_since(timeline, ladder, max(standing.since, standing.anew), after)
        case Review.EVERY_ORDER | Review.NEVER:
            return NEVER
        case _:
            assert_never(reviews.kind)


def _next_since(timeline: Timeline, ladder: Ladder, since: int, after: int) -> int:
    """The next of the instants that lie one length, two lengths … after the level was reached: months from the same day
    each time, so 31 January, 28 February, 31 March."""
    length, first = ladder.reviews.length, timeline.day(since)
    if ladder.reviews.period is not None:
        number = timeline.number(ladder.reviews.period, first)
        begun = timeline.first(ladder.reviews.period, number)
        first = begun if timeline.start(begun) == since else timeline.first(ladder.reviews.period, number + 1)
    if length.months:
        passed = (
            timeline.number(Period.MONTH, timeline.day(after)) - timeline.number(Period.MONTH, first)
        ) // length.months
    else:
        passed = (timeline.day(after) - first) // max(1, length.days)
    times = max(1, passed)
    while (due := timeline.start(timeline.moved(first, length.days * times, length.months * times))) <= after:
        times += 1
    return due


def review_due(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Reviews that are due, on the dates before; all of them ask about the member as found."""
    asked = ((ladder, review_of(plan, ladder, one, member.clock, member.joined)) for ladder, one in stood(plan, member))
    due = [ladder for ladder, when in asked if when == at]
    if due:
        view = view_at(plan, member, at, day=plan.timeline.day(at) - 1)
        for ladder in due:
            member = judged(plan, member, ladder, view, at, effects)
    return member


def next_fall(plan: Plan, member: MemberState) -> int:
    """The next instant at which a fall that waited comes."""
    return min((standing.falls[0] for _, standing in stood(plan, member) if standing.falls is not None), default=NEVER)


def fall_due(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Falls that waited for this instant."""
    for ladder, standing in stood(plan, member):
        if standing.falls is not None and standing.falls[0] <= at:
            member = moved(member, ladder, ladder.rank(standing.falls[1]), at, effects)
    return member


def next_ladder_end(plan: Plan, member: MemberState) -> int:
    """The next instant at which a ladder ends on which the member stands."""
    ends = (ladder.dates.end for ladder, _ in stood(plan, member))
    return min((end for end in ends if end is not None and end > member.clock), default=NEVER)


def end_due(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """A ladder that ends leaves everyone on its base."""
    for ladder, standing in stood(plan, member):
        if ladder.dates.end == at:
            ended = standing._replace(level=ladder.base, since=at, scheduled=(), falls=None, anew=0, floors=())
            member = changed(member, ladder, standing, ended, at, effects)
    return member


def next_scheduled(plan: Plan, member: MemberState) -> int:
    """The next instant at which a scheduled level begins."""
    return min((one.scheduled[0][0] for _, one in stood(plan, member) if one.scheduled), default=NEVER)


def begin_scheduled(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Levels scheduled for this instant hold from now; a scheduled level never lowers."""
    for ladder, standing in stood(plan, member):
        begun = [ladder.rank(level) for start, level in standing.scheduled if start <= at]
        if not begun:
            continue
        member = placed(member, standing._replace(scheduled=standing.scheduled[len(begun) :]))
        if max(begun) > ladder.rank(standing.level):
            member = moved(member, ladder, max(begun), at, effects)
    return member


def stood(plan: Plan, member: MemberState) -> list[tuple[Ladder, Standing]]:
    return on_ladders(plan.checked.ladders, member)
