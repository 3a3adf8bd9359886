"""When things happen by themselves, and rules that wait for it: at the start or the end of a period, when their own
dates end, every year on a day.

What happens at an end belongs to what ends: it is judged by the dates before the instant and counted there, though it
is given at the instant.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from loyalty_rules.calendar import yearly
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import occasion_at
from loyalty_rules.engine.reference import evaluate
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Earn, Occurs, Timing
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement.giving.posting import posted
from loyalty_rules.settlement.knowing import known, view_at
from loyalty_rules.settlement.ladders import levels
from loyalty_rules.settlement.ladders.assigning import assigned
from loyalty_rules.settlement.ladders.reaching import Reached
from loyalty_rules.settlement.membership import years
from loyalty_rules.settlement.progress import counted, counts
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.timing.inforce import between, timeline_of
from loyalty_rules.settlement.timing.lives import kept_alive, prolonged
from loyalty_rules.settlement.timing.recurring import next_anniversary, next_end, next_end_in
from loyalty_rules.timeline import Timeline

# ---------- when


def next_period(timeline: Timeline, timing: Timing, after: int) -> int:
    """The first instant later than `after` at which a timing of periods comes round."""
    if timing.period is None:
        return NEVER
    return next_end_in(timeline, timing.period, timing.days, timing.months, after)


def next_known(plan: Plan, member: MemberState, timeline: Timeline, timing: Timing, after: int) -> int:
    """The same, or the end of a year since the member joined; by the programme's own calendar it is remembered."""
    if timing.occurs is Occurs.JOINED_YEAR:
        joined = member.joined
        return NEVER if joined is None else next_anniversary(timeline, joined, timing.days, timing.months, after)
    if timing.period is None or timeline is not plan.timeline:
        return next_period(timeline, timing, after)
    return next_end(plan, timing.period, timing.days, timing.months, after)


def next_due(plan: Plan, member: MemberState) -> int:
    """The next instant after the member's clock at which a rule that waits for time is asked. Nobody waits before their
    first event, or the day of joining, and none who was merged into another one."""
    if not member.clock or member.merged:
        return NEVER
    return min((_next(plan, member, rule, member.clock) for rule in plan.timed), default=NEVER)


def _next(plan: Plan, member: MemberState, rule: Earn, after: int) -> int:
    """The first instant later than `after` at which a rule in force is asked."""
    timing = rule.timing
    if timing is None:
        return NEVER
    timeline = timeline_of(plan, member, rule.zone)
    start, end = between(rule.dates, timeline)
    after = max(after, _before(start, timing))
    if timing.occurs is Occurs.ITS_END:
        at = NEVER if end is None else _moved(timeline, end, timing)
        return at if at > after else NEVER
    if timing.of:
        at = years.next_turn(plan, member, timing, after)
    else:
        at = _next_such(plan, member, timeline, timing, after)
    return at if _in_force(rule, timing, at, timeline) else NEVER


def _before(start: int | None, timing: Timing) -> int:
    """What is asked of a rule that is in force from then on comes later than this."""
    return 0 if start is None else start - (0 if timing.ends else 1)


def _in_force(rule: Earn, timing: Timing, at: int, timeline: Timeline) -> bool:
    """Whether what comes to an end, or begins, at an instant does so while the rule is in force."""
    start, end = between(rule.dates, timeline)
    return _before(start, timing) < at and (end is None or at - timing.ends < end)


def _moved(timeline: Timeline, at: int, timing: Timing) -> int:
    """An instant moved by dates; where it is not moved, it need not be the start of one."""
    if not timing.days and not timing.months:
        return at
    return timeline.start(timeline.moved(timeline.day(at), timing.days, timing.months))


