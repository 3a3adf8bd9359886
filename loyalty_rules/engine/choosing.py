"""Gifts of which the member chooses one: what they are is known when the rule acts, and given when one is chosen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from loyalty_rules.amounts import round_exact
from loyalty_rules.choices import Gifts
from loyalty_rules.engine.lookups import table_value
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Dates, Earn, Give, TriggerKind


def gifts_of(view: View, rule: Earn) -> Gifts:
    """What a rule leaves to choose now, rounded as each purse rounds; what comes to nothing is left out."""
    found = {give.purse: _units(view, rule, give) for give in rule.gives}
    return tuple((purse, units) for purse, units in sorted(found.items()) if units > 0)


def _units(view: View, rule: Earn, give: Give) -> int:
    table = view.plan.checked.tables[give.table] if give.table else None
    rounding = rule.rounding or view.plan.checked.purses[give.purse].rounding
    return round_exact(give.value * (table_value(view, table) if table else 1), rounding.mode)


def plan_of_choice(plan: Plan, rule: Earn, purse: str, units: int) -> Plan:
    """What is left of the programme where what was chosen is given: this one gift, to whoever chose it. Whether the
    rule acts was asked before."""
    give = next((one for one in rule.gives if one.purse == purse), None)
    span = rule.span if give is None else give.span
    chosen = replace(
        rule,
        trigger=TriggerKind.CHOICE,
        event="",
        reaches=("", ""),
        timing=None,
        audience=(),
        occasion=(),
        dates=Dates(),
        lines=None,
        base_limits=(),
        limits=(),
        codes=None,
        opt_in=False,
        goal=None,
        gives=(Give(purse, Fraction(units), None, span=span),),
        choosing=None,
    )
    checked = replace(plan.checked, boosts={}, groups={}, referrals={}, earns={rule.name: chosen})
    return Plan(checked, plan.text)
