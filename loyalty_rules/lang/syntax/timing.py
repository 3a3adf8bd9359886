"""Clauses that say at which instants something happens by itself."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Name, Node, Quantity
from loyalty_rules.lang.tokens import Duration, YearDay
from loyalty_rules.values import frozen


@frozen
class OccursAt(Node):
    """`at end of calendar quarter less 2 months`, `at its end plus 14 days`. `at`: AT_END_MONTH, AT_START_MONTH …,
    AT_END_YEAR_JOINED or AT_ITS_END; `later`: the shift is `plus`; `of` a membership with AT_END_YEAR_OF and
    AT_START_YEAR_OF, or a ladder with the first."""

    at: str
    shift: Duration | None
    later: bool
    of: Name | None = None


@frozen
class EachYearOn(Node):
    """`each year on birthday`, `each year on joining date` (None), `each year on 1 march`"""

    day: Name | YearDay | None


@frozen
class CostsEvery(Node):
    """`costs 130 USD every 12 months`"""

    amount: Quantity
    every: Duration
