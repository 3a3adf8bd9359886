"""Partners: whose merchants they are, and what asks for them."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.values import Typed, data
from loyalty_rules.problems.partners import MerchantOfTwo
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


def partners(ctx: Context) -> dict[str, k.Partner]:
    """The partners by name."""
    found = {}
    for block in ctx.blocks("H_PARTNER"):
        if block.name is not None and block.name.text not in found:
            name = block.name.text
            found[name] = k.Partner(name, title_of(block), ctx.partners[name], span=block.header)
    return found


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
