"""The lines of a partner."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.lang.syntax.terms import Name, Node, Text
from loyalty_rules.values import frozen


@frozen
class Merchants(Node):
    """`merchant "dm-01", "dm-02"`"""

    ids: tuple[Text, ...]


@frozen
class Settles(Node):
    """`settles at end of calendar month`"""

    end: str


@frozen
class FundedBy(Node):
    """`funded by dm 60%`; without a share all of it"""

    partner: Name
    share: Fraction | None
