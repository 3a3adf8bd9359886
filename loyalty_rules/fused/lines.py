"""The lines of an order as columns: what of them the function reads, checked like `engine.receive` checks it.

Whatever would be refused there gives way here: the ordinary path says what is wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from loyalty_rules.amounts import MICRO
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import MAX_LINES, FactValues, typed_facts
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import Facts, Line
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.quoting import Part, listed, number, quoted, told
from loyalty_rules.fused.selecting import GOODS, Classes
from loyalty_rules.lang.checked import Blocks
from loyalty_rules.lang.conditions import Base, BaseKind, LineSet
from loyalty_rules.source import Span
from loyalty_rules.text import line_order_key

#: How many lists of line ids are remembered to be in line order.
MOST_ORDERS: Final = 1_024

#: What of an order is not looked up by its value: it is held to be no list, which a host could change before the digest
#: of the order is made.
_HASHED: Final = (
    *("skus", "categories", "brands", "tags", "quantities", "prices", "amounts", "discounts", "taxes"),
    *("event.merchant", "event.store", "event.channel"),
)
#: The column of a basis.
_COLUMNS: Final = {
    BaseKind.LIST_PRICE: "list_prices",
    BaseKind.AFTER_DISCOUNTS: "after_discounts",
    BaseKind.MONEY_PAID: "payable",
}


class Lines:
    """What the function reads of the lines of an order."""

    def __init__(self, plan: Plan, code: Code) -> None:
        self.plan = plan
        self.code = code
        self.classes = Classes(plan)
        self._asks_list_prices = False

    # ---------- what is asked for

    def money(self, base: Base, at: Span | None) -> str:
        """The column of an amount."""
        if base.tenders or (base.without_tax and not self._untaxed(base)):
            raise LeftError(at)
        self._asks_list_prices = self._asks_list_prices or base.kind is BaseKind.LIST_PRICE
        return _COLUMNS[base.kind]

    def ask_list_prices(self) -> None:
        """They are read beside what rules ask for."""
        self._asks_list_prices = True

    def _untaxed(self, base: Base) -> bool:
        """Whether an amount holds no tax as it is."""
        return base.kind is not BaseKind.MONEY_PAID and not self.plan.checked.tax_included

    def items(self) -> str:
        """The column of items."""
        parts: dict[str, Part] = {"ITEMS": self.code.value(items_of)}
        return self.code.once("items", lambda: told("ITEMS(quantities, prices)", **parts), "items")

    def of(self, column: str, bit: int) -> str:
        """A column in which the lines that have no such bit hold nothing."""
        return self.code.once(
            (column, bit),
            lambda: self._picked(column, bit),
            "column",
        )

    def _picked(self, column: str, bit: int) -> ast.expr:
        return told("[one if kind & BIT else 0 for one, kind in zip(COLUMN, kinds)]", BIT=number(bit), COLUMN=column)

    def total(self, column: str, bit: int) -> str:
        """The sum of such a column."""
        picked = self.of(column, bit)
        return self.code.once(("sum", column, bit), lambda: told("sum(COLUMN)", COLUMN=picked), "total")

    def together(self) -> str:
        """The classes of all lines in one number: it has the bits that one of them has."""
        of = {"REDUCE": self.code.value(reduce), "OR": self.code.value(or_)}
        return self.code.once("any", lambda: told("REDUCE(OR, kinds)", **of), "all_kinds")

    def bit(
        self, lines: LineSet | None, less: Iterable[Blocks], within: LineSet | None = None, at: Span | None = None
    ) -> int:
        """The bit of a selection; of every line but delivery without one."""
        return self.classes.bit(GOODS if lines is None else lines, less, within, at)

    # ---------- how it is read

    def read(self) -> None:
        """Statements that read the lines of `event`."""
        code = self.code
        known: set[tuple[str, ...]] = set()
        columns = [ast.Name(one, ast.Load()) for one in self.classes.columns]
        others = [told(one) for one in _HASHED if one not in self.classes.columns]
        of_types = code.value(types_of)
        code.add(
            """
            try:
                if type(lines) is not tuple or not OF_LINES(map(type, lines)):
                    return None
                ids, skus, categories, brands, tags, quantities, prices, amounts, discounts, taxes, facts, \
deliveries = zip(*lines)
                if ids not in KNOWN:
                    lines = IN_ORDER(lines)
                    if lines is None:
                        return None
                    ids, skus, categories, brands, tags, quantities, prices, amounts, discounts, taxes, facts, \
