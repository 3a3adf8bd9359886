"""Caps of redeem rules: on the money that points pay, or on the points."""

from __future__ import annotations

from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.caps import key_of, tightest_caps, window_of
from loyalty_rules.lang.checker.context import Context, PurseHead
from loyalty_rules.lang.checker.counts import all_of
from loyalty_rules.problems.spending import PointsByLine

_NARROW = (k.Scope.ITEM, k.Scope.LINE)


def caps_of(ctx: Context, block: s.Block, purse: PurseHead | None, dates: k.Dates) -> tuple[k.Cap, ...]:
    """The caps of a redeem rule, or (without a purse) of a reward. The name of the programme's currency says that it is
    one of money; of a reward each is."""
    found: list[k.Cap] = []
    for clause in all_of(block, s.Cap):
        scope = k.Scope(clause.scope)
        over = window_of(ctx, clause, scope, clause.window, "CAP")
        unit = clause.quantity.unit
        money = purse is None or amounts.is_money(ctx, unit)
        if not money and scope in _NARROW:
            ctx.report(PointsByLine(Role(scope.value)), clause.span)
            continue
        points = None if money else purse
        units = amounts.money(ctx, clause.quantity) if points is None else amounts.points(ctx, clause.quantity, points)
        if over is False or not amounts.above_zero(ctx, units, clause.quantity.span):
            continue
        window = over if isinstance(over, c.Window) else None
        key = key_of(block, "CAP", amounts.money_key(ctx) if points is None else points.name, scope, window, dates)
        into = "" if points is None else points.name
        found.append(k.Cap(key, into, units or 0, scope, window, before_boosts=False, span=clause.span))
    return tightest_caps(found)