def _next_such(plan: Plan, member: MemberState, timeline: Timeline, timing: Timing, after: int) -> int:
    if timing.occurs is Occurs.JOINED_YEAR or timing.period is not None:
        return next_known(plan, member, timeline, timing, after)
    found = _yearly(plan, member, timeline, timing)
    if found is None:
        return NEVER
    (month, day), leap, first = found
    year = date.fromordinal(timeline.moved(timeline.day(after), -timing.days, -timing.months)).year - 1
    while True:
        ordinal = yearly(year, month, day, leap)
        at = timeline.start(timeline.moved(ordinal, timing.days, timing.months))
        if ordinal > first and at > after:
            return at
        year += 1


def _yearly(
    plan: Plan, member: MemberState, timeline: Timeline, timing: Timing
) -> tuple[tuple[int, int], bool, int] | None:
    """The day of the year on which something happens, whether 29 February is 1 March in other years, and the date
    that it comes after: nobody has been here for a year on the day of joining. None where the day is not known."""
    if timing.day is not None:
        return timing.day, False, 0
    if timing.fact:
        value = dict(member.facts).get(timing.fact)
        leap = plan.checked.facts[timing.fact].leap_on_march_1
        return ((value[0], value[1]), leap, 0) if isinstance(value, tuple) else None
    if member.joined is None:
        return None
    day = timeline.day(member.joined)
    joined = date.fromordinal(day)
    return (joined.month, joined.day), False, day


# ---------- what


def at_end(plan: Plan, member: MemberState, at: int, effects: Effects, found: list[Reached]) -> MemberState:
    """What rules give where something ends, before anything else happens at that instant."""
    return _asked(plan, member, at, effects, found, ends=True)


def at_start(plan: Plan, member: MemberState, at: int, effects: Effects, found: list[Reached]) -> MemberState:
    """What rules give where something begins, once it has."""
    return _asked(plan, member, at, effects, found, ends=False)


def _asked(
    plan: Plan, member: MemberState, at: int, effects: Effects, found: list[Reached], *, ends: bool
) -> MemberState:
    """The rules that are due are one occasion without lines."""
    due = [
        rule.name
        for rule in plan.timed
        if rule.timing is not None and rule.timing.ends is ends and _next(plan, member, rule, at - 1) == at
    ]
    return _given(plan, member, at, due, effects, found, ends=ends) if due else member


def year_begun(
    plan: Plan, member: MemberState, at: int, of: str, effects: Effects, found: list[Reached]
) -> MemberState:
    """What rules give where a year of a membership begins with an event: it was subscribed to, or paid for late. What
    was to come since it began comes as well."""
    due = [
        rule.name
        for rule in plan.timed
        if rule.timing is not None
        and (rule.timing.occurs, rule.timing.of) == (Occurs.YEAR_START, of)
        and years.had_come(plan, member, rule.timing, at)
        and _in_force(rule, rule.timing, at, timeline_of(plan, member, rule.zone))
    ]
    return _given(plan, member, at, due, effects, found, ends=False) if due else member


def _given(
    plan: Plan,
    member: MemberState,
    at: int,
    due: list[str],
    effects: Effects,
    found: list[Reached],
    *,
    ends: bool,
) -> MemberState:
    """What the rules that are due give."""
    occasion = occasion_at(plan, at - ends)._replace(kind="time", name=" ".join(due))
    view = View(plan, occasion, known(plan, member, at - ends))
    result = evaluate(view, effects.draw(plan, view), told=False)
    moved = counts(plan, member, view, result)
    given = replace(view, occasion=occasion._replace(at=at))
    number = member.decisions  # time makes no decision of its own
    after = posted(plan, member, given, result, effects, number)
    after = counted(after, moved, occasion.day, False)
    after = prolonged(plan, after, given, result, effects, number=number)
    now = replace(view, occasion=occasion_at(plan, at)._replace(kind="time", name=occasion.name))
    after = kept_alive(plan, after, now, effects)  # activity is of the date on which the units come
    after = assigned(plan, after, result, at, effects)
    found.append(Reached(view, result))
    return levels.moved_by_occasion(plan, after, view_at(plan, after, at, day=occasion.day), effects, event=False)
