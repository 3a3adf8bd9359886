"""Clauses that say at which instants something happens by itself."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Name, Node
from loyalty_rules.lang.tokens import Duration, YearDay
from loyalty_rules.values import frozen


@frozen
class OccursAt(Node):
    """`at end of calendar quarter less 2 months`, `at its end plus 14 days`. `at`: AT_END_MONTH, AT_START_MONTH …,
    AT_END_YEAR_JOINED or AT_ITS_END; `later`: the shift is `plus`."""

    at: str
    shift: Duration | None
    later: bool


@frozen
class EachYearOn(Node):
    """`each year on birthday`, `each year on joining date` (None), `each year on 1 march`"""

    day: Name | YearDay | None
