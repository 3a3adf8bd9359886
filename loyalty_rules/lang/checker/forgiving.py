"""What a challenge forgives: missed days, weeks and months that break no run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loyalty_rules.calendar import Period
from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.problems.challenges import ForgivenInMoney, ForgivenWindow, NothingMissed

#: Periods by their length: in each of them some of the shorter ones are forgiven.
_LENGTHS: Final = {
    Period.DAY: 0,
    Period.WEEK: 1,
    Period.MONTH: 2,
    Period.QUARTER: 3,
    Period.YEAR: 4,
    Period.PROGRAMME_YEAR: 4,
}


def forgiven(ctx: Context, block: s.Block, name: str, runs: Sequence[c.Measure]) -> c.Forgiven | None:
    """What breaks none of the runs of a goal; None without such a clause."""
    some = first_of(block, s.ForgiveMissed)
    used = first_of(block, s.NameClause, lambda one: one.role == "FORGIVE_WITH")
    for clause in (some, used):
        if clause is not None and not runs:
            role = "FORGIVE" if clause is some else "FORGIVE_WITH"
            ctx.report(NothingMissed(Role(role)), clause.span)
    if not runs or (some is None and used is None):
        return None
    number = 0 if some is None else amounts.whole(ctx, some.number, 1, amounts.LARGEST) or 0
    window = None if some is None else _window(ctx, some.window, runs)
    return c.Forgiven(number, window, _reward(ctx, used), name)


def _window(ctx: Context, node: s.Window, runs: Sequence[c.Measure]) -> c.Window | None:
    """The periods in which so many are forgiven: longer than those that are counted, or the whole run."""
    found = measures.window(ctx, node)
    if found is None or found == c.EVER:
        return found
    counted = max(_LENGTHS[c.IN_A_ROW[one.counter]] for one in runs)
    if found.kind is c.WindowKind.PERIOD and found.period is not None and _LENGTHS[found.period] > counted:
        return found
    ctx.report(ForgivenWindow(ctx.words(node.span)), node.span)
    return None


def _reward(ctx: Context, clause: s.NameClause | None) -> str:
    if clause is None or resolve(ctx, clause.name, "H_REWARD") is None:
        return ""
    head = ctx.purses.get(clause.name.text)
    if head is not None and head.currency:
        ctx.report(ForgivenInMoney(clause.name.text), clause.name.span)
    return clause.name.text
