"""Sets of units that offers count: what is bought, and which units are lowered for it."""

from __future__ import annotations

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, shown_role
from loyalty_rules.lang.checker.rules import lines_of
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.offers import NothingBought, NumberOfSet, OneProduct

#: How many units a set may have: each is looked at by itself.
MAX_UNITS = 1_000


def sets_of(ctx: Context, block: s.Block) -> k.Sets | None:
    """The sets of an offer; None where it counts none."""
    buys, pick, most = all_of(block, s.Buy), first_of(block, s.Pick), first_of(block, s.SetsAtMost)
    if not buys and pick is not None and pick.own:
        return _own_units(ctx, block, pick)
    if not buys:
        for clause in (pick, most):
            if clause is not None and ctx.is_whole(block):
                ctx.report(NothingBought(shown_role(clause)), clause.span)
        return None
    for other in block.clauses:
        total = isinstance(other, s.QuantityClause) and other.role == "ROUND_TOTAL"
        if total or isinstance(other, s.BaseLimit) or (isinstance(other, s.SelectionClause) and other.role == "ON"):
            ctx.report(ClausesExclude(shown_role(other), Role("BUY")), other.span, Related(buys[0].span, "first_here"))
    same = [clause for clause in buys if clause.same_sku]
    if same and (len(buys) > 1 or (pick is not None and pick.selection)):
        ctx.report(OneProduct(), same[0].span)
    bought = tuple(found for clause in buys if (found := _buying(ctx, clause)))
    picked = None if pick is None else _picked(ctx, pick, sum(one.number for one in bought))
    times = None if most is None else amounts.whole(ctx, most.number, 1, amounts.LARGEST)
    return k.Sets(bought, picked, bool(same), times)


def _own_units(ctx: Context, block: s.Block, pick: s.Pick) -> k.Sets | None:
    """Units of the rule's own lines, so many once; of a reward with each right."""
    for other in block.clauses:
        if isinstance(other, s.BaseLimit | s.SetsAtMost) or getattr(other, "role", "") == "ROUND_TOTAL":
            related = Related(pick.span, "first_here")
            ctx.report(ClausesExclude(shown_role(other), Role(pick.role)), other.span, related)
    number = amounts.whole(ctx, pick.number, 1, MAX_UNITS)
    lines = lines_of(ctx, block)
    if number is None or lines is None:
        return None
    bought = k.Buying(number, lines, k.Pick(pick.order), span=pick.span)
    return k.Sets((bought,), None, same_sku=False, most=1, fewer=pick.role == "PICK_UP_TO")


def _buying(ctx: Context, clause: s.Buy) -> k.Buying | None:
    number = amounts.whole(ctx, clause.number, 1, MAX_UNITS)
    lines = measures.selection(ctx, clause.selection)
    return None if number is None else k.Buying(number, lines, k.Pick(clause.order), span=clause.span)


def _picked(ctx: Context, clause: s.Pick, bought: int) -> k.Picked | None:
    number = amounts.whole(ctx, clause.number, 1, MAX_UNITS)
    if number is None:
        return None
    if not clause.selection and number > bought > 0:
        ctx.report(NumberOfSet(number, bought), clause.number.span)
    lines = measures.selection(ctx, clause.selection) if clause.selection else None
    return k.Picked(k.Picking(clause.role), number, k.Pick(clause.order), lines, clause.across)


def lines_of_offer(ctx: Context, block: s.Block, sets: k.Sets | None) -> c.LineSet | None:
    """The lines that an offer acts on: `on`, or whatever its sets are made of; less `except`."""
    own = first_of(block, s.Pick, lambda clause: clause.own) if not all_of(block, s.Buy) else None
    if own is not None and sets is not None:
        return sets.buys[0].lines
    if sets is None:
        if first_of(block, s.SelectionClause, lambda clause: clause.role == "ON") is None:
            missing(ctx, block, "ON", "BUY")
        return lines_of(ctx, block)
    but = first_of(block, s.SelectionClause, lambda clause: clause.role == "EXCEPT")
    less = measures.selection(ctx, (), but.selection if but else ())
    taken = [one.lines for one in sets.buys]
    taken += [sets.pick.lines] if sets.pick is not None and sets.pick.lines is not None else []
    return c.LineSet(
        any(lines.any_product for lines in taken),
        any(lines.delivery for lines in taken),
        tuple(sorted({name for lines in taken for name in lines.sets})),
        less.except_sets,
        less.except_delivery,
    )
