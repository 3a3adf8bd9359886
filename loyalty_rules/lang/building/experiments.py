"""Builders of the clauses of experiments."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, name_of, span_of


def _share(children: Children) -> syntax.Percent:
    share = children[-1]
    return syntax.Percent(Fraction(share.value), span=share.span)


def _variant(children: Children) -> syntax.Variant:
    return syntax.Variant(name_of(children[1]), _share(children), span=span_of(children))


def _hold_out(children: Children) -> syntax.HoldOut:
    return syntax.HoldOut(_share(children), span=span_of(children))


def _given_held_out(children: Children) -> syntax.GivenHeldOut:
    return syntax.GivenHeldOut(name_of(children[2]), span=span_of(children))


def _variant_of(children: Children) -> syntax.VariantOf:
    return syntax.VariantOf(name_of(children[1]), span=span_of(children))


EXPERIMENTS: Final[Mapping[str, Builder]] = MappingProxyType(
    {"variant": _variant, "hold_out": _hold_out, "given_held_out": _given_held_out, "variant_of": _variant_of}
)
