"""Clauses of experiments."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Name, Node, Percent
from loyalty_rules.values import frozen


@frozen
class Variant(Node):
    """`variant double 45%`"""

    name: Name
    share: Percent


@frozen
class HoldOut(Node):
    """`hold out 10%`"""

    share: Percent


@frozen
class GivenHeldOut(Node):
    """`given held out by rate_test`"""

    experiment: Name
