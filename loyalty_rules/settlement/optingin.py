"""A member opts in to a rule."""

from __future__ import annotations

from loyalty_rules.decision import Effect, OptedIn
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Choice
from loyalty_rules.member import MemberState
from loyalty_rules.settlement.knowing import view_at


def opted(plan: Plan, member: MemberState, choice: Choice, effects: list[Effect]) -> MemberState:
    """The member who opted in to a rule; for one who did so before, nothing changes. Raises `InputError`
    (`choice.amount`) and, for a rule that is over or for others, `DecisionError` (`choice.refused`)."""
    if choice.amount is not None or choice.purse:
        raise InputError("choice.amount", "to opt in takes neither an amount nor a purse", "amount")
    rule = plan.optable[choice.rule]
    view = view_at(plan, member, choice.at)
    for dates in (plan.checked.dates, rule.dates):
        if dates.end is not None and choice.at >= dates.end:
            raise DecisionError("choice.refused", f"`{rule.name}` is over")
    if not view.all_hold(rule.audience):
        raise DecisionError("choice.refused", f"`{rule.name}` is not for this member")
    if any(name == rule.name for name, _ in member.opted):
        return member
    effects.append(OptedIn(rule.name, choice.at))
    return member._replace(opted=tuple(sorted((*member.opted, (rule.name, choice.at)))))
