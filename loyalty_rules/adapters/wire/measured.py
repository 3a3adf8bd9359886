"""Amounts of measures as JSON."""

from __future__ import annotations

from loyalty_rules.amounts import MAX_DECIMALS
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.lang.conditions import Kind, Measure
from loyalty_rules.programme import Programme


def decimals_of(measure: Measure, programme: Programme) -> int:
    """The decimals in which amounts of a measure are written: of the currency, of its purse, none for a count."""
    match measure.kind:
        case Kind.MONEY:
            return EXPONENTS[measure.currency or programme.checked.currency]
        case Kind.POINTS:
            return programme.checked.purses[measure.of].decimals
        case Kind.NUMBER | Kind.PERCENT:
            return MAX_DECIMALS
        case _:
            return 0
