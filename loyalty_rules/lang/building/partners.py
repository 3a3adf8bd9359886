"""Builders of the lines of a partner."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, part_of, span_of


def _merchants(children: Children) -> syntax.Merchants:
    return syntax.Merchants(part_of(children, "STRINGS"), span=span_of(children))


PARTNERS: Final[Mapping[str, Builder]] = MappingProxyType({"merchants": _merchants})
