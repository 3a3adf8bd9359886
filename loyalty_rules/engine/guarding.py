"""What guardrails take away from an occasion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty_rules.lang.checked import Blocks

if TYPE_CHECKING:
    from loyalty_rules.engine.view import View


def taken_away(view: View, kind: Blocks) -> frozenset[int] | None:
    """The places of the lines that take part in nothing of a kind; None where the whole occasion does not."""
    places: set[int] = set()
    for never in view.plan.nevers:
        if never.blocks.isdisjoint({kind, Blocks.EVERYTHING}) or not view.in_force(never):
            continue
        if never.lines is None:
            return None
        places |= {place for place in range(len(view.occasion.lines)) if view.selected(never.lines, place)}
    return frozenset(places)
