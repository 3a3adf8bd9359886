"""What a line of an order tells of itself."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.engine.receive import OrderLine
from loyalty_rules.lang.conditions import Field


def told_by(line: OrderLine, field: Field) -> str | int | Fraction | frozenset[str] | None:
    """The value of a field of lines; None for any other field, and for what the line leaves out."""
    match field:
        case Field.SKU:
            return line.sku
        case Field.CATEGORY:
            return line.category
        case Field.BRAND:
            return line.brand
        case Field.TAG:
            return frozenset(line.tags)
        case Field.UNIT_PRICE:
            return Fraction(*line.unit_price)
        case Field.QUANTITY:
            return line.quantity
        case _:
            return None
