"""What is told of offers: what each took off which lines, and what the order comes to."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.decision import DiscountGiven, GiftAdded, RuleTrace
from loyalty_rules.events import Purchase
from loyalty_rules.explaining.funding import costs_of
from loyalty_rules.explaining.telling import Telling, listed_of
from loyalty_rules.lang.checked import gift_unit
from loyalty_rules.text import line_order_key

#: How many lines of an order one offer's paragraph lists.
_LINES = 20


def discounts(telling: Telling, record: RuleTrace) -> Iterator[str]:
    """The lines that an offer lowered, for staff."""
    for effect in telling.decision.effects:
        if isinstance(effect, DiscountGiven) and effect.rule == record.rule and record.granted:
            event = telling.decision.event
            ids = sorted((line.id for line in event.lines), key=line_order_key) if isinstance(event, Purchase) else []
            off = [(line, money) for line, money in zip(ids, effect.lines, strict=True) if money]
            listed = [telling.text("given.line", line=line, amount=telling.money(units)) for line, units in off]
            yield telling.text("given.lines", lines=listed_of(telling, listed[:_LINES], len(off)))
            yield from costs_of(telling, record.rule)
        if isinstance(effect, GiftAdded) and effect.rule == record.rule:
            yield telling.text("given.gift", article=article(telling, effect.sku, effect.units))
            yield from costs_of(telling, record.rule)


def taken_off(telling: Telling, rule: str) -> str:
    """What an offer took off or added; "" for nothing."""
    for effect in telling.decision.effects:
        if isinstance(effect, GiftAdded) and effect.rule == rule:
            return article(telling, effect.sku, effect.units)
        if isinstance(effect, DiscountGiven) and effect.rule == rule:
            return telling.money(effect.granted)
    return ""


def article(telling: Telling, sku: str, units: int) -> str:
    """So many units of an article: `2 "mug"`."""
    return telling.units(gift_unit(sku), units)


def in_all(telling: Telling) -> Iterator[str]:
    """What all offers took off."""
    total = sum(effect.granted for effect in telling.decision.effects if isinstance(effect, DiscountGiven))
    if total:
        yield telling.text("after.discounts", amount=telling.money(total))
