"""Which rules an occasion is for: the one that a rule waits for has to have come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from loyalty_rules.lang.checked import Earn, TriggerKind

if TYPE_CHECKING:
    from loyalty_rules.engine.plan import Plan
    from loyalty_rules.engine.view import View

_OCCASION_OF: Final = {
    TriggerKind.PURCHASE: "purchase",
    TriggerKind.EVENT: "event",
    TriggerKind.JOINING: "enrolment",
    TriggerKind.REACHING: "level",
    TriggerKind.TIME: "time",
    TriggerKind.REFERRAL: "referral",
    TriggerKind.CHOICE: "choice",
    TriggerKind.PRIZE: "prize",
}
#: The occasions on which challenges are asked: all on which rules are.
_ASKING: Final = frozenset(_OCCASION_OF.values()) - {"choice"}
#: All on which rules that wait for something may act.
_OCCASIONS: Final = (*sorted(_OCCASION_OF.values()), "confirmation")


def waited_for(view: View, rule: Earn) -> bool:
    """Whether this is the occasion that a rule waits for. A challenge is asked on all of them, and where it counts
    whole windows when members opt in to it."""
    match rule.trigger:
        case TriggerKind.GOAL:
            opting = rule.goal is not None and rule.goal.whole and view.occasion.name == rule.name
            return view.occasion.kind in _ASKING or (view.occasion.kind == "choice" and opting)
        case TriggerKind.COMPLETING:
            return rule.event in view.completed
        case _:
            return _OCCASION_OF[rule.trigger] == view.occasion.kind and rule.waits_for(view.occasion.name)


def by_occasion(plan: Plan) -> Mapping[str, frozenset[str]]:
    """By kind of occasion the rules that may act on it, with the boosts of these: the others wait for another one,
    whatever else is asked of them."""
    found: dict[str, frozenset[str]] = {}
    for kind in _OCCASIONS:
        earns = {name for name, rule in plan.checked.earns.items() if _may_act(rule, kind)}
        boosts = {name for name, boost in plan.checked.boosts.items() if not earns.isdisjoint(boost.changes)}
        found[kind] = frozenset(earns | boosts)
    return found


def _may_act(rule: Earn, kind: str) -> bool:
    if rule.trigger is TriggerKind.COMPLETING:
        return True
    if rule.trigger is TriggerKind.GOAL:
        return kind in _ASKING or kind == "choice"
    return _OCCASION_OF[rule.trigger] == kind
