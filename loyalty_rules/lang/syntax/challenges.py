"""Clauses of challenges."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Node, Number, Window
from loyalty_rules.values import frozen


@frozen
class ForgiveMissed(Node):
    """`forgive missed 1 in calendar month`"""

    number: Number
    window: Window
