"""Ends that wait: units whose end has come stay in the purse as long as one of its conditions holds.

It is asked on the dates before the end, like a review, and then at the end of each day. Days on which the answer cannot
be false are not visited.
"""

from __future__ import annotations

from typing import Final

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.conditions import DateOf, Falls, FieldOf, InSegment, Measure
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement.knowing import view_at

#: How many days are looked ahead at once: as many things may fall due as `clock.MAX_OCCASIONS`, each that far apart.
_DAYS_AHEAD: Final = 64


def holds_off(plan: Plan, member: MemberState, purse: str, at: int) -> bool:
    """Whether the end of what a purse holds waits at an instant, on the date before it."""
    declared = plan.checked.purses.get(purse)
    if declared is None or not declared.waits:
        return False
    view = view_at(plan, member, at, day=plan.timeline.day(at - 1))
    return any(view.holds(condition) for condition in declared.waits)


def next_asked(plan: Plan, member: MemberState, purse: str, until: int) -> int:
    """The next end of a day at which units that wait have to be looked at, as the member stands now; where that is
    later than `until`, any later one: no day behind it is asked about."""
    today = plan.timeline.day(member.clock)
    first = plan.timeline.start(today + 1)
    if first > until or not holds_off(plan, member, purse, first):
        return first
    if purse not in plan.once(_asked_of_time):
        return NEVER
    for ahead in range(2, _DAYS_AHEAD):
        start = plan.timeline.start(today + ahead)
        if start > until or not holds_off(plan, member, purse, start):
            return start
    return plan.timeline.start(today + _DAYS_AHEAD)


def _asked_of_time(plan: Plan) -> frozenset[str]:
    """The purses of which the ends may come although nothing happens to the member."""
    return frozenset(name for name, purse in plan.checked.purses.items() if _depends_on_time(plan, purse.waits))


def _depends_on_time(plan: Plan, asked: object) -> bool:
    """Whether an answer may change although nothing happens to the member: dates and measures over a time do."""
    for part in parts_of(asked):
        if isinstance(part, Measure | FieldOf | DateOf | Falls):
            return True
        if isinstance(part, InSegment) and _depends_on_time(plan, plan.checked.segments[part.segment].when):
            return True
    return False
