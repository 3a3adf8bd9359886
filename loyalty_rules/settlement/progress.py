"""Stage 16: measures, caps and limits count what happened."""

from __future__ import annotations

from loyalty_rules.engine import periods
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.reference import Result, uses
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError
from loyalty_rules.lang.conditions import PERIODS, WindowKind
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import MemberState


def joined(plan: Plan, member: MemberState, at: int) -> MemberState:
    """The member joins: what counts since joining begins."""
    if member.joined is not None:
        raise DecisionError("member.joined", "the member has joined already")
    since = {m.key for m in plan.kept_measures if m.window.kind in (WindowKind.SINCE_JOINING, WindowKind.YEAR_JOINED)}
    counters = {key: buckets for key, buckets in by_key(member.counters).items() if key not in since}
    return member._replace(joined=at, counters=in_order(counters))


def counted(plan: Plan, member: MemberState, view: View, result: Result, purchase: bool) -> MemberState:
    """Measures, caps, limits and base limits move."""
    counters = by_key(member.counters)
    today = view.occasion.day

    def add(key: str, bucket: int, amount: int, keep_from: int) -> None:
        if amount:
            counters[key] = added(counters.get(key, ()), bucket, amount, keep_from)

    kept_from = _kept_from(plan, view)
    for measure in plan.kept_measures:
        add(measure.key, view.reach_of(measure).bucket, view.contribution(measure), kept_from[measure.key])
    for use in uses(view, result):
        reached = view.reach_of_window(use.window)
        add(use.key, reached.bucket, use.amount, reached.low)
    if purchase:
        add(ORDERS_EVER, 0, 1, 0)
        member = member._replace(
            first_order=today if member.first_order is None else member.first_order, last_order=today
        )
    return member._replace(counters=in_order(counters))


def _kept_from(plan: Plan, view: View) -> dict[str, int]:
    """By key of a measure, the first bucket that any measure may still read."""
    found: dict[str, int] = {}
    for measure in plan.kept_measures:
        if measure.window.kind is WindowKind.EACH:
            continue  # as long as the counter of periods whose filter it stands in
        inside = periods.kept_from(view, measure) if measure.counter in PERIODS else {}
        for key, first in (inside or {measure.key: view.reach_of(measure).low}).items():
            found[key] = min(first, found.get(key, first))
    return found
