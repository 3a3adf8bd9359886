"""Builders of the lines of a budget."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, maybe, role_in, span_of, the_one

_FIELDS: Final = ("STORE", "CHANNEL", "ORDER_MERCHANT")


def same_of(children: Children) -> syntax.Attribute | syntax.Name | None:
    """What stands behind `per same`."""
    field = role_in(children, _FIELDS)
    return syntax.Attribute(field, span=span_of(children)) if field else maybe(children, syntax.Name)


def _budget_cap(children: Children) -> syntax.BudgetCap:
    window = maybe(children, syntax.Window)
    return syntax.BudgetCap(the_one(children, syntax.Quantity), same_of(children), window, span=span_of(children))


BUDGETS: Final[Mapping[str, Builder]] = MappingProxyType({"budget_cap": _budget_cap})
