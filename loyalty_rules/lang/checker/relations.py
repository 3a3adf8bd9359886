"""How rules stand to each other: overlaps, circles, and findings about single rules."""

from __future__ import annotations

from loyalty_rules.lang.checked import Checked
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.costs import report_cost
from loyalty_rules.lang.checker.findings import report_findings
from loyalty_rules.lang.checker.ladders import report_parts
from loyalty_rules.lang.checker.overlaps import Witness, reaches_of, report_overlaps
from loyalty_rules.lang.checker.strata import report_circles

__all__ = ["Witness", "check_relations"]


def check_relations(ctx: Context, checked: Checked, witness: Witness | None) -> None:
    """Everything that takes a whole programme to see."""
    steps = report_circles(ctx, checked)
    if steps is not None:
        report_cost(ctx, checked, steps)
    reaches = reaches_of(checked)
    report_overlaps(ctx, checked, reaches, witness)
    report_parts(ctx, checked)
    report_findings(ctx, checked, reaches)
