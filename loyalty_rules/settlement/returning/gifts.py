"""Gifts that offers added to an order whose goods come back: which are still earned, and what is to come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loyalty_rules.decision import GiftTakenBack
from loyalty_rules.engine.amounts_kept import kept_gift
from loyalty_rules.engine.keeping import kept_view
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Offer
from loyalty_rules.records import Record


def still_earned(plan: Plan, record: Record, kept: Sequence[int]) -> Record:
    """The record without the gifts that what is kept does not earn. All goods of the order have to: else what was asked
    is not in the record, and the gift stays. Where returns go in proportion, nothing is asked."""
    returns = plan.checked.returns
    if not record.gifts or returns is None or not returns.replay:
        return record
    bought, now = (_as_it_came(plan, record, units) for units in (_all(record), tuple(kept)))
    left = tuple(gift for gift in record.gifts if _asks(now, gift.rule) or not _asks(bought, gift.rule))
    return record._replace(gifts=left)


def taken_back(
    before: Record, after: Record, held: Sequence[int], kept: Sequence[int], at: int
) -> Iterator[GiftTakenBack]:
    """What of each gift is to come back: `before` with what was kept until now, `after` with what is kept."""
    left = {gift.rule: kept_gift(gift, after.lines, kept) for gift in after.gifts}
    for gift in before.gifts:
        units = kept_gift(gift, before.lines, held) - left.get(gift.rule, 0)
        if units:
            yield GiftTakenBack(gift.rule, gift.sku, units, at)


def _all(record: Record) -> tuple[int, ...]:
    return tuple(line.quantity for line in record.lines)


def _as_it_came(plan: Plan, record: Record, kept: Sequence[int]) -> View:
    """The goods that are kept at the prices with which they came, which is what offers are asked about."""
    view = kept_view(plan, record, kept)
    lines = tuple(
        line._replace(after_discounts=line.after_discounts + sum(units for _, units in line.discounts))
        for line in view.occasion.lines
    )
    return replace(view, occasion=view.occasion._replace(lines=lines))


def _asks(view: View, rule: str) -> bool:
    """Whether the conditions of an offer hold of an occasion."""
    offer: Offer | None = view.plan.offers.get(rule)
    return offer is not None and view.all_hold(offer.occasion)
