"""What units of purses count for in money, where they are compared or bounded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from loyalty_rules.engine.plan import Plan


def worth(plan: Plan, purse: str) -> Fraction:
    """What one smallest unit of a purse counts for in minor units of money. Purses that are compared or counted in it
    say so (L118, L162), unless they hold money themselves."""
    if not purse:  # what an offer takes off is money itself
        return Fraction(1)
    found = plan.checked.purses[purse].worth
    return Fraction(1) if found is None else found


def first_worth(plan: Plan, purse: str) -> Fraction:
    """The same in the programme's first currency, in which budgets are counted whatever the order is in."""
    return plan.checked.worths.get(purse, Fraction(1)) if plan.checked.other_currency and purse else worth(plan, purse)


def value_given(plan: Plan, given: Mapping[tuple[str, str], int], by: Collection[str]) -> Fraction | int:
    """What (rule, purse) pairs were given, in minor units of money; of these rules, or of all. Only promises ask."""
    value = sum(
        (units * worth(plan, purse) for (rule, purse), units in given.items() if not by or rule in by),
        start=Fraction(0),
    )
    return value.numerator if value.denominator == 1 else value
