"""Builders of the clauses of referrals."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, maybe, number_of, role_in, span_of, token_of


def _give_to(children: Children) -> syntax.GiveTo:
    return syntax.GiveTo(children[0].role, children[1], span=span_of(children))


def _limit_per(children: Children) -> syntax.LimitPer:
    number = number_of([token_of(children, "NUMBER")])
    scope = role_in(children, ("S_INVITER", "S_FRIEND"))
    return syntax.LimitPer(number, scope, maybe(children, syntax.Window), span=span_of(children))


#: Builders by the name behind `->`.
REFERRALS: Final[Mapping[str, Builder]] = MappingProxyType({"give_to": _give_to, "limit_per": _limit_per})
