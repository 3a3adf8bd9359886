"""Builders of the clauses of perks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, span_of, text_of, token_of


def _grants(children: Children) -> syntax.Grants:
    return syntax.Grants(text_of(token_of(children, "STRING")), span=span_of(children))


PERKS: Final[Mapping[str, Builder]] = MappingProxyType({"grants": _grants})
