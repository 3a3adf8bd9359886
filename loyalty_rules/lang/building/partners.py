"""Builders of the lines of a partner."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, name_of, part_of, role_in, span_of, value_of


def _merchants(children: Children) -> syntax.Merchants:
    return syntax.Merchants(part_of(children, "STRINGS"), span=span_of(children))


def _settles(children: Children) -> syntax.Settles:
    return syntax.Settles(children[1].role, span=span_of(children))


def _funded_by(children: Children) -> syntax.FundedBy:
    share = value_of(children, "PERCENT") if role_in(children, ("PERCENT",)) else None
    return syntax.FundedBy(name_of(children[1]), share, span=span_of(children))


PARTNERS: Final[Mapping[str, Builder]] = MappingProxyType(
    {"merchants": _merchants, "funded_by": _funded_by, "settles": _settles}
)
