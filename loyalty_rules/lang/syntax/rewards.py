"""Clauses of rewards: what they cost, and how they are asked for."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Name, Node, Number, Quantity
from loyalty_rules.values import frozen


@frozen
class Costs(Node):
    """`costs 150 stars`, `costs 3 stars per started 2 items`"""

    price: Quantity
    started: Quantity | None


@frozen
class LimitPerOrder(Node):
    """`limit 1 per order`"""

    number: Number


@frozen
class AsksToUse(Node):
    """`asks to use mug`, `asks to use 2 mug paid from stars` (`purse`), `asks to use 20 RUB by card` (`reward`)"""

    amount: Quantity | None
    reward: Name | None
    purse: Name | None
