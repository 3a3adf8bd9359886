"""What a programme says of goods that come back."""

from __future__ import annotations

from enum import Enum

from loyalty_rules.values import frozen


class Refund(Enum):
    """What comes back first of an order that was paid with points and money. The values are phrase roles."""

    IN_PROPORTION = "REFUND_PROP"
    POINTS_FIRST = "REFUND_POINTS"
    MONEY_FIRST = "REFUND_MONEY"


@frozen
class Returns:
    """Goods may come back through the date so many days or months after the purchase. `replay`: the purchase is decided
    again without them, at the prices of then; else each line gives back its share. `refund`: None where points pay for
    nothing."""

    replay: bool
    days: int
    months: int
    refund: Refund | None = None


class AfterReturn(Enum):
    """What a return does to a level. The values are phrase roles."""

    KEEP = "RET_KEEP"
    RECHECK = "RET_RECHECK"
    REVIEW = "RET_REVIEW"
