"""What offers took off an order, on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from loyalty_rules.adapters.wire.fields import Document, Instant, Number, Text
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.decision import CostShared, DiscountGiven


class DiscountGivenModel(Document):
    """Money that an offer took off an order; `lines` by line id. `asked` before prices and caps held it."""

    kind: Literal["discount_given"]
    rule: Text
    asked: Number
    granted: Number
    at: Instant
    lines: dict[str, Number] = Field(default={})


class CostSharedModel(Document):
    """What an offer or a reward cost, where partners bear a share of it: `money`, or `rights` that the host hands over;
    below zero what came back of it. `funding`: what of it partners bear, with the same sign."""

    kind: Literal["cost_shared"]
    rule: Text
    money: Number | None = None
    rights: int | None = None
    at: Instant
    funding: dict[str, Number] = Field(default={})


def cost_data(effect: CostShared, exponent: int, zone: Zone) -> dict[str, Any]:
    """The effect as plain data, but for its kind."""
    data: dict[str, Any] = {"rule": effect.rule}
    data |= {"rights": effect.rights} if effect.rights else {"money": format_units(effect.money, exponent)}
    decimals = 0 if effect.rights else exponent
    shares = {partner: format_units(units, decimals) for partner, units in effect.funding}
    return data | {"at": format_instant(effect.at, zone)} | ({"funding": shares} if shares else {})


def discount_data(effect: DiscountGiven, lines: Mapping[str, str], exponent: int, zone: Zone) -> dict[str, Any]:
    """The effect as plain data, but for its kind."""
    data: dict[str, Any] = {"rule": effect.rule, "asked": format_units(effect.asked, exponent)}
    data |= {"granted": format_units(effect.granted, exponent), "at": format_instant(effect.at, zone)}
    return data | ({"lines": lines} if lines else {})
