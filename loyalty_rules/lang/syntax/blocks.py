"""Blocks and the whole file."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.lang.syntax.clauses import Clause
from loyalty_rules.lang.syntax.terms import Name, Node, Text
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Block(Node):
    """`earn base "Base points"` … `end`. `kind` is the role of the header: H_EARN …"""

    kind: str
    name: Name | None
    title: Text | None
    clauses: tuple[Clause, ...]
    header: Span = field(compare=False)


@frozen
class SyntaxTree:
    """A whole file."""

    language: str = field(compare=False)
    version: int
    blocks: tuple[Block, ...]
