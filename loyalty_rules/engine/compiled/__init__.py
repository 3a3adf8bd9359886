"""The compiled evaluator: the results of the reference evaluator for purchases, from functions that are made once."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.engine import reference
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.compiled.programme import CompiledProgramme
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.source import Span


def programme_of(plan: Plan) -> CompiledProgramme:
    """A plan, compiled when it is asked for the first time."""
    return plan.once(CompiledProgramme)


def evaluate(view: View, draw: Draw | None = None, *, told: bool) -> Result:
    """What an occasion gives: of a purchase by compiled functions, unless it is to be `told` why rules gave nothing."""
    if told or view.occasion.kind != "purchase":
        return reference.evaluate(view, draw, told=told)
    return programme_of(view.plan).evaluate(view, draw)


def coverage(plan: Plan) -> Mapping[str, str]:
    """By rule that purchases may fire, "" where it is compiled, else the clause that leaves it to the reference
    evaluator."""

    def written(clause: Span | None) -> str:
        return "" if clause is None else plan.text[clause.start : clause.end].partition("\n")[0].strip()

    return {name: written(clause) for name, clause in sorted(programme_of(plan).clauses.items())}
