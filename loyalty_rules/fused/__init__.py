"""Whole purchases decided by one function that is made for their programme, where all of it can be."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.engine.plan import Plan
from loyalty_rules.fused.building import left_of
from loyalty_rules.fused.running import MOST_RULES as MOST_RULES
from loyalty_rules.fused.running import Orders as Orders
from loyalty_rules.fused.running import rules_of as rules_of
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.source import Span


def told_left(plan: Plan) -> Mapping[str, str]:
    """By block, "" for the programme itself, the clause for which its orders are left to the ordinary path; nothing
    where a function decides them."""
    words = phrase_tables()[plan.checked.language]

    def written(clause: Span | str) -> str:
        if isinstance(clause, Span):
            return plan.text[clause.start : clause.end].partition("\n")[0].strip()
        return words.text(clause) if clause else ""

    return {name: written(clause) for name, clause in sorted(left_of(plan).items())}
