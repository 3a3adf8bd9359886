"""Builders of clauses that say when something happens by itself, and what is due again and again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import (
    Builder,
    Children,
    Part,
    duration_in,
    names_in,
    part_of,
    span_of,
    the_one,
    value_of,
)


def _occurs_at(children: Children) -> syntax.OccursAt:
    later, shift = part_of(children, "SHIFT", (False, None))
    return syntax.OccursAt(children[0].role, shift, later, span=span_of(children))


def _occurs_in_year(children: Children) -> syntax.OccursAt:
    later, shift = part_of(children, "SHIFT", (False, None))
    return syntax.OccursAt(children[0].role, shift, later, names_in(children)[0], span=span_of(children))


def _each_year_on(children: Children) -> syntax.EachYearOn:
    day = part_of(children, "DAY", None) or next(iter(names_in(children)), None)
    return syntax.EachYearOn(day, span=span_of(children))


def _shift(children: Children) -> Part:
    return Part(span_of(children), "SHIFT", (children[0].role == "PLUS", duration_in(children)))


def _costs_every(children: Children) -> syntax.CostsEvery:
    return syntax.CostsEvery(the_one(children, syntax.Quantity), value_of(children, "DURATION"), span=span_of(children))


#: By the rule of the grammar, or the name behind `->`.
TIMING: Final[Mapping[str, Builder]] = MappingProxyType(
    {
        "occurs_at": _occurs_at,
        "occurs_in_year": _occurs_in_year,
        "each_year_on": _each_year_on,
        "shift": _shift,
        "costs_every": _costs_every,
    }
)
