"""Ceilings and their counters: caps, limits, and the parts of a basis that do not count."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, measures
from loyalty_rules.lang.checker.context import Context, PurseHead
from loyalty_rules.lang.checker.counts import all_of, first_of
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import PURSES, resolve
from loyalty_rules.lang.checker.same import same_of, window_of_values, word_of
from loyalty_rules.problems.rules import (
    LinesNeeded,
    MoneyHasNoOrder,
    OtherPurse,
    ScopeRefused,
    UnitsNeedOrder,
    WindowElsewhere,
    WindowOfMember,
)
from loyalty_rules.problems.values import WindowRefused


def caps(
    ctx: Context, block: s.Block, purses: Iterable[str], dates: k.Dates, *, lines: bool, place: Place | None = None
) -> tuple[k.Cap, ...]:
    """The caps of a rule or group that gives into these purses; `lines`: it acts on lines; `place`: where a rule asks
    about its occasion."""
    given = sorted(set(purses))
    found: list[k.Cap] = []
    for clause in all_of(block, s.Cap):
        scope = k.Scope(clause.scope)
        over = window_of(ctx, clause, scope, clause.window, "CAP")
        same = told_by(ctx, clause, place)
        if over is False or same is False or not _scope_fits(ctx, clause, scope, lines=lines):
            continue
        purse = purse_of(ctx, clause.quantity, given, block)
        if purse is None:
            continue
        units = amounts.points(ctx, clause.quantity, purse)
        if not amounts.above_zero(ctx, units, clause.quantity.span):
            continue
        window = over if isinstance(over, c.Window) else None
        key = key_of(block, "CAP", purse.name, scope, window, dates, same)
        early = " BEFORE_BOOSTS" if clause.before_boosts else ""
        bound = k.Cap(f"{key}{early}", purse.name, units or 0, scope, window, clause.before_boosts, clause.span, same)
        found.append(bound)
    return tightest_caps(found)


def tightest_caps(caps: Iterable[k.Cap]) -> tuple[k.Cap, ...]:
    """Of caps that count the same, the lowest: the others hold nothing, and would count it once more."""
    found: dict[str, k.Cap] = {}
    for cap in caps:
        if cap.key not in found or cap.units < found[cap.key].units:
            found[cap.key] = cap
    return tuple(found.values())


def transfer_most(ctx: Context, block: s.Block, purse: PurseHead) -> k.Cap | None:
    """How much of a purse a member may give to others in a window; None where the block does not say it."""
    clause = first_of(block, s.TransferMost)
    if clause is None:
        return None
    window = _of_member(ctx, clause.window)
    units = amounts.points(ctx, clause.quantity, purse)
    if not amounts.above_zero(ctx, units, clause.quantity.span) or window is None:
        return None
    key = key_of(block, "CAP", purse.name, k.Scope.MEMBER, window, k.Dates())
    return k.Cap(key, purse.name, units or 0, k.Scope.MEMBER, window, before_boosts=False, span=clause.span)


def purse_of(ctx: Context, quantity: s.Quantity, purses: list[str], block: s.Block) -> PurseHead | None:
    """The purse that an amount is counted in, out of those that a rule gives to."""
    unit = quantity.unit
    if isinstance(unit, s.Name):
        # A currency is that of a purse before it is that of a reward.
        for name in sorted(
            purses, key=lambda name: name != unit.text and name in ctx.purses and ctx.purses[name].reward
        ):
            head = ctx.purses.get(name)
            if head is not None and unit.text in (head.name, head.currency):
                return head
        if unit.text in ctx.purses:
            ctx.report(OtherPurse(unit.text, block.name.text if block.name else ""), unit.span)
            return None
    if purses:
        amounts.wrong_unit(ctx, quantity, purses[0])
    elif isinstance(unit, s.Name):
        resolve(ctx, unit, *PURSES)
    return None


def limits(ctx: Context, block: s.Block, dates: k.Dates, place: Place | None = None) -> tuple[k.Limit, ...]:
    """How often a rule may give something; without a window for ever. Of those that count the same, the lowest.
    `place`: where a rule asks about its occasion."""
    found: dict[str, k.Limit] = {}
    for clause in all_of(block, s.Limit):
        same = told_by(ctx, clause, place)
        window = _window_of_limit(ctx, clause)
        times = amounts.whole(ctx, clause.number, 1, amounts.LARGEST)
        if window is not None and times is not None and same is not False:
            key = key_of(block, "LIMIT", "", k.Scope.SAME if same else k.Scope.MEMBER, window, dates, same)
            if key not in found or times < found[key].times:
                found[key] = k.Limit(key, times, window, clause.span, same)
    return tuple(found.values())


def _window_of_limit(ctx: Context, clause: s.Limit) -> c.Window | None:
    if clause.window is None:
        return c.EVER
    return _of_member(ctx, clause.window) if clause.same is None else window_of_values(ctx, clause.window)


def told_by(ctx: Context, clause: s.Cap | s.Limit, place: Place | None) -> k.Told | Literal[False] | None:
    """What each value of has a ceiling of its own. None where it has one for all, False where it was reported."""
    if clause.same is None or place is None:
        return None
    return same_of(ctx, clause.same, place) or False


def base_limits(ctx: Context, block: s.Block, dates: k.Dates, *, lines: bool) -> tuple[k.BaseLimit, ...]:
    """`skip first` and `only first`."""
    found = []
    for clause in all_of(block, s.BaseLimit):
        scope = k.Scope(clause.scope) if clause.scope else k.Scope.ORDER
        over = window_of(ctx, clause, scope, clause.window, clause.role)
        if not lines:
            ctx.report(LinesNeeded(Role(clause.role)), clause.span)
            continue
        items = clause.quantity.unit == "ITEMS"
        amount = _base_amount(ctx, clause, items=items)
        if amount is None or over is False or not _order_fits(ctx, clause, scope, items=items):
            continue
        window = over if isinstance(over, c.Window) else None
        key = key_of(block, clause.role, "ITEMS" if items else amounts.money_key(ctx), scope, window, dates)
        order = k.Pick(clause.order) if clause.order else None
        found.append(
            k.BaseLimit(key, clause.role == "SKIP_FIRST", amount, items, order, scope, window, span=clause.span)
        )
    return tuple(found)


def _base_amount(ctx: Context, clause: s.BaseLimit, *, items: bool) -> int | None:
    quantity = clause.quantity
    if items:
        return amounts.whole(ctx, s.Number(Fraction(quantity.number), span=quantity.span), 1, amounts.LARGEST)
    units = amounts.money(ctx, quantity)
    return units if amounts.above_zero(ctx, units, quantity.span) else None


def _order_fits(ctx: Context, clause: s.BaseLimit, scope: k.Scope, *, items: bool) -> bool:
    if items and not clause.order:
        ctx.report(UnitsNeedOrder(), clause.span)
        return False
    if not items and clause.order:
        ctx.report(MoneyHasNoOrder(Role(clause.order)), clause.span)
        return False
    if items and scope is k.Scope.ITEM:
        ctx.report(ScopeRefused(Role(clause.scope), Role(clause.role)), clause.span)
        return False
    return True


def _scope_fits(ctx: Context, clause: s.Cap, scope: k.Scope, *, lines: bool) -> bool:
    if scope in (k.Scope.ITEM, k.Scope.LINE) and not lines:
        ctx.report(ScopeRefused(Role(clause.scope), Role("CAP")), clause.span)
        return False
    return True


def window_of(ctx: Context, clause: s.Node, scope: k.Scope, node: s.Window | None, role: str) -> c.Window | bool | None:
    """The window of a ceiling: a member has one, and so have values; other scopes have none. False where it was
    reported."""
    if scope is k.Scope.SAME and node is not None:
        return window_of_values(ctx, node) or False
    if scope is not k.Scope.MEMBER:
        if node is not None:
            ctx.report(WindowElsewhere(Role(scope.value), ctx.words(node.span)), node.span)
        return None if node is None else False
    if node is None:
        ctx.report(WindowOfMember(Role(role)), clause.span)
        return False
    return _of_member(ctx, node) or False


def _of_member(ctx: Context, node: s.Window) -> c.Window | None:
    """The window over which a member is counted. None where it was reported."""
    found = measures.window(ctx, node)
    refused = (c.WindowKind.THIS_ORDER, c.WindowKind.PREVIOUS, c.WindowKind.SINCE_DONE)
    if found is not None and found.kind in refused:
        ctx.report(WindowRefused(ctx.words(node.span)), node.span)
        return None
    return found


def key_of(
    block: s.Block,
    what: str,
    unit: str,
    scope: k.Scope,
    over: c.Window | None,
    dates: k.Dates,
    same: k.Told | None = None,
) -> str:
    """The key of a counter; `same`: what it counts each value of."""
    name = block.name.text if block.name else ""
    parts = (name, what, unit, scope.value, measures.window_key(over, dates) if over else "", word_of(same))
    return " ".join(part for part in parts if part)
