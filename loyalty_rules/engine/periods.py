"""Days, weeks and months that are counted: which of them have something in them, and how many follow one another.

Without a filter of its own a period counts when an order that counts lies in it: their number is kept by date, or for a
run by period. A filter that measures the whole period is asked of every period in which one of its measures moved;
these measures are kept by period, and nothing else is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from loyalty_rules.calendar import Period
from loyalty_rules.engine.plan import measures_of
from loyalty_rules.engine.windows import period_of
from loyalty_rules.lang.checked import forgiven_key
from loyalty_rules.lang.conditions import ACTIVE, IN_A_ROW, PERIODS, Measure, WindowKind

if TYPE_CHECKING:
    from loyalty_rules.engine.view import View


class Asked(NamedTuple):
    """The period that a filter is asked about; `now` with this occasion."""

    unit: Period
    number: int
    now: bool


def count(view: View, measure: Measure, *, now: bool) -> int:
    """A counter of periods, with this occasion or without it."""
    if measure.counter in IN_A_ROW:
        return len(run(view, measure, now=now))
    unit, timeline = ACTIVE[measure.counter], view.plan.timeline
    low, high = _dates(view, measure)
    if measure.each is None:
        return len({timeline.number(unit, day) for day in _active_dates(view, measure, low, high, now=now)})
    return sum(
        timeline.first(unit, number) <= high
        and timeline.first(unit, number + 1) > low
        and view.holds_of(measure.each, Asked(unit, number, now))
        for number in _touched(view, measure, unit, now=now)
    )


def within(view: View, measure: Measure, asked: Asked) -> int:
    """What a measure of a filter comes to in the period that it is asked about."""
    if measure.counter in PERIODS:
        return count(view, measure, now=asked.now)
    kept = view.known.counters.get(measure.key, ())
    place = bisect_left(kept, (asked.number,))
    before = kept[place][1] if place < len(kept) and kept[place][0] == asked.number else 0
    today = asked.number == view.plan.timeline.number(asked.unit, view.occasion.day)
    return before + (view.contribution(measure) if asked.now and today else 0)


def kept_from(view: View, measure: Measure) -> dict[str, int]:
    """By key, the first bucket that a counter of periods may still read: its own, and those of its filter. A run needs
    nothing from before it began."""
    timeline = view.plan.timeline
    unit = PERIODS[measure.counter]
    if measure.counter in IN_A_ROW:
        own = min((*run(view, measure, now=True), timeline.number(unit, view.occasion.day)))
        oldest = timeline.first(unit, own)
    else:
        own = view.reach_of(measure).low
        oldest = timeline.first(unit, timeline.number(unit, own)) if own > 0 else own
    found = {measure.key: own}
    for inner in _moving(measure):
        by_date = inner.counter in ACTIVE or oldest <= 0
        found[inner.key] = oldest if by_date else timeline.number(period_of(inner.window), oldest)
    return found


# ---------- which periods


def _dates(view: View, measure: Measure) -> tuple[int, int]:
    """The dates over which a counter of periods is asked: its window, or the period that a filter is asked about."""
    asked = view.asked_period
    if measure.window.kind is not WindowKind.EACH or asked is None:
        _, low, high = view.reach_of(measure)
        return low, high
    timeline = view.plan.timeline
    return timeline.first(asked.unit, asked.number), timeline.first(asked.unit, asked.number + 1) - 1


def _active_dates(view: View, measure: Measure, low: int, high: int, *, now: bool) -> Iterator[int]:
    for day, net in view.known.counters.get(measure.key, ()):
        if net > 0 and low <= day <= high:
            yield day
    if now and low <= view.occasion.day <= high and view.contribution(measure) > 0:
        yield view.occasion.day


def run(view: View, measure: Measure, *, now: bool) -> tuple[int, ...]:
    """The numbers of the periods that follow one another up to today's, or up to the one before where today's does not
    count yet: without those between them that were missed and are forgiven."""
    unit = IN_A_ROW[measure.counter]
    today = view.plan.timeline.number(unit, view.occasion.day)
    known = _with_orders if measure.each is None else _touched
    some = known(view, measure, unit, now=now)

    def counts(number: int) -> bool:
        if number not in some:
            return False
        return measure.each is None or view.holds_of(measure.each, Asked(unit, number, now))

    found: list[int] = []
    missed: dict[int, int] = {}
    number, first = today if counts(today) else today - 1, min(some, default=today)
    while number >= first:
        if counts(number):
            found.append(number)
        elif not _forgiven(view, measure, unit, number, missed):
            break
        number -= 1
    return tuple(reversed(found))


def _forgiven(view: View, measure: Measure, unit: Period, number: int, missed: dict[int, int]) -> bool:
    """Whether a period that was missed breaks no run. `missed`: by window, how many of later ones were forgiven without
    a reward for it; those of the window that have one are not among them."""
    how = measure.forgives
    if how is None:
        return False
    if how.reward:
        used = view.known.counters.get(forgiven_key(measure.key), ())
        if any(bucket == number and net > 0 for bucket, net in used):
            return True
    if how.window is None:
        return False
    period, timeline = how.window.period, view.plan.timeline
    within = 0 if period is None else timeline.number(period, timeline.first(unit, number))
    missed[within] = missed.get(within, 0) + 1
    return missed[within] <= how.number


def _with_orders(view: View, measure: Measure, unit: Period, *, now: bool) -> set[int]:
    found = {number for number, net in view.known.counters.get(measure.key, ()) if net > 0}
    if now and view.contribution(measure) > 0:
        found.add(view.plan.timeline.number(unit, view.occasion.day))
    return found


def _moving(measure: Measure) -> Iterator[Measure]:
    """The measures that a filter takes of the period it is asked about, or of shorter ones in it."""
    return (inner for inner in measures_of(measure.each) if inner.window.kind is WindowKind.EACH)


def _touched(view: View, measure: Measure, unit: Period, *, now: bool) -> set[int]:
    """The numbers of the periods in which one of the measures of a filter moved."""
    timeline = view.plan.timeline
    found: set[int] = set()
    for inner in _moving(measure):
        for bucket, _ in view.known.counters.get(inner.key, ()):
            day = bucket if inner.counter in ACTIVE else timeline.first(period_of(inner.window), bucket)
            found.add(timeline.number(unit, day))
        if now and view.contribution(inner):
            found.add(timeline.number(unit, view.occasion.day))
    return found
