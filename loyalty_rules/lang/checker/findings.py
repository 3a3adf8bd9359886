"""Findings in a file that is valid: what never fires, holds or applies; and what of them the author accepts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from loyalty_rules.diagnostics import Diagnostic, Related, Severity
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of
from loyalty_rules.lang.checker.covering import shown_points
from loyalty_rules.lang.checker.names import RULES
from loyalty_rules.lang.checker.overlaps import Reach
from loyalty_rules.lang.checker.programme import dates
from loyalty_rules.problems.findings import (
    AllowsNothing,
    CapNeverApplies,
    ManyTimes,
    NeverFires,
    NeverHolds,
    Shadowed,
)
from loyalty_rules.source import Span

#: What multiplies by more than this is taken for a slip.
MOST_TIMES: Final = 100


def report_findings(ctx: Context, checked: k.Checked, reaches: Mapping[str, Reach]) -> None:
    """Reports what makes no sense although it is valid."""
    _dates(ctx)
    for name, reach in reaches.items():
        if reach.alternatives == () and not _ended(reach.rule.dates):
            ctx.report(NeverHolds(name), reach.rule.span)
    boosted = {name for boost in checked.boosts.values() for name in boost.changes}
    for earn in checked.earns.values():
        _loose_caps(ctx, earn, boosted=earn.name in boosted)
    for group in checked.groups.values():
        _shadowed(ctx, checked, group)
    for block in ctx.blocks(*RULES):
        _many_times(ctx, checked, block)


def _dates(ctx: Context) -> None:
    for block in ctx.tree.blocks:
        clause = first_of(block, s.Dates)
        if clause is not None and _ended(dates(ctx, block)):
            ctx.report(NeverFires(), clause.span)


def _ended(dates: k.Dates) -> bool:
    return dates.start is not None and dates.end is not None and dates.end <= dates.start


def _loose_caps(ctx: Context, rule: k.Earn, *, boosted: bool) -> None:
    """A cap per order is compared with a fixed gift that nothing enlarges."""
    for cap in rule.caps:
        give = next((give for give in rule.gives if give.purse == cap.purse), None)
        fixed = give is not None and give.step is None and not give.table
        if give is None or not fixed or cap.scope is not k.Scope.ORDER or (boosted and not cap.before_boosts):
            continue
        most = max(int(give.value), rule.minimum or 0)
        if cap.units >= most:
            purse = ctx.purses[cap.purse]
            ctx.report(
                CapNeverApplies(shown_points(cap.units, purse), shown_points(most, purse)),
                cap.span,
                Related(give.span, "gift_here"),
            )


def _many_times(ctx: Context, checked: k.Checked, block: s.Block) -> None:
    """Multipliers and shares with a zero or two too many."""
    for clause in block.clauses:
        amount: s.Node | None = None
        if isinstance(clause, s.MultiplyBy):
            amount = clause.number
        elif isinstance(clause, s.Give | s.ChangeGift) and clause.gift.percent:
            amount = clause.gift.amount
        if amount is not None and _times(checked, amount) > MOST_TIMES:
            ctx.report(ManyTimes(ctx.words(clause.span), MOST_TIMES), clause.span)


def _times(checked: k.Checked, amount: s.Node) -> Fraction:
    match amount:
        case s.Number(value=number):
            return number
        case s.Percent(value=share):
            return share / 100
        case s.Lookup(table=table):
            return checked.tables[table.text].largest
        case _:
            return Fraction(0)


# ---------- shadowed rules


def _shadowed(ctx: Context, checked: k.Checked, group: k.Group) -> None:
    """In `choose first listed`, whatever stands behind a rule that always gives."""
    if group.policy is not k.Policy.FIRST:
        return
    sure = next((name for name in group.rules if _always_gives(checked, name)), None)
    if sure is None:
        return
    places = dict(_listed(ctx, group.name))
    for name in group.rules[group.rules.index(sure) + 1 :]:
        ctx.report(Shadowed(name, sure), places[name], Related(places[sure], "always_here"))


def _always_gives(checked: k.Checked, name: str) -> bool:
    """Whether a rule gives a fixed amount on every occasion: nothing is asked, nothing can run out."""
    rule = checked.earns.get(name)
    if rule is None or rule.trigger is not k.TriggerKind.PURCHASE or rule.choosing is not None:
        return False
    asks = rule.audience or rule.occasion or rule.caps or rule.limits or rule.lines is not None
    fixed = any(
        give.step is None and not give.table and give.value >= 1 and checked.purses[give.purse].hold_at_most is None
        for give in rule.gives
    )
    return fixed and not asks and rule.dates == k.Dates() and not checked.nevers


def _listed(ctx: Context, group: str) -> Iterator[tuple[str, Span]]:
    block = ctx.names[group].block
    if block is not None:
        for clause in all_of(block, s.NameClause, lambda clause: clause.role == "RULE"):
            yield clause.name.text, clause.name.span


# ---------- what the author accepts


def accept(ctx: Context) -> None:
    """Takes away the warnings that a block accepts with `allow`, and reports an `allow` that accepts nothing."""
    warnings = [found for found in ctx.found if found.problem.severity is Severity.WARNING]
    ordered = sorted(warnings, key=_start)
    accepted: set[Diagnostic] = set()
    for block in ctx.tree.blocks:
        clauses = all_of(block, s.Titled, lambda clause: clause.role == "ALLOW")
        first, behind = (bisect_left(ordered, edge, key=_start) for edge in (block.span.start, block.span.end + 1))
        here: dict[str, list[Diagnostic]] = {}
        for found in ordered[first:behind] if clauses else ():
            here.setdefault(found.problem.code, []).append(found)
        for clause in clauses:
            taken = here.pop(clause.name.text, [])
            accepted.update(taken)
            if not taken:
                ctx.report(AllowsNothing(clause.name.text), clause.span)
    ctx.found = [found for found in ctx.found if found not in accepted]


def _start(found: Diagnostic) -> int:
    return found.span.start
