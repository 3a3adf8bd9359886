"""Blocks and the whole file."""

from __future__ import annotations

from dataclasses import dataclass, field

from loyalty_rules.lang.syntax.clauses import Clause
from loyalty_rules.lang.syntax.terms import Name, Node, Text
from loyalty_rules.source import Span


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`earn base "Base points"` … `end`. `kind` is the role of the header: H_EARN …"""

    kind: str
    name: Name | None
    title: Text | None
    clauses: tuple[Clause, ...]
    header: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SyntaxTree:
    """A whole file."""

    language: str = field(compare=False)
    version: int
    blocks: tuple[Block, ...]
