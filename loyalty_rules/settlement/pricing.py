"""Stage 5 of an order: what offers take off its prices, and what that counts for when goods come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from loyalty_rules.decision import DiscountGiven, Effect, GiftAdded
from loyalty_rules.engine.amounts_kept import share
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.gifts import Use
from loyalty_rules.engine.keeping import bucket_of
from loyalty_rules.engine.known import Known
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.pricing.budgeted import priced_within
from loyalty_rules.engine.pricing.taken import Priced
from loyalty_rules.engine.pricing.tracing import uses_of
from loyalty_rules.engine.receive import Occasion, tendered
from loyalty_rules.engine.sameness import counter_then
from loyalty_rules.engine.view import View
from loyalty_rules.events import Event, Purchase, RedeemRequest
from loyalty_rules.records import Record

#: No reward lowers prices.
NO_RIGHTS: Final[Mapping[str, int]] = MappingProxyType({})


def offered(
    plan: Plan,
    event: Event,
    occasion: Occasion,
    read: Known,
    effects: list[Effect],
    rights: Mapping[str, int] = NO_RIGHTS,
    draw: Draw | None = None,
) -> Priced | None:
    """The order with the prices that offers leave, and what each took off as an effect; None where the programme has
    no offers. `rights`: of rewards that lower prices, how many may be used; `draw`: on budgets. Where no points pay,
    the tenders pay what is left. Raises `InputError` (`tenders.sum`, `tenders.twice`)."""
    if not plan.offers or not isinstance(event, Purchase):
        return None
    found = priced_within(View(plan, occasion, read), rights, draw)
    for one in found.taken:
        if one.granted:
            lines = tuple(one.lines.get(place, 0) for place in range(len(occasion.lines)))
            effects.append(DiscountGiven(one.rule, one.asked, one.granted, event.at, lines))
        if one.gift is not None:
            effects.append(GiftAdded(one.rule, one.gift.sku, one.gift.units, event.at))
    if paying(plan, event):
        return found
    return Priced(tendered(plan, event, found.occasion), found.taken, found.refused)


def paying(plan: Plan, event: Purchase) -> tuple[RedeemRequest, ...]:
    """What an order asks to be paid with; what is left are rewards that lower its prices."""
    return tuple(request for request in event.redeem if request.rule not in plan.offers)


def discount_uses(view: View, found: Priced | None) -> list[Use]:
    """What offers add to their counters."""
    return [] if found is None else uses_of(view, found)


def kept_discount_uses(plan: Plan, record: Record, kept: Sequence[int]) -> Mapping[tuple[str, int], int]:
    """What an order still counts for in the caps of offers, by key and bucket: what is kept of each line's discount."""
    found: dict[tuple[str, int], int] = {}
    for line, units in zip(record.lines, kept, strict=True):
        for rule, amount in line.discounts:
            for cap in plan.caps_of_offers.get(rule, ()):
                if cap.window is not None:
                    key = (counter_then(record, cap.key, cap.same), bucket_of(plan, record, cap.window))
                    found[key] = found.get(key, 0) + share(amount, line, units)
    return found
