"""What of the lines of a rule counts: money and items, parallel to their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TypeAlias

from loyalty_rules.engine.gifts import ORDER, Amount
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import OrderLine, base_amount
from loyalty_rules.lang.conditions import Base, BaseKind, Measure

#: What a basis counts of a line.
Counted: TypeAlias = Callable[[OrderLine], int]


class Basis:
    """The lines of a rule. Of a rule that asks about no lines it is the order as a whole, which carries no amount."""

    __slots__ = ("amounts", "items", "money", "places")

    def __init__(self, places: Sequence[int], money: Sequence[int], items: Sequence[int]) -> None:
        self.places = places
        self.money = money
        self.items = items
        self.amounts: dict[int, Amount] | None = None

    def told(self) -> dict[int, Amount]:
        """The same by line, as the reference evaluator has it."""
        if self.amounts is None:
            rows = zip(self.places, self.money, self.items, strict=True)
            self.amounts = {place: Amount(money, items) for place, money, items in rows if place != ORDER}
        return self.amounts


#: Of a rule that asks about no lines.
WHOLE = Basis((ORDER,), (0,), (0,))


def told_of(amounts: dict[int, Amount]) -> Basis:
    """A basis of amounts by line."""
    found = Basis(list(amounts), [one.money for one in amounts.values()], [one.items for one in amounts.values()])
    found.amounts = amounts
    return found


def counted_of(plan: Plan, base: Base | Measure) -> Counted:
    """What a rule's basis counts of a line."""
    basis = base if isinstance(base, Base) else plan.checked.basis
    included = plan.checked.tax_included
    if not basis.tenders and (not basis.without_tax or (basis.kind is BaseKind.AFTER_DISCOUNTS and not included)):
        match basis.kind:
            case BaseKind.LIST_PRICE:
                return attrgetter("list_price")
            case BaseKind.AFTER_DISCOUNTS:
                return attrgetter("after_discounts")
            case BaseKind.MONEY_PAID:
                return lambda line: line.payable - line.covered
    return lambda line: base_amount(line, basis, included)
