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
#: Those on which challenges are asked: all that some rule waits for.
_ASKING: Final = frozenset(_OCCASION_OF.values())


def waited_for(view: View, rule: Earn) -> bool:
    """Whether this is the occasion that a rule waits for. Of choices a challenge waits for one alone: that the member
    opts in to it, where it counts whole windows."""
    kind, name = view.occasion.kind, view.occasion.name
    if not _may_act(rule, kind):
        return False
    match rule.trigger:
        case TriggerKind.GOAL:
            return kind != "choice" or (rule.goal is not None and rule.goal.whole and name == rule.name)
        case TriggerKind.COMPLETING:
            return rule.event in view.completed
        case _:
            return rule.waits_for(name)


def by_occasion(plan: Plan) -> Mapping[str, frozenset[str]]:
    """By kind of occasion the rules that may act on it, with the boosts of these: the others wait for another one,
    whatever else is asked of them."""
    found: dict[str, frozenset[str]] = {}
    for kind in (*sorted(_ASKING), "confirmation"):
        earns = {name for name, rule in plan.checked.earns.items() if _may_act(rule, kind)}
        boosts = {name for name, boost in plan.checked.boosts.items() if not earns.isdisjoint(boost.changes)}
        found[kind] = frozenset(earns | boosts)
    return found


def _may_act(rule: Earn, kind: str) -> bool:
    """Whether a rule may wait for an occasion of a kind."""
    match rule.trigger:
        case TriggerKind.COMPLETING:
            return True
        case TriggerKind.GOAL:
            return kind in _ASKING
        case _:
            return _OCCASION_OF[rule.trigger] == kind
