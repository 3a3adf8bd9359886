"""When what has a zone of its own is in force: its dates may be those of the member."""

from __future__ import annotations

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Dates
from loyalty_rules.lang.told import zone_told
from loyalty_rules.member import MemberState
from loyalty_rules.timeline import Timeline


def timeline_of(plan: Plan, member: MemberState, zone: str) -> Timeline:
    """The calendar of a zone, which the member may tell; "" for the programme's."""
    return plan.timeline_in(zone_told(zone, plan.checked.facts, {}, dict(member.facts), ""))


def between(dates: Dates, timeline: Timeline) -> tuple[int | None, int | None]:
    """The instants between which something is in force, the first included; None is no bound."""
    first, last = dates.days
    start = dates.start if first is None else timeline.start(first)
    return start, dates.end if last is None else timeline.start(last + 1)
