"""Clauses of rewards: what they cost, and how they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_rules.lang.syntax.terms import Name, Node, Number, Quantity


@dataclass(frozen=True, slots=True)
class Costs(Node):
    """`costs 150 stars`, `costs 3 stars per started 2 items`"""

    price: Quantity
    started: Quantity | None


@dataclass(frozen=True, slots=True)
class LimitPerOrder(Node):
    """`limit 1 per order`"""

    number: Number


@dataclass(frozen=True, slots=True)
class AsksToUse(Node):
    """`asks to use mug`, `asks to use 2 mug paid from stars` (`purse`), `asks to use 20 RUB by card` (`reward`)"""

    amount: Quantity | None
    reward: Name | None
    purse: Name | None
