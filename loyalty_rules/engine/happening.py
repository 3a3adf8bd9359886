"""What happened in an occasion: a declared event, a rule that gave something, an offer that took something off."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyalty_rules.engine.view import View


def times_now(view: View, name: str) -> int:
    """How often it happened in this occasion: once, or not; a challenge may be completed several times."""
    if name in view.plan.checked.referrals:
        return 0  # it counts friends, with who invited them
    if name in view.plan.rules:
        return view.completed.get(name, int(name in view.applied))
    if name in view.plan.offers:
        return int(view.occasion.lowered_by(name))
    return int(view.occasion.name == name)
