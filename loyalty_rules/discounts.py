"""Money that is taken off or paid by rewards, and who bears it. Plain values, as in `decision`."""

from __future__ import annotations

from typing import Literal, NamedTuple

from loyalty_rules.records import Funding


class DiscountGiven(NamedTuple):
    """Money that an offer took off an order, in minor units; `asked` before prices and caps held it. `lines` is
    parallel to the order's lines in line order; they add up to `granted`."""

    rule: str
    asked: int
    granted: int
    at: int
    lines: tuple[int, ...]
    kind: Literal["discount_given"] = "discount_given"


class CostShared(NamedTuple):
    """What an offer or a reward cost, where partners bear a share of it: `money` that it took off or paid (minor
    units), or `rights` that the host hands over; below zero what came back of it with goods. `funding`: what of it each
    partner bears, with the same sign; the programme bears the rest."""

    rule: str
    money: int
    rights: int
    at: int
    funding: Funding
    kind: Literal["cost_shared"] = "cost_shared"


class GiftAdded(NamedTuple):
    """Units of an article that an offer adds to an order at no charge, for the host to hand over."""

    rule: str
    sku: str
    units: int
    at: int
    kind: Literal["gift_added"] = "gift_added"


class GiftTakenBack(NamedTuple):
    """Units of a gift for whose goods no longer enough are kept: the host asks for them back."""

    rule: str
    sku: str
    units: int
    at: int
    kind: Literal["gift_taken_back"] = "gift_taken_back"
