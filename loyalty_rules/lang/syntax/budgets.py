"""The lines of a budget that no other block has."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Attribute, Name, Node, Quantity, Window
from loyalty_rules.values import frozen


@frozen
class BudgetCap(Node):
    """`cap 1 000 RUB per same order store in calendar month`"""

    quantity: Quantity
    same: Attribute | Name | None
    window: Window | None
