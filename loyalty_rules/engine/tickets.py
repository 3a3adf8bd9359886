"""Tickets of draws: until when they are given."""

from __future__ import annotations

from loyalty_rules.engine.plan import Plan


def closed_draw(plan: Plan, purse: str, at: int) -> bool:
    """Whether what is given there are tickets of a draw that is not open yet, or over, at an instant."""
    draw = plan.checked.draws.get(purse)
    if draw is None:
        return False
    begins, ends = draw.dates.start, draw.dates.end
    return (begins is not None and at < begins) or (ends is not None and at >= ends)
