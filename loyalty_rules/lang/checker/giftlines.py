"""Gifts that offers add to an order, and what says nothing of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of, role_of, shown_role
from loyalty_rules.lang.checker.values import data
from loyalty_rules.problems.budgets import GiftUnnamed
from loyalty_rules.problems.clauses import ClausesExclude

#: How many units one gift may have.
MAX_UNITS: Final = 1_000
#: What says which price is lowered, and by how much.
_OF_PRICES: Final = frozenset(
    (
        *("KEEP_PRICE", "ALLOCATE", "SKIP_FIRST", "ONLY_FIRST", "PICK", "PICK_UP_TO", "PICK_NUMBER", "BASIS", "CAP"),
        "ROUND_DOWN",
    )
)


def gift_line(ctx: Context, block: s.Block) -> tuple[k.GiftLine, k.Give] | None:
    """What an offer adds; None where it adds nothing, or where something was reported."""
    clause = first_of(block, s.AddGift)
    if clause is None:
        return None
    for other in block.clauses:
        if role_of(other) in _OF_PRICES:
            related = Related(clause.span, "first_here")
            ctx.report(ClausesExclude(shown_role(other), Role("ADD_GIFT")), other.span, related)
    number = amounts.whole(ctx, clause.number, 1, MAX_UNITS)
    sku = data(clause.sku)
    if not sku.strip():
        ctx.report(GiftUnnamed(), clause.sku.span)
    if number is None or not sku.strip():
        return None
    return k.GiftLine(sku, number), k.Give("", Fraction(0), None, span=clause.span)
