"""Clauses of codes: which a rule asks for, and which an order of an example presents."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Node, Text
from loyalty_rules.values import frozen


@frozen
class CodesClause(Node):
    """`with code "SPRING", "MAY"` (WITH_CODE), `presents code "SPRING"` (PRESENTS)"""

    role: str
    codes: tuple[Text, ...]
