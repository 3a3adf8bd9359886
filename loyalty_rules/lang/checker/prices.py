"""What the programme says of prices: how discounts and their taxes are rounded, and the smallest coin."""

from __future__ import annotations

from loyalty_rules.amounts import Rounding
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of, missing, simple
from loyalty_rules.lang.checker.returns import lowers_prices
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.offers import NothingDiscounted


def read_prices(ctx: Context, block: s.Block) -> k.Prices:
    """The clauses of prices of the programme block."""
    coin = first_of(block, s.QuantityClause, lambda clause: clause.role == "SMALLEST_COIN")
    units = 1
    if coin is not None:
        found = amounts.money(ctx, coin.quantity)
        units = (found or 1) if amounts.above_zero(ctx, found, coin.quantity.span) else 1
    return k.Prices(_rounding(block, "DISCOUNTS"), _rounding(block, "TAXES"), units)


def _rounding(block: s.Block, role: str) -> k.RoundingRule | None:
    clause = first_of(block, s.PriceRounding, lambda clause: clause.role == role)
    return None if clause is None else k.RoundingRule(Rounding(clause.mode), k.Place(clause.place))


def check_prices(ctx: Context) -> None:
    """Where the file has offers, the programme says how discounts are rounded; and how their taxes are, where taxes
    come on top of prices or something is asked without them. Elsewhere none of it says anything."""
    programme = next(iter(ctx.blocks("H_PROGRAMME")), None)
    if programme is None:
        return
    if not any(lowers_prices(one) for one in ctx.blocks("H_OFFER", "H_REWARD")):
        _idle(ctx, programme)
        return
    if ctx.settings.prices.discounts is None:
        missing(ctx, programme, "DISCOUNTS")
    if ctx.settings.prices.taxes is None and _asks_taxes(ctx, programme):
        missing(ctx, programme, "TAXES")


def _idle(ctx: Context, programme: s.Block) -> None:
    for clause in programme.clauses:
        role = getattr(clause, "role", "")
        if role in ("DISCOUNTS", "TAXES", "SMALLEST_COIN") and not ctx.faults:
            ctx.report(NothingDiscounted(Role(role)), clause.span, Related(programme.header, "programme_here"))


def _asks_taxes(ctx: Context, programme: s.Block) -> bool:
    if simple(programme, "TAX_EX") is not None:
        return True
    clauses = (clause for block in ctx.tree.blocks for clause in block.clauses)
    return any(isinstance(part, s.BaseAmount) and part.without_tax for one in clauses for part in parts_of(one))


def base_of_offers(base: c.Base) -> c.Base:
    """The programme's basis as offers count it: the price so far, or the list price. What is paid, and how, is not
    known before."""
    kind = base.kind if base.kind is c.BaseKind.LIST_PRICE else c.BaseKind.AFTER_DISCOUNTS
    return c.Base(kind, (), base.without_tax)