deliveries = zip(*lines)
                TYPES
                kinds = list(map(KINDS, zip(COLUMNS)))
                if None in kinds:
                    kinds = LEARN(list(zip(COLUMNS)))
                    if kinds is None:
                        return None
                hash(OTHERS)
                count = len(kinds)
                if any(prices) or any(taxes) or None in amounts:
                    found = PRICED(quantities, prices, amounts, discounts, taxes)
                    if found is None:
                        return None
                    list_prices, after_discounts, payable = found
                    if max(list_prices) > MOST:
                        return None
                else:
                    PRICES
                    payable = after_discounts
                    if min(after_discounts) < 0 or max(amounts) > MOST:
                        return None
                if min(quantities) <= 0 or max(quantities) > MOST:
                    return None
            except (TypeError, ValueError):
                return None
            """,
            KNOWN=code.value(known),
            IN_ORDER=code.value(_orderly(known)),
            COLUMNS=_starred(columns),
            OTHERS=listed(others),
            OF_LINES=code.value(frozenset({Line}).issuperset),
            KINDS=code.value(self.classes.known.get),
            LEARN=code.value(self.classes.learner()),
            PRICED=code.value(self._priced()),
            COIN=number(self._coin),
            MOST=number(2**50),
            PRICES=self._prices(),
            TYPES=quoted("types = list(map(TYPES_OF, facts))", TYPES_OF=of_types) if self.classes.by_type else [],
        )

    @property
    def _coin(self) -> int:
        """How many millionths the smallest coin has."""
        return int(MICRO // 10**self.plan.checked.exponent)

    def _prices(self) -> list[ast.stmt]:
        """Prices in the smallest coin where each line tells its amount: before discounts too if they are asked for."""
        listed = """
            list_prices = [one // COIN for one in amounts]
            if sum(list_prices) * COIN != sum(amounts):
                return None
            """
        net = """
            if any(discounts):
                if min(discounts) < 0 or any([one % COIN for one in discounts]):
                    return None
                after_discounts = [(one - less) // COIN for one, less in zip(amounts, discounts)]
            else:
                after_discounts = [one // COIN for one in amounts]
            if sum(after_discounts) * COIN != sum(amounts) - sum(discounts):
                return None
            """
        found = quoted(net, COIN=number(self._coin))
        return [*quoted(listed, COIN=number(self._coin)), *found] if self._asks_list_prices else found

    def _priced(self) -> Any:
        """What gives the amounts of lines of which some tell the price of a unit, or a tax; None where refused."""
        exponent, included = self.plan.checked.exponent, self.plan.checked.tax_included
        coin, scale = self._coin, 10**exponent

        def priced(
            quantities: Sequence[int],
            prices: Sequence[int | None],
            amounts: Sequence[int | None],
            discounts: Sequence[int],
            taxes: Sequence[int],
        ) -> tuple[list[int], list[int], list[int]] | None:
            listed, after, payable = [], [], []
            for quantity, price, amount, discount, tax in zip(
                quantities, prices, amounts, discounts, taxes, strict=True
            ):
                if min(price or 0, amount or 0, discount, tax) < 0 or (price is None and amount is None):
                    return None
                if amount is not None:
                    whole, rest = divmod(amount, coin)
                else:
                    whole, rest = divmod((price or 0) * quantity * scale, MICRO * MICRO)
                off, more = divmod(discount, coin)
                taxed, part = divmod(tax, coin)
                left = whole - off
                if rest or more or part or left < 0 or (included and taxed > left):
                    return None
                listed.append(whole)
                after.append(left)
                payable.append(left if included else left + taxed)
            return listed, after, payable

        return priced


def types_of(facts: Facts) -> tuple[type, ...]:
    """What the values of facts are."""
    return tuple([type(value) for _, value in facts])


def items_of(quantities: Sequence[int], prices: Sequence[int | None]) -> list[int]:
    """How many items lines are: goods by weight are one, whatever they weigh."""
    items = [one // MICRO for one in quantities]
    if sum(items) * MICRO == sum(quantities):
        return items
    return [1 if p is None and q % MICRO else q // MICRO for p, q in zip(prices, quantities, strict=True)]


def _starred(columns: Sequence[ast.expr]) -> ast.expr:
    return columns[0] if len(columns) == 1 else ast.Starred(ast.Tuple(list(columns), ast.Load()), ast.Load())


def _orderly(known: set[tuple[str, ...]]) -> Any:
    """What brings lines into line order, and remembers the ids that stand in it; None for lines that are refused."""

    def in_order(lines: Sequence[Line]) -> Sequence[Line] | None:
        if len(lines) > MAX_LINES:
            return None
        found = sorted(lines, key=lambda line: line_order_key(line.id))
        ids = tuple([line.id for line in found])
        if len(set(ids)) < len(ids) or not all(type(one) is str for one in ids):
            return None
        if len(known) >= MOST_ORDERS:
            known.clear()
        if len(ids) <= 100:
            known.add(ids)
        return found

    return in_order


def facts_of_orders(plan: Plan) -> Callable[[Facts], FactValues | None]:
    """What gives the facts of an order as they are declared; None for those that are refused."""
    declared, exponent = plan.order_facts, plan.checked.exponent

    def facts_of(given: Facts) -> FactValues | None:
        problems: list[LoyaltyError] = []
        found = typed_facts(declared, given, exponent, "facts", problems)
        return None if problems else found

    return facts_of
