"""What offers took off an order, on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from loyalty_rules.adapters.wire.fields import Document, Instant, Number, Text
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.decision import DiscountGiven


class DiscountGivenModel(Document):
    """Money that an offer took off an order; `lines` by line id. `asked` before prices and caps held it."""

    kind: Literal["discount_given"]
    rule: Text
    asked: Number
    granted: Number
    at: Instant
    lines: dict[str, Number] = Field(default={})


def discount_data(effect: DiscountGiven, lines: Mapping[str, str], exponent: int, zone: Zone) -> dict[str, Any]:
    """The effect as plain data, but for its kind."""
    data: dict[str, Any] = {"rule": effect.rule, "asked": format_units(effect.asked, exponent)}
    data |= {"granted": format_units(effect.granted, exponent), "at": format_instant(effect.at, zone)}
    return data | ({"lines": lines} if lines else {})
