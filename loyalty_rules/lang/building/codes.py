"""Builders of the clauses of codes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, part_of, span_of


def _codes_clause(children: Children) -> syntax.CodesClause:
    return syntax.CodesClause(children[0].role, part_of(children, "STRINGS"), span=span_of(children))


CODES: Final[Mapping[str, Builder]] = MappingProxyType({"with_code": _codes_clause, "presents_codes": _codes_clause})
