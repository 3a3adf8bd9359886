"""Changes: a purse that is counted in another denomination from an instant on."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction

from loyalty_rules.amounts import Rounding
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Change:
    """From `at` on, one unit of each of the `purses` is `rate` units. `per_lot`: each lot is rounded by itself, else
    the sum of all that the purse holds."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    span: Span = field(compare=False)
    purses: tuple[str, ...]
    at: int
    rate: Fraction
    rounding: Rounding
    per_lot: bool
