"""Changes: which purses get another denomination, when, and how it is rounded; which clauses are others from a date."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.amounts import Rounding
from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.programme import dates, titles
from loyalty_rules.problems.changes import ChangesMeet, MoneyRedenominated


def changes(ctx: Context) -> dict[str, k.Change]:
    """The changes by name."""
    found: dict[str, k.Change] = {}
    first: dict[tuple[str, int], s.Block] = {}
    for block in named(ctx, "H_CHANGE"):
        if not balances(block):
            continue
        change = _change(ctx, block, block.name) if block.name else None
        if change is None:
            continue
        found[change.name] = change
        for purse in change.purses:
            other = first.setdefault((purse, change.at), block)
            if other is not block and other.name is not None:
                related = Related(other.header, "other_here")
                ctx.report(ChangesMeet(change.name, other.name.text, purse), block.header, related)
    return found


def balances(block: s.Block) -> bool:
    """Whether a change gives purses another denomination."""
    return first_of(block, s.NumberClause) is not None


def _change(ctx: Context, block: s.Block, name: s.Name) -> k.Change | None:
    listed = first_of(block, s.NamesClause)
    purses = _purses(ctx, listed) if listed else ()
    start = dates(ctx, block).start
    rate = _rate(ctx, first_of(block, s.NumberClause))
    rounds = first_of(block, s.Rounding)
    named_so = titles(ctx, block)
    if not purses or start is None or rate is None or rounds is None:
        return None
    mode, per_lot = Rounding(rounds.mode), rounds.place == "S_LOT"
    return k.Change(name.text, title_of(block), named_so, block.header, purses, start, rate, mode, per_lot)


def _purses(ctx: Context, clause: s.NamesClause) -> tuple[str, ...]:
    found: set[str] = set()
    for name in clause.names:
        if not resolve(ctx, name, "H_PURSE"):
            continue
        head = ctx.purses[name.text]
        if head.currency:
            ctx.report(MoneyRedenominated(name.text, head.currency), name.span)
        else:
            found.add(name.text)
    return tuple(sorted(found))


def _rate(ctx: Context, clause: s.NumberClause | None) -> Fraction | None:
    """How many new units one old unit is."""
    if clause is None:
        return None
    value, span = clause.number.value, clause.number.span
    if not amounts.above_zero(ctx, value, span):
        return None
    if amounts.within_bounds(ctx, max(value.numerator, value.denominator), span) is None:
        return None
    return value if clause.role == "BALANCES_TIMES" else 1 / value
