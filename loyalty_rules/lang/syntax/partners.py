"""The lines of a partner."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Node, Text
from loyalty_rules.values import frozen


@frozen
class Merchants(Node):
    """`merchant "dm-01", "dm-02"`"""

    ids: tuple[Text, ...]
