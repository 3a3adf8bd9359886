"""What of a programme leaves all of its orders to the ordinary path, whatever its rules are."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.lang.checked import Checked, Occurs
from loyalty_rules.source import Span


def left_whole(checked: Checked) -> Iterator[tuple[str, Span | str]]:
    """By block the clause, by "" the role of what the programme says of itself."""
    if checked.returns is not None:
        yield "", "RET_REPLAY" if checked.returns.replay else "RET_PROP"
    elif checked.late_days:
        yield "", "LATE_OK"
    elif checked.currencies or checked.judged_by:
        yield "", "CURRENCY"
    kinds = (
        *(checked.memberships, checked.experiments, checked.referrals, checked.draws, checked.contests),
        *(checked.budgets, checked.changes, checked.lowering),
    )
    for kind in kinds:
        for name, block in kind.items():
            yield name, block.span
    for name, conversion in checked.conversions.items():
        if conversion.timing.occurs is Occurs.AT_ONCE or conversion.timing.of:
            yield name, conversion.span
    for name, rule in checked.earns.items():
        if rule.prolongs:
            yield name, rule.prolongs[0].span
    for name, purse in checked.purses.items():
        if purse.activity or purse.rounding.posts is not None:
            yield name, purse.span
