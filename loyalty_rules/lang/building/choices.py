"""Builders of what members choose from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, span_of, value_of


def _or_give(children: Children) -> syntax.OrGive:
    return syntax.OrGive(children[1], span=span_of(children))


def _choose_within(children: Children) -> syntax.ChooseWithin:
    return syntax.ChooseWithin(value_of(children, "DURATION"), span=span_of(children))


#: Builders by the name behind `->`.
CHOICES: Final[Mapping[str, Builder]] = MappingProxyType({"or_give": _or_give, "choose_within": _choose_within})
