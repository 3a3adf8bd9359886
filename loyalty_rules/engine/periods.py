"""Days, weeks and months that are counted: which of them have something in them, and how many follow one another.

Without a filter of its own a period counts when an order that counts lies in it: their number is kept by date, or for a
run by period. A filter that measures the whole period is asked of every period in which one of its measures moved;
these measures are kept by period, and nothing else is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from loyalty_rules.calendar import Period
from loyalty_rules.engine.having import moving_in
from loyalty_rules.engine.windows import period_of
from loyalty_rules.lang.checked import forgiven_key
from loyalty_rules.lang.conditions import ACTIVE, IN_A_ROW, PERIODS, Compare, Compared, Constant, Measure, WindowKind

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
    before = _net(view, measure.key, asked.number)
    today = asked.number == view.plan.timeline.number(asked.unit, view.occasion.day)
    return before + (view.contribution(measure) if asked.now and today else 0)


def kept_from(view: View, measure: Measure) -> dict[str, int]:
    """By key, the first bucket that a counter of periods may still read: its own, and those of its filter. A run needs
    nothing from before it began."""
    timeline = view.plan.timeline
    unit = PERIODS[measure.counter]
    if measure.counter in IN_A_ROW:
        own = began(view, measure)
        oldest = timeline.first(unit, own)
    else:
        own = view.reach_of(measure).low
        oldest = timeline.first(unit, timeline.number(unit, own)) if own > 0 else own
    found = {measure.key: own}
    for inner in _moving(view, measure):
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


def run(view: View, measure: Measure, *, now: bool) -> Sequence[int]:
    """The numbers of the periods that follow one another up to today's, or up to the one before where today's does not
    count yet: without those between them that were missed and are forgiven."""
    unit = IN_A_ROW[measure.counter]
    today = view.plan.timeline.number(unit, view.occasion.day)
    before = _run_before(view, measure, unit, today)
    return (*before, today) if _counts(view, measure, unit, today, now=now) else before


def began(view: View, measure: Measure) -> int:
    """The first period of a run, or today's where there is none."""
    unit = IN_A_ROW[measure.counter]
    today = view.plan.timeline.number(unit, view.occasion.day)
    before = _run_before(view, measure, unit, today)
    return before[0] if before else today


def _run_before(view: View, measure: Measure, unit: Period, today: int) -> Sequence[int]:
    """The periods that follow one another up to the one before today's. No occasion changes what they hold, so a view
    asks once."""
    found = view.runs.get(measure.key)
    if found is None:
        if measure.forgives is None:
            found = range(_first_of_run(view, measure, unit, today), today)
        else:
            found = _forgiving_run(view, measure, unit, today)
        view.runs[measure.key] = found
    return found


def _forgiving_run(view: View, measure: Measure, unit: Period, today: int) -> tuple[int, ...]:
    least = _least(measure, unit)
    if least is not None:
        key, needed = least
        some = {bucket for bucket, net in view.known.counters.get(key, ()) if net >= needed}
        counts: Callable[[int], bool] = some.__contains__
    else:
        some = _touched(view, measure, unit, now=False)
        counts = partial(_counts, view, measure, unit, now=False)
    found: list[int] = []
    missed: dict[int, int] = {}
    for number in range(today - 1, min(some, default=today) - 1, -1):
        if counts(number):
            found.append(number)
        elif not _forgiven(view, measure, unit, number, missed):
            break
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


def _first_of_run(view: View, measure: Measure, unit: Period, today: int) -> int:
    first, least = today, _least(measure, unit)
    if least is None:
        while _counts(view, measure, unit, first - 1, now=False):
            first -= 1
        return first
    key, needed = least
    buckets = view.known.counters.get(key, ())
    for place in range(bisect_left(buckets, (today,)) - 1, -1, -1):
        number, net = buckets[place]
        if number != first - 1 or net < needed:
            break
        first = number
    return first


def _least(measure: Measure, unit: Period) -> tuple[str, int] | None:
    """The counter of a run, and how much of it makes a period count, where that is all that is asked of one."""
    if measure.each is None:
        return measure.key, 1
    match measure.each:
        case Compared(Measure() as inner, Compare.AT_LEAST, Constant(int(needed))) if needed > 0:
            return (inner.key, needed) if inner.window.period is unit and inner.counter not in PERIODS else None
        case _:
            return None


def _counts(view: View, measure: Measure, unit: Period, number: int, *, now: bool) -> bool:
    """Whether a period counts for a run: something moved in it, and its filter holds."""
    if measure.each is None:
        return _net(view, measure.key, number) > 0 or (now and view.contribution(measure) > 0)
    return _moved(view, measure, unit, number, now=now) and view.holds_of(measure.each, Asked(unit, number, now))


def _net(view: View, key: str, bucket: int) -> int:
    buckets = view.known.counters.get(key, ())
    place = bisect_left(buckets, (bucket,))
    return buckets[place][1] if place < len(buckets) and buckets[place][0] == bucket else 0


def _moving(view: View, measure: Measure) -> tuple[Measure, ...]:
    """The measures that a filter takes of the period it is asked about, or of shorter ones in it."""
    found = view.plan.having.moving.get(measure.key)
    return moving_in(measure) if found is None else found  # asked by nothing that the file declares


def _moved(view: View, measure: Measure, unit: Period, number: int, *, now: bool) -> bool:
    """Whether one of the measures of a filter moved in a period; today's is asked `now`."""
    timeline = view.plan.timeline
    low, high = timeline.first(unit, number), timeline.first(unit, number + 1) - 1
    today = now and low <= view.occasion.day <= high
    for inner in _moving(view, measure):
        if inner.counter in ACTIVE:
            least, last = low, high
        else:  # by the periods that begin in this one
            own = period_of(inner.window)
            least, last = timeline.number(own, low), timeline.number(own, high)
            least += timeline.first(own, least) < low
        buckets = view.known.counters.get(inner.key, ())
        place = bisect_left(buckets, (least,))
        if (place < len(buckets) and buckets[place][0] <= last) or (today and view.contribution(inner)):
            return True
    return False


def _touched(view: View, measure: Measure, unit: Period, *, now: bool) -> set[int]:
    """The numbers of the periods in which one of the measures of a filter moved."""
    timeline = view.plan.timeline
    found: set[int] = set()
    for inner in _moving(view, measure):
        for bucket, _ in view.known.counters.get(inner.key, ()):
            day = bucket if inner.counter in ACTIVE else timeline.first(period_of(inner.window), bucket)
            found.add(timeline.number(unit, day))
        if now and view.contribution(inner):
            found.add(timeline.number(unit, view.occasion.day))
    return found
