"""Changes: from an instant on a purse is counted in another denomination, or blocks have other clauses."""

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


@frozen
class Scheduled:
    """From `at` on, clauses of the blocks called `names` are other ones. `existing`: a new life is also one of what is
    held then."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    at: int
    existing: bool = False
