"""Builders of the clauses of rewards."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import (
    Builder,
    Children,
    all_of_class,
    maybe,
    name_of,
    number_of,
    role_in,
    span_of,
    token_of,
)
from loyalty_rules.lang.tokens import Token


def _costs(children: Children) -> syntax.Costs:
    price, *started = all_of_class(children, syntax.Quantity)
    return syntax.Costs(price, started[0] if started else None, span=span_of(children))


def _limit_per_order(children: Children) -> syntax.LimitPerOrder:
    return syntax.LimitPerOrder(number_of([token_of(children, "NUMBER")]), span=span_of(children))


def _asks_to_use(children: Children) -> syntax.AsksToUse:
    """Names stand behind the words that say what they are; the one that stands alone is the reward."""
    amount, reward, purse = maybe(children, syntax.Quantity), None, None
    before = ""
    for child in children:
        if isinstance(child, Token):
            if child.role == "NAME" and before == "PAID_FROM":
                purse = name_of(child)
            elif child.role == "NAME":
                reward = name_of(child)
            before = child.role
    return syntax.AsksToUse(amount, reward, purse, span=span_of(children))


def _pays_amount(children: Children) -> syntax.QuantityClause:
    return syntax.QuantityClause(children[0].role, children[1], span=span_of(children))


def _word(children: Children) -> syntax.Simple:
    return syntax.Simple(role_in(children, _WORDS), span=span_of(children))


_WORDS: Final = ("PAYS_VALUE", "NO_CHANGE", "RET_BACK", "RET_USED", "USED_STAND", "USED_OWED")

REWARDS: Final[Mapping[str, Builder]] = MappingProxyType(
    {
        **dict.fromkeys(("pays_its_value", "no_change", "return_gives_back", "return_stays_used"), _word),
        **dict.fromkeys(("used_vouchers_stand", "used_vouchers_are_owed"), _word),
        "pays_amount": _pays_amount,
        "costs": _costs,
        "limit_per_order": _limit_per_order,
        "asks_to_use": _asks_to_use,
    }
)
