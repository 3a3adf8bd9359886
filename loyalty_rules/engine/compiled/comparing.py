"""Comparisons with a bound that is known, as functions of what was found."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from loyalty_rules.lang.conditions import Compare

#: Whether what was found compares with the bound; what is no number does not.
Comparison: TypeAlias = Callable[[object], bool]

_HOW: Final[Mapping[Compare, Callable[[int | Fraction, int], bool]]] = {
    Compare.AT_LEAST: operator.ge,
    Compare.AT_MOST: operator.le,
    Compare.OVER: operator.gt,
    Compare.UNDER: operator.lt,
}


def comparison(how: Compare, bound: int) -> Comparison:
    compares = _HOW[how]
    return lambda found: isinstance(found, int | Fraction) and compares(found, bound)
