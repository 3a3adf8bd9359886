"""What has to hold of budgets: nobody takes more out of one than there is, and what is taken is what is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loyalty_rules.decision import BudgetUsed, PointsAwarded, PointsConverted, PointsRedeemed
from loyalty_rules.lang.checked import Budget, Counts
from loyalty_rules.programme import Decision
from loyalty_rules.shared import used


def over_budgets(decisions: Sequence[Decision]) -> Iterator[tuple[int, str]]:
    """The decisions after which more is taken out of a budget than there is, or something else than was given; each
    with the budget."""
    taken: dict[tuple[str, str, int], int] = {}
    for place, one in enumerate(decisions):
        found = [effect for effect in one.effects if isinstance(effect, BudgetUsed)]
        for effect in found:
            where = (effect.key, effect.value, effect.bucket)
            taken[where] = taken.get(where, 0) + effect.granted
        for budget in one.programme.checked.budgets.values():
            most = {cap.key: cap.units for cap in budget.caps}
            over = any(not 0 <= units <= most.get(where[0], units) for where, units in taken.items())
            if over or not _is_given(one, budget, found):
                yield place, budget.name
        if one.shared is not None and any(used(one.shared, *where) != units for where, units in taken.items()):
            yield place, min(effect.budget for effect in found) if found else ""


def _is_given(decision: Decision, budget: Budget, found: Sequence[BudgetUsed]) -> bool:
    """Whether what was taken for units or rights is what rules gave and what was sold: of a budget that is always in
    force, and of whole rules."""
    checked = decision.programme.checked
    rules = checked.earns.keys() | checked.conversions.keys() | checked.rewards.keys()
    own = [effect for effect in found if effect.budget == budget.name and effect.granted >= 0]
    if (
        budget.counts not in (Counts.POINTS, Counts.ITEMS)
        or not own
        or not set(budget.covers) <= rules
        or budget.partly
    ):
        return True
    given = sum(
        units
        for rule, purse, units in _given(decision)
        if purse == budget.purse or budget.counts is Counts.ITEMS
        if rule in budget.covers or purse in budget.covers
    )
    in_force = budget.dates.start is None and budget.dates.end is None
    return not in_force or sum(effect.granted for effect in own) == given * len({effect.key for effect in own})


def _given(decision: Decision) -> Iterator[tuple[str, str, int]]:
    """By rule and purse what was given, and by reward the rights that an order bought."""
    for effect in decision.effects:
        if isinstance(effect, PointsAwarded | PointsConverted):
            yield effect.rule, effect.purse, effect.granted
        elif isinstance(effect, PointsRedeemed) and effect.rule in decision.programme.checked.rewards:
            yield effect.rule, effect.rule, effect.rights if effect.purse != effect.rule else 0
