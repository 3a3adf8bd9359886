"""Periods that end one after another: when the next one does.

Every decision asks it anew, and most of them about the same period. So the plan remembers for each distance from the
ends of a period the last answer, with the instant that it was asked about: between the two the answer is the same,
whoever the member is. It holds no more entries than the file has clauses of periods, and it depends on the file alone:
threads that look it up together write what any of them would have found.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, TypeAlias

from loyalty_rules.calendar import Period, add_months
from loyalty_rules.engine.plan import Plan
from loyalty_rules.timeline import Timeline


class _Stretch(NamedTuple):
    """For every instant from `since` on, and before `end`, the next end is `end`."""

    since: int
    end: int


_Stretches: TypeAlias = dict[tuple[Period, int, int], _Stretch]


def next_end(plan: Plan, period: Period, days: int, months: int, after: int) -> int:
    """The first instant later than `after` that lies so many days and months behind the end of a period, by the
    programme's own calendar."""
    known = plan.once(_stretches)
    key = (period, days, months)
    stretch = known.get(key)
    if stretch is None or not stretch.since <= after < stretch.end:
        stretch = known[key] = _Stretch(after, next_end_in(plan.timeline, period, days, months, after))
    return stretch.end


def next_end_in(timeline: Timeline, period: Period, days: int, months: int, after: int) -> int:
    """The same by any calendar. A month is no fixed number of days, so the ends are tried one after another."""
    number = timeline.number(period, timeline.moved(timeline.day(after), -days, -months)) - 1
    while (at := timeline.start(timeline.moved(timeline.first(period, number), days, months))) <= after:
        number += 1
    return at


def next_anniversary(timeline: Timeline, since: int, days: int, months: int, after: int) -> int:
    """The first instant later than `after` that lies so many days and months behind the end of a year that began with
    the date of an instant, or with an anniversary of it."""
    first = timeline.day(since)
    number = max(1, _year(timeline.moved(timeline.day(after), -days, -months)) - _year(first) - 1)
    while (at := timeline.start(timeline.moved(add_months(first, 12 * number), days, months))) <= after:
        number += 1
    return at


def _year(day: int) -> int:
    return date.fromordinal(day).year


def _stretches(plan: Plan) -> _Stretches:
    return {}
