"""Stage 16: measures, caps and limits count what happened."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from loyalty_rules.engine import goals, periods
from loyalty_rules.engine.gifts import Use
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.reference import Result, uses
from loyalty_rules.engine.stretches import stretches
from loyalty_rules.engine.view import View
from loyalty_rules.lang.conditions import PERIODS, WindowKind
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import MemberState
from loyalty_rules.records import key_and_value
from loyalty_rules.settlement.knowing import years_at


class Count(NamedTuple):
    """What an occasion adds to a bucket of a counter; buckets before `kept` are dropped then."""

    key: str
    bucket: int
    amount: int
    kept: int


def counts(plan: Plan, member: MemberState, view: View, result: Result, spent: Iterable[Use] = ()) -> tuple[Count, ...]:
    """What measures, caps, limits and base limits count of an occasion, each counter and bucket once. What orders that
    may come back have counted is kept as long as they may, and as long as events may come late. `spent`: what points
    that paid count for."""
    moving = {one.key: (one, amount) for one in plan.kept_measures if (amount := view.contribution(one))}
    used, completed = [*uses(view, result), *spent], result.completed
    if not (moving or used or completed or plan.values_counted):
        return ()
    today = view.occasion.day
    first = min([record.day for record in member.records], default=today)
    first = min(first, today - plan.checked.late_days)
    oldest = _looking_back(plan, member, view, first) if first < today else view
    found: dict[tuple[str, int], Count] = {}

    def add(key: str, bucket: int, amount: int, keep_from: int) -> None:
        before = found.get((key, bucket))
        if before is not None:
            amount, keep_from = before.amount + amount, min(before.kept, keep_from)
        found[key, bucket] = Count(key, bucket, amount, keep_from)

    now = kept_from(plan, view, moving)
    then = kept_from(plan, oldest, moving) if oldest is not view else now
    for key, (measure, amount) in moving.items():
        add(key, view.reach_of(measure).bucket, amount, min(now[key], then[key]))
    for use in used:
        reached = view.reach_of_window(use.window)
        add(use.key, reached.bucket, use.amount, min(reached.low, oldest.reach_of_window(use.window).low))
    for one, then_too in zip(goals.moved(view, completed), goals.moved(oldest, completed), strict=True):
        add(one.key, one.bucket, one.amount, min(one.kept, then_too.kept))
    counts = (count for count in found.values() if count.amount)
    return (*counts, *_values_over(view, oldest)) if plan.values_counted else tuple(counts)


def _values_over(view: View, oldest: View) -> Iterator[Count]:
    """What was counted of single values in windows that have passed: nobody may ever ask about a value again, so it is
    forgotten by the calendar."""
    plan = view.plan
    for key, buckets in view.known.counters.items():
        ceiling, value = key_and_value(key)
        if value and buckets and ceiling in plan.values_counted:
            window = plan.windows[ceiling]
            low = min(view.reach_of_window(window).low, oldest.reach_of_window(window).low)
            if buckets[0][0] < low:
                yield Count(key, low, 0, low)


def _looking_back(plan: Plan, member: MemberState, view: View, day: int) -> View:
    """What windows of an earlier date may read."""
    known, at = view.known, plan.timeline.start(day)
    if plan.checked.memberships:
        known = replace(known, years=years_at(plan, member, at))
    if plan.counted_since:
        known = replace(known, done=stretches(plan.counted_since, known.counters, at))
    return View(plan, view.occasion._replace(day=day), known)


def counted(member: MemberState, found: Iterable[Count], today: int, purchase: bool) -> MemberState:
    """Counters move; an order is numbered and dated."""
    counters = by_key(member.counters)
    for count in found:
        counters[count.key] = added(counters.get(count.key, ()), count.bucket, count.amount, count.kept)
    if purchase:
        counters[ORDERS_EVER] = added(counters.get(ORDERS_EVER, ()), 0, 1, 0)
        member = member._replace(
            first_order=today if member.first_order is None else min(member.first_order, today),
            last_order=today if member.last_order is None else max(member.last_order, today),
        )
    return member._replace(counters=in_order(counters))


def kept_from(plan: Plan, view: View, asked: Container[str] | None = None) -> dict[str, int]:
    """By key of a measure, the first bucket that any measure may still read. `asked`: the keys of which it has to be
    known; None for all."""
    found: dict[str, int] = {}
    for measure in plan.kept_measures:
        if measure.window.kind is WindowKind.EACH:
            continue  # as long as the counter of periods whose filter it stands in
        if asked is not None and measure.key not in asked and measure.counter not in PERIODS:
            continue
        inside = periods.kept_from(view, measure) if measure.counter in PERIODS else {}
        for key, first in (inside or {measure.key: view.reach_of(measure).low}).items():
            found[key] = min(first, found.get(key, first))
    return found
