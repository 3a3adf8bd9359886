"""Steps of examples that set points aside, capture and release them."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.amounts import MICRO
from loyalty_rules.events import Capture, Release, Reservation
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, caps
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.names import PURSES, resolve
from loyalty_rules.lang.checker.programme import instant_of


def reserving(
    ctx: Context, node: s.At, ids: tuple[str, str], at: int, name: str, rules: Mapping[str, object]
) -> Reservation | Capture | Release | None:
    """The event of a step, with its id and member; `name` is that of the reservation, which is the id of the event that
    makes it. None where it was reported."""
    match node.action:
        case "X_RELEASE":
            return Release(*ids, at, name)
        case "X_CAPTURE":
            return Capture(*ids, at, name, None)
        case "X_CAPTURE_ONLY":
            amount = _captured(ctx, node)
            return None if amount is None else Capture(*ids, at, name, amount)
        case _:
            return _reservation(ctx, node, at, (name, ids[1]), rules)


def _captured(ctx: Context, node: s.At) -> int | None:
    """So many units of the purse that they name."""
    quantity = node.amount
    if quantity is None or not isinstance(quantity.unit, s.Name):
        return None
    by_currency = (head for head in ctx.purses.values() if head.currency == quantity.unit.text)
    purse = ctx.purses.get(quantity.unit.text) or next(by_currency, None)
    if purse is None:
        resolve(ctx, quantity.unit, *PURSES)
        return None
    return None if amounts.points(ctx, quantity, purse) is None else int(quantity.number * MICRO)


def _reservation(
    ctx: Context, node: s.At, at: int, ids: tuple[str, str], rules: Mapping[str, object]
) -> Reservation | None:
    until = None if node.until is None else instant_of(ctx, node.until, node.until.span)
    if node.name is None or not resolve(ctx, node.name, "H_REDEEM"):
        return None
    rule = rules.get(node.name.text)
    if not isinstance(rule, k.Redeem):
        return None
    if node.amount is None:
        return Reservation(*ids, at, rule.name, None, until)
    block = ctx.names[node.name.text].block
    purse = caps.purse_of(ctx, node.amount, [rule.purse], block) if block is not None else None
    if purse is None or amounts.points(ctx, node.amount, purse) is None:
        return None
    return Reservation(*ids, at, rule.name, int(node.amount.number * MICRO), until)
