"""Stage 5 of an order: what offers take off its prices, and what that counts for when goods come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loyalty_rules.decision import DiscountGiven, Effect
from loyalty_rules.engine.amounts_kept import share
from loyalty_rules.engine.gifts import Use
from loyalty_rules.engine.keeping import bucket_of
from loyalty_rules.engine.known import Known
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.pricing.combining import priced
from loyalty_rules.engine.pricing.taken import Priced
from loyalty_rules.engine.pricing.tracing import uses_of
from loyalty_rules.engine.receive import Occasion, tendered
from loyalty_rules.engine.view import View
from loyalty_rules.events import Event, Purchase
from loyalty_rules.records import Record


def offered(plan: Plan, event: Event, occasion: Occasion, read: Known, effects: list[Effect]) -> Priced | None:
    """The order with the prices that offers leave, and what each took off as an effect; None where the programme has
    no offers. Where no points pay, the tenders pay what is left. Raises `InputError` (`tenders.sum`,
    `tenders.twice`)."""
    if not plan.checked.offers or not isinstance(event, Purchase):
        return None
    found = priced(View(plan, occasion, read))
    for one in found.taken:
        if one.granted:
            lines = tuple(one.lines.get(place, 0) for place in range(len(occasion.lines)))
            effects.append(DiscountGiven(one.rule, one.asked, one.granted, event.at, lines))
    if event.redeem:
        return found
    return Priced(tendered(plan, event, found.occasion), found.taken, found.refused)


def discount_uses(plan: Plan, found: Priced | None) -> list[Use]:
    """What offers add to their counters."""
    return [] if found is None else uses_of(plan, found)


def kept_discount_uses(plan: Plan, record: Record, kept: Sequence[int]) -> Mapping[tuple[str, int], int]:
    """What an order still counts for in the caps of offers, by key and bucket: what is kept of each line's discount."""
    found: dict[tuple[str, int], int] = {}
    for line, units in zip(record.lines, kept, strict=True):
        for rule, amount in line.discounts:
            offer = plan.checked.offers.get(rule)
            for cap in () if offer is None else offer.caps:
                if cap.window is not None:
                    key = (cap.key, bucket_of(plan, record, cap.window))
                    found[key] = found.get(key, 0) + share(amount, line, units)
    return found
