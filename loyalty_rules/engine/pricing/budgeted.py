"""Offers within budgets: what all members share bounds what an order gets off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loyalty_rules.engine.budgets import Draw, Share
from loyalty_rules.engine.pricing.combining import priced
from loyalty_rules.engine.pricing.taken import Held, Priced, Taken
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Budget, Counts


def priced_within(view: View, rights: Mapping[str, int], draw: Draw | None) -> Priced:
    """The order with the prices that offers leave, once each takes off what budgets have left. Budgets are asked of
    what offers take off without them; then prices are worked out again, and no covered offer takes more than that."""
    found = priced(view, rights)
    offers = view.plan.checked.offers
    asking = _Asking({one.rule: one for one in found.taken if one.gives and one.rule in offers})
    budgets = () if draw is None else draw.covering(asking.taken)
    if draw is None or not budgets:
        return found
    for budget in budgets:
        asking.ask(budget, draw)
    if asking.short:
        found = priced(view, rights, asking.held(name for one in budgets for name in one.covers if name in offers))
    given = {one.rule: one for one in found.taken}
    for budget in budgets:
        shares = (_share(budget, name, given[name]) for name in budget.covers if name in given and name in offers)
        draw.take(budget, [share for share in shares if share.units])
    return found


@dataclass(slots=True)
class _Asking:
    """What budgets leave of what each offer would take off without them: units where its budget counts those, else
    money."""

    taken: Mapping[str, Taken]
    money: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)

    def ask(self, budget: Budget, draw: Draw) -> None:
        """Asks a budget for what those before it left."""
        left = self.items if budget.counts is Counts.ITEMS else self.money
        covered = [name for name in sorted(self.taken) if name in budget.covers]
        asks = [_share(budget, name, self.taken[name]) for name in covered]
        asks = [one if one.rule not in left else one._replace(units=left[one.rule]) for one in asks]
        asks = [one if self.gives(one.rule) else one._replace(units=0) for one in asks]
        for one, units in zip(asks, draw.granted(budget, asks), strict=True):
            left[one.rule] = units
            if units < one.units:
                self.short[one.rule] = budget.name

    def gives(self, name: str) -> bool:
        """Whether a budget has left anything of it so far."""
        return all(left.get(name, 1) for left in (self.money, self.items))

    def held(self, names: Iterable[str]) -> dict[str, Held]:
        """What each covered offer is held to; what took nothing off is not asked again."""
        return {
            name: Held(self.money.get(name), self.items.get(name), self.short.get(name, ""))
            if name in self.taken
            else Held(0, None, "")
            for name in names
        }


def _share(budget: Budget, name: str, taken: Taken) -> Share:
    if taken.gift is not None:
        return Share(name, "", (name,), taken.gift.units)
    if budget.counts is not Counts.ITEMS:
        return Share(name, "", (name,), taken.granted)
    places = max(taken.items, default=-1) + 1
    lines = tuple(taken.items.get(place, 0) for place in range(places))
    return Share(name, "", (name,), sum(lines), lines)
