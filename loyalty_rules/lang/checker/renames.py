"""Former names: what a block was called in the edition before."""

from __future__ import annotations

from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.problems.names import FormerNameTaken
from loyalty_rules.source import Span


def renames(ctx: Context) -> dict[str, str]:
    """The former name of each block that says one, by its name. A former name belongs to one block, and to nothing that
    this file declares."""
    found: dict[str, str] = {}
    seen: dict[str, Span] = {}
    for block in ctx.tree.blocks:
        clause = first_of(block, s.NameClause, lambda clause: clause.role == "WAS")
        if clause is None or block.name is None:
            continue
        former = clause.name.text
        declared = ctx.names.get(former)
        if declared is not None:
            ctx.report(FormerNameTaken(former), clause.name.span, Related(declared.name.span, "declared_here"))
        elif former in seen:
            ctx.report(FormerNameTaken(former), clause.name.span, Related(seen[former], "first_here"))
        seen.setdefault(former, clause.name.span)
        found[block.name.text] = former
    return found
