"""Clauses of what rules give."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Gift, Name, Node
from loyalty_rules.lang.tokens import Duration
from loyalty_rules.values import frozen


@frozen
class Give(Node):
    """`give 1 bonus per 10 RUB`"""

    gift: Gift


@frozen
class OrGive(Give):
    """`or give 1 free_delivery`: another gift of which the member chooses one."""


@frozen
class ChooseWithin(Node):
    """`choose within 14 days`"""

    length: Duration


@frozen
class GiveLevel(Node):
    """`give level gold in ladder status`, with `lasting 90 days`, `lasting through 2026-12-31` or `lasting at end of
    calendar year` behind it. `end` is "" or AT_END_YEAR …"""

    level: Name
    ladder: Name
    length: Duration | None
    through: int | None
    end: str


@frozen
class AfterReaching(Node):
    """`after reaching gold in ladder status`"""

    level: Name
    ladder: Name
