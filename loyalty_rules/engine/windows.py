"""Windows in buckets: where an amount of today goes, and which buckets a window counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from loyalty_rules.calendar import Period, add_months
from loyalty_rules.engine.stretches import Stretches
from loyalty_rules.errors import DecisionError
from loyalty_rules.lang.conditions import Window, WindowKind
from loyalty_rules.timeline import Timeline

_ALWAYS: Final = 0  # the one bucket of a window without an end


class Since(NamedTuple):
    """What windows of one member begin with: the date of joining, if it is known, by ladder the instant at which the
    level last changed, by membership the instant at which its year began, 0 for a member who never had it, and by
    challenge the instant of its last completion and the one until which is counted."""

    joined: int | None
    changed: Mapping[str, int]
    years: Mapping[str, int] = MappingProxyType({})
    done: Stretches = MappingProxyType({})


class Reach(NamedTuple):
    """An amount of today goes to `bucket`; the window counts buckets `low` through `high`."""

    bucket: int
    low: int
    high: int

    @property
    def counts_today(self) -> bool:
        return self.low <= self.bucket <= self.high


def reach(window: Window, today: int, since: Since, timeline: Timeline, *, by_date: bool = False) -> Reach:
    """The reach of a window at a local date. `by_date`: the counter is kept by dates whatever the window (active
    days)."""
    if by_date:
        return Reach(today, *_dates(window, today, since, timeline))
    match window.kind:
        case WindowKind.LAST:
            return Reach(today, _first_of_last(window, today), today)
        case WindowKind.PERIOD | WindowKind.EACH:
            number = timeline.number(period_of(window), today)
            return Reach(number, number, number)
        case WindowKind.PREVIOUS:
            number = timeline.number(period_of(window), today)
            return Reach(number, number - 1, number - 1)
        case WindowKind.YEAR_JOINED:
            number = years_since(since.joined, today)
            return Reach(number, number, number)
        case WindowKind.SINCE_CHANGE:
            stretch = since.changed.get(window.of, _ALWAYS)
            return Reach(stretch, stretch, stretch)
        case WindowKind.SINCE_DONE:
            last, until = since.done.get(window.of, (_ALWAYS, _ALWAYS))
            return Reach(last, last, until)
        case WindowKind.YEAR_OF:
            year = _year_of(window, today, since, timeline)
            return Reach(year, year, year)
        case WindowKind.THIS_ORDER | WindowKind.SINCE_JOINING | WindowKind.EVER | WindowKind.IN_FORCE:
            return Reach(_ALWAYS, _ALWAYS, _ALWAYS)


def years_since(joined: int | None, today: int) -> int:
    """How many whole years lie between the joining date and `today`; 0 for a member whose joining date is not known."""
    if joined is None or today < joined:
        return 0
    years = date.fromordinal(today).year - date.fromordinal(joined).year
    return years if add_months(joined, 12 * years) <= today else years - 1


def _year_of(window: Window, today: int, since: Since, timeline: Timeline) -> int:
    """The instant at which the year of a membership began; or of a ladder: that of its last change of level, or the
    start of the latest anniversary of that date; without a change, of the date of joining."""
    if window.of in since.years:
        return since.years[window.of]
    changed = since.changed.get(window.of)
    first = since.joined if changed is None else timeline.day(changed)
    if first is None:
        return _ALWAYS
    years = years_since(first, today)
    return changed if changed is not None and not years else timeline.start(add_months(first, 12 * years))


def period_of(window: Window) -> Period:
    """The period that a window of periods names."""
    if window.period is None:
        raise DecisionError("plan.window", "a window of periods names no period")
    return window.period


def _first_of_last(window: Window, today: int) -> int:
    """`last N days` are the N dates that end with today; `last N months` the dates after the same day N months
    before."""
    return add_months(today, -window.months) + 1 if window.months else today - window.days + 1


def _dates(window: Window, today: int, since: Since, timeline: Timeline) -> tuple[int, int]:
    match window.kind:
        case WindowKind.LAST:
            return _first_of_last(window, today), today
        case WindowKind.PERIOD | WindowKind.EACH:
            return timeline.first(period_of(window), timeline.number(period_of(window), today)), today
        case WindowKind.PREVIOUS:
            number = timeline.number(period_of(window), today)
            return timeline.first(period_of(window), number - 1), timeline.first(period_of(window), number) - 1
        case WindowKind.YEAR_JOINED if since.joined is not None:
            return add_months(since.joined, 12 * years_since(since.joined, today)), today
        case WindowKind.SINCE_JOINING if since.joined is not None:
            return since.joined, today
        case WindowKind.SINCE_CHANGE | WindowKind.YEAR_OF | WindowKind.SINCE_DONE:
            began = reach(window, today, since, timeline).bucket
            return (timeline.day(began) if began else 0), today
        case WindowKind.IN_FORCE if window.since is not None:
            return timeline.day(window.since), today
        case WindowKind.THIS_ORDER:
            return today, today
        case _:
            return 0, today
