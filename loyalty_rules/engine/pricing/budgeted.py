"""Offers within budgets: what all members share bounds what an order gets off."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.engine.budgets import Draw, Share
from loyalty_rules.engine.pricing.combining import priced
from loyalty_rules.engine.pricing.taken import Held, Priced
from loyalty_rules.engine.view import View


def priced_within(view: View, rights: Mapping[str, int], draw: Draw | None) -> Priced:
    """The order with the prices that offers leave, once each takes off what budgets have left. Budgets are asked of
    what offers take off without them; then prices are worked out again, and no covered offer takes more than that."""
    found = priced(view, rights)
    offers = view.plan.checked.offers
    units = {one.rule: one.granted for one in found.taken if one.granted and one.rule in offers}
    budgets = () if draw is None else draw.covering(units)
    if draw is None or not budgets:
        return found
    short: dict[str, str] = {}
    for budget in budgets:
        covered = [name for name in sorted(units) if name in budget.covers]
        left = draw.granted(budget, [Share(name, "", (name,), units[name]) for name in covered])
        for name, amount in zip(covered, left, strict=True):
            if amount < units[name]:
                units[name], short[name] = amount, budget.name
    if short:
        names = {name for budget in budgets for name in budget.covers if name in offers}
        found = priced(view, rights, {name: Held(units.get(name, 0), short.get(name, "")) for name in names})
    given = {one.rule: one.granted for one in found.taken}
    for budget in budgets:
        shares = (Share(name, "", (name,), given.get(name, 0)) for name in budget.covers if name in offers)
        draw.take(budget, [share for share in shares if share.units])
    return found
