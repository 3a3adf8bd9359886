"""Partners: whose merchants they are, and what asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from loyalty_rules.calendar import Period
from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.amounts import above_zero, first_money, is_money, points
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.values import Typed, data
from loyalty_rules.problems.partners import (
    MerchantOfTwo,
    PrepaidWithoutPrice,
    PriceOfChange,
)
from loyalty_rules.problems.values import WrongType

#: The attribute that asks for a partner; the order tells its merchant.
ORDER_PARTNER: Final = "ORDER_PARTNER"


def read_partners(ctx: Context) -> None:
    """Notes the merchants of each partner, which conditions and examples name it by."""
    seen: dict[str, s.Text] = {}
    for block in ctx.blocks("H_PARTNER"):
        clause = first_of(block, s.Merchants)
        if block.name is None or block.name.text in ctx.partners:
            continue
        found: list[str] = []
        for text in clause.ids if clause else ():
            merchant = data(text)
            if merchant in seen:
                ctx.report(MerchantOfTwo(merchant), text.span, Related(seen[merchant].span, "first_here"))
            else:
                found.append(merchant)
            seen.setdefault(merchant, text)
        ctx.partners[block.name.text] = tuple(found)


def partners(ctx: Context, changes: Mapping[str, k.Change]) -> dict[str, k.Partner]:
    """The partners by name."""
    found = _partners(ctx)
    _check_prices(ctx, found, changes)
    return found


def _partners(ctx: Context) -> dict[str, k.Partner]:
    found = {}
    for block in ctx.blocks("H_PARTNER"):
        if block.name is not None and block.name.text not in found:
            name = block.name.text
            found[name] = k.Partner(
                name, title_of(block), ctx.partners[name], *_price(ctx, block), _period(ctx, block), span=block.header
            )
            found[name] = replace(found[name], prepaid=_prepaid(ctx, block, found[name]))
    return found


def _price(ctx: Context, block: s.Block) -> tuple[str, Fraction]:
    """The purse of whose units a partner pays for, and what a smallest one costs; "" where it says no price."""
    clause = first_of(block, s.Pays)
    unit = None if clause is None else clause.per.unit
    if clause is None:
        return "", Fraction(0)
    amount = first_money(ctx, clause.amount)
    if not isinstance(unit, s.Name) or not resolve(ctx, unit, "H_PURSE"):
        if isinstance(unit, str):
            ctx.report(WrongType(ctx.words(clause.per.span), Role("KIND_POINTS")), clause.per.span)
        return "", Fraction(0)
    units = points(ctx, clause.per, ctx.purses[unit.text])
    if above_zero(ctx, amount, clause.amount.span) and above_zero(ctx, units, clause.per.span):
        return unit.text, Fraction(amount or 0, units or 1)
    return "", Fraction(0)


def _period(ctx: Context, block: s.Block) -> Period | None:
    clause = first_of(block, s.Settles)
    return None if clause is None else ctx.period(clause.end.removeprefix("AT_END_"), clause.span)


def _prepaid(ctx: Context, block: s.Block, partner: k.Partner) -> Fraction:
    """What a partner has paid in advance, in money: told so, or as units at its price."""
    clause = first_of(block, s.QuantityClause)
    if clause is None:
        return Fraction(0)
    if first_of(block, s.Pays) is None:
        ctx.report(PrepaidWithoutPrice(Role("PAYS")), clause.span)
        return Fraction(0)
    unit = clause.quantity.unit
    if is_money(ctx, unit):
        paid = first_money(ctx, clause.quantity)
        return Fraction(paid or 0) if above_zero(ctx, paid, clause.quantity.span) else Fraction(0)
    head = ctx.purses.get(partner.purse)
    units = None if head is None else points(ctx, clause.quantity, head)
    return (units or 0) * partner.price if above_zero(ctx, units, clause.quantity.span) else Fraction(0)


def merchants_of(ctx: Context, node: s.Node) -> tuple[str, ...] | None:
    """The merchants of a partner that is named. None where something was reported."""
    if not isinstance(node, s.Name):
        ctx.report(WrongType(ctx.words(node.span), Role("KIND_PARTNER")), node.span)
        return None
    return ctx.partners.get(node.text) if resolve(ctx, node, "H_PARTNER") else None


def partner_test(ctx: Context, node: s.Is | s.IsOneOf, typed: Typed) -> c.Condition | None:
    """Whether the order is of a partner: whether its merchant is one of those of the partner."""
    named = node.values if isinstance(node, s.IsOneOf) else (node.bound,)
    listed = [merchants_of(ctx, one) for one in named]
    known = [ids for ids in listed if ids is not None]
    if len(known) != len(listed):
        return None
    merchants = tuple(merchant for ids in known for merchant in ids)
    if isinstance(node, s.Is) and node.negated:
        items = tuple(c.Equals(typed.operand, c.Constant(one), True, span=node.span) for one in merchants)
        return items[0] if len(items) == 1 else c.AllOf(items, span=node.span)
    return c.In(typed.operand, merchants, span=node.span)


def _check_prices(ctx: Context, found: Mapping[str, k.Partner], changes: Mapping[str, k.Change]) -> None:
    """A price is of a unit as it is counted throughout: no change may give units of its purse another denomination."""
    for partner in found.values():
        for change in changes.values():
            if partner.purse in change.purses:
                related = Related(change.span, "other_here")
                ctx.report(PriceOfChange(partner.purse, change.name), partner.span, related)
