"""Clauses of prices: offers, what the programme says of discounts and taxes, and what examples expect of them."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Lookup, Name, Node, Number, Percent, Quantity, Selected, Step, Text
from loyalty_rules.values import frozen


@frozen
class PriceRounding(Node):
    """`discounts round half up per line` (DISCOUNTS), `taxes round half up per line` (TAXES). `mode`: ROUND_…; `place`:
    S_ITEM, S_LINE, S_ORDER."""

    role: str
    mode: str
    place: str


@frozen
class Discount(Node):
    """`discount 10%`, `discount 10 USD`, `discount 10 USD per full 100 USD`, `discount [ladder] each part`. `parts` is
    "", WHOLE_AMOUNT or EACH_PART."""

    amount: Quantity | Percent | Lookup
    step: Step | None
    parts: str


@frozen
class SellAt(Node):
    """`sell at 40 USD`, `sell at 5 USD per 1 item`"""

    price: Quantity
    step: Step | None


@frozen
class AddGift(Node):
    """`add gift 1 "mug"`: so many units of this sku at no charge"""

    number: Number
    sku: Text


@frozen
class KeepPrice(Node):
    """`keep price at least 45 USD`, `keep price at least [lowest]` (a fact of the line)"""

    amount: Quantity | Lookup


@frozen
class ShouldDiscount(Node):
    """`should discount 10 USD by spring`, `should discount 3.34 USD on line "1" by spring`"""

    amount: Quantity
    line: Text | None
    rule: Name


@frozen
class ShouldAddGift(Node):
    """`should add gift 1 "mug" by with_beans`"""

    number: Number
    sku: Text
    rule: Name


@frozen
class Buy(Node):
    """`buy 3 items on Tea cheapest first`, with `per same sku` before the order (`same_sku`). `order`: CHEAPEST,
    DEAREST, LINE_ORDER."""

    number: Number
    selection: tuple[Selected, ...]
    same_sku: bool
    order: str


@frozen
class Pick(Node):
    """`pick 1 items cheapest first from bought` (PICK), `pick up to 2 items … on Mugs` (PICK_UP_TO), `pick item number
    2 dearest first from bought across sets` (PICK_NUMBER, `across`). `selection` is empty for `from bought`, and where
    `own`: `pick 1 items cheapest first`, of the rule's lines."""

    role: str
    number: Number
    order: str
    selection: tuple[Selected, ...]
    across: bool
    own: bool


@frozen
class SetsAtMost(Node):
    """`limit 2 per order`: so many sets"""

    number: Number
