"""What guardrails take away from an occasion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loyalty_rules.lang.checked import Blocks, Never
from loyalty_rules.lang.conditions import Measure

if TYPE_CHECKING:
    from loyalty_rules.engine.view import View


def guard_of_all(view: View, kind: Blocks) -> Never | None:
    """The first guardrail that takes the whole occasion out of a kind; None where none does."""
    return next((never for never in _in_force(view, kind) if never.lines is None), None)


def taken_away(view: View, kind: Blocks) -> frozenset[int] | None:
    """The places of the lines that take part in nothing of a kind; None where the whole occasion does not."""
    guards = view.plan.having.guards[kind]
    if not guards:
        return frozenset()
    if kind is not Blocks.EVERYTHING and view.plan.having.guarded_alike >= {kind, Blocks.EVERYTHING}:
        return view.blocked(Blocks.EVERYTHING)
    acting = list(_in_force(view, kind))
    selections = [never.lines for never in acting if never.lines is not None]
    if len(selections) < len(acting):
        return None
    places = range(len(view.occasion.lines))
    return frozenset(place for place in places if any(view.selected(lines, place) for lines in selections))


def _in_force(view: View, kind: Blocks) -> Iterator[Never]:
    return filter(view.in_force, view.plan.having.guards[kind])


def of_measure(view: View, measure: Measure) -> list[frozenset[int] | None]:
    """What guardrails take away of what a measure counts, kind by kind of use; nothing where there are none."""
    if not view.plan.checked.nevers:
        return []
    kinds = (Blocks.EVERYTHING, Blocks.TIERS) if measure.tiers else (Blocks.EVERYTHING,)
    return [view.blocked(kind) for kind in kinds]


@contextmanager
def asked_of_all(view: View, never: Never) -> Iterator[None]:
    """While a guardrail is asked. Whether one that blocks everything acts cannot depend on what it leaves: its measures
    count all of the order as it came."""
    if Blocks.EVERYTHING not in never.blocks:
        yield
        return
    before, view.as_it_came, worth, view.worth = view.as_it_came, True, view.worth, {}
    try:
        yield
    finally:
        view.as_it_came, view.worth = before, worth
