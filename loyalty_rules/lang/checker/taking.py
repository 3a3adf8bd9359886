"""What levels take from the counter that they are judged by."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import currencies, values
from loyalty_rules.lang.checker.amounts import above_zero
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.names import unknown
from loyalty_rules.problems.clauses import ClausesExclude, ClauseTwice
from loyalty_rules.problems.ladders import DowngradeNever, TakenCounter, TakesMore

#: Counters from which something can be taken: net sums of what happened.
_SUMS: Final = frozenset(
    {
        c.CounterKind.SPEND,
        c.CounterKind.ITEMS,
        c.CounterKind.ORDERS,
        c.CounterKind.EARNED,
        c.CounterKind.REDEEMED,
        c.CounterKind.TOTAL,
        c.CounterKind.TIMES,
    }
)
#: Where a level holds as soon as it is reached: what it takes is taken then.
_AT_ONCE: Final = frozenset({k.Upgrade.NEXT_ORDER, k.Upgrade.THIS_ORDER})


class Taking(NamedTuple):
    """A ladder's counter, what is kept of it, and its levels with what they take."""

    counter: c.Measure | None
    carry: int | None
    levels: tuple[k.Level, ...]


def taking(ctx: Context, block: s.Block, levels: tuple[k.Level, ...], upgrade: k.Upgrade | None) -> Taking:
    """What the levels of a block take, and from what; nothing where none takes anything."""
    takes = all_of(block, s.LevelTakes)
    carry = first_of(block, s.QuantityClause)
    clauses: list[s.LevelTakes | s.QuantityClause] = [*takes, *([carry] if carry else [])]
    if not clauses:
        return Taking(None, None, levels)
    if upgrade is not None and upgrade not in _AT_ONCE:
        ctx.report(ClausesExclude(Role(clauses[0].role), Role(upgrade.value)), clauses[0].span)
    counter = _counter(ctx, levels)
    if counter is None:
        return Taking(None, None, levels)
    typed = values.typed_measure(ctx, counter, "")
    taken = _taken(ctx, takes, levels, typed)
    for clause in clauses:
        if clause.role != "REACHING":
            _needs_review(ctx, block, clause)
    levels = tuple(
        replace(level, reaching=taken.get(("REACHING", level.name), 0), keeping=taken.get(("KEEPING", level.name), 0))
        for level in levels
    )
    kept = currencies.constant_of(ctx, carry.quantity, typed) if carry else None
    return Taking(counter, kept if isinstance(kept, int) else None, levels)


def _needs_review(ctx: Context, block: s.Block, clause: s.LevelTakes | s.QuantityClause) -> None:
    """What reviews take needs reviews, and not one after each event."""
    if simple(block, "REVIEW_NEVER") is not None:
        ctx.report(DowngradeNever(), clause.span)
    if simple(block, "REVIEW_ORDER") is not None:
        ctx.report(ClausesExclude(Role(clause.role), Role("REVIEW_ORDER")), clause.span)


def _counter(ctx: Context, levels: tuple[k.Level, ...]) -> c.Measure | None:
    """The one sum since the beginning that all tests of all levels ask for at least so much."""
    counter: c.Measure | None = None
    for level in levels:
        for test in (level.condition, level.keep, level.back):
            if test is None:
                continue
            measure = test.operand if isinstance(test, c.Compared) and isinstance(test.operand, c.Measure) else None
            fits = (
                measure is not None
                and k.threshold(test) is not None
                and measure.counter in _SUMS
                and measure.window.kind is c.WindowKind.EVER
                and not measure.before_this_order
                and measure == (counter or measure)
            )
            if not fits:
                ctx.report(TakenCounter(level.name), test.span)
                return None
            counter = measure
    return counter


def _taken(
    ctx: Context, clauses: list[s.LevelTakes], levels: tuple[k.Level, ...], typed: values.Typed
) -> dict[tuple[str, str], int]:
    by_name = {level.name: level for level in levels}
    found: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], s.LevelTakes] = {}
    for clause in clauses:
        key = (clause.role, clause.name.text)
        level = by_name.get(clause.name.text)
        if level is None:
            unknown(ctx, clause.name, ("LEVEL",), by_name)
            continue
        if first.setdefault(key, clause) is not clause:
            ctx.report(
                ClauseTwice(Role(clause.role), Role("H_TIERS")), clause.span, Related(first[key].span, "first_here")
            )
            continue
        amount = currencies.constant_of(ctx, clause.quantity, typed)
        if not isinstance(amount, int) or not above_zero(ctx, amount, clause.quantity.span):
            continue
        asked = [level.condition, level.back] if clause.role == "REACHING" else [level.keep or level.condition]
        if amount > min(found for found in map(k.threshold, asked) if found is not None):
            ctx.report(TakesMore(level.name), clause.quantity.span, Related(level.span, "declared_here"))
        found[key] = amount
    return found
