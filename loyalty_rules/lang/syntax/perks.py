"""Clauses of perks."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Node, Text
from loyalty_rules.values import frozen


@frozen
class Grants(Node):
    """`grants "The lounge, with one guest"`"""

    text: Text
