"""Why each offer took off what it did: one record for each, and what it adds to its counters."""

from __future__ import annotations

from loyalty_rules.decision import Outcome, RuleTrace
from loyalty_rules.engine.gifts import Use
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.pricing.taken import Priced, Taken
from loyalty_rules.engine.reasons import false_conditions
from loyalty_rules.engine.sameness import counter_of
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import gift_unit


def trace(plan: Plan, priced: Priced) -> tuple[RuleTrace, ...]:
    """One record for every offer, and for every reward that an order asks for, by name."""
    found = [_record(plan, one) for one in priced.taken]
    for name, (verdict, view) in priced.refused.items():
        conditions = false_conditions(view, verdict.conditions)
        clause = conditions[0].clause if conditions else verdict.clause
        found.append(RuleTrace(name, "price", verdict.outcome, clause, "", 0, 0, (), conditions, verdict.by, "", 0))
    return tuple(sorted(found, key=lambda record: record.rule))


def _record(plan: Plan, one: Taken) -> RuleTrace:
    offer = plan.offers[one.rule]
    granted = one.granted if one.gift is None else one.gift.units
    outcome = Outcome.AWARDED
    if one.lost is not None:
        outcome = Outcome.LOST_IN_GROUP
    elif one.capped_by in plan.checked.budgets and not granted:
        outcome = Outcome.BUDGET_EMPTY
    elif one.capped_by:
        outcome = Outcome.REDUCED_BY_CAP if granted else Outcome.CAP_USED_UP
    elif not granted:
        outcome = Outcome.ZERO_AFTER_ROUNDING
    return RuleTrace(
        one.rule,
        "price",
        outcome,
        offer.span,
        plan.checked.currency if offer.adds is None else gift_unit(offer.adds.sku),
        one.asked,
        granted,
        tuple(entry for entry in one.entries if entry.amount),
        (),
        one.lost.group if one.lost else one.capped_by,
        one.lost.winner if one.lost else "",
        one.lost.amount if one.lost else 0,
    )


def uses_of(view: View, priced: Priced) -> list[Use]:
    """What an order adds to the counters of its offers. Only what took something off uses anything up."""
    found: list[Use] = []
    plan = view.plan
    for one in priced.taken:
        offer = plan.offers[one.rule]
        if one.gives:
            found += one.uses
            found += [Use(counter_of(view, limit), limit.window, 1) for limit in offer.limits]
            capped = [(cap, cap.window) for cap in offer.caps if cap.window is not None]
            found += [Use(counter_of(view, cap), window, one.granted) for cap, window in capped]
    given = {one.rule: one.granted for one in priced.taken}
    for group in plan.checked.offer_groups.values():
        together = sum(given.get(name, 0) for name in plan.offers_in(group.name))
        found += [Use(cap.key, cap.window, together) for cap in group.caps if cap.window is not None and together]
    return found
