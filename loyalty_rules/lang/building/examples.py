"""Builders of what stands in an example: what is given, steps, and what should come of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import (
    Builder,
    Children,
    Part,
    maybe,
    name_of,
    names_in,
    number_of,
    part_of,
    span_of,
    text_of,
    the_one,
)
from loyalty_rules.lang.tokens import Token


def _asks_to_redeem(children: Children) -> syntax.AsksToRedeem:
    amount = maybe(children, syntax.Quantity)
    return syntax.AsksToRedeem(amount, names_in(children)[-1], span=span_of(children))


def _given(children: Children) -> syntax.Given:
    role, operand, _, bound = children
    return syntax.Given(role.role, operand, bound, span=span_of(children))


def _given_flag(children: Children) -> syntax.GivenFlag:
    return syntax.GivenFlag(children[1].role, name_of(children[2]), span=span_of(children))


def _action(children: Children) -> Part:
    return Part(span_of(children), "ACTION", children)


def _at(children: Children) -> syntax.At:
    action, *what = part_of(children, "ACTION")
    tokens = [one for one in what if isinstance(one, Token)]
    text = next((text_of(one) for one in tokens if one.role == "STRING"), None)
    name = next((name_of(one) for one in tokens if one.role == "NAME"), None)
    amount = maybe(what, syntax.Quantity)
    until = maybe(what, syntax.Moment)
    friend = next((text_of(one) for one in children if isinstance(one, Token) and one.role == "STRING"), None)
    moment = the_one(children, syntax.Moment)
    named = part_of(what, "NAMES", ())
    place = next((number_of([one]) for one in tokens if one.role == "NUMBER"), None)
    return syntax.At(moment, action.role, text, name, amount, until, friend, named, place, span=span_of(children))


def _paid(children: Children) -> syntax.Paid:
    return syntax.Paid(children[1], text_of(children[3]), span=span_of(children))


def _should_give(children: Children) -> syntax.ShouldGive:
    because = children[-1].role if children[-1].role.startswith("O_") else ""
    inviter = children[0].role == "SHOULD_GIVE_INVITER"
    amount, rule = maybe(children, syntax.Quantity), names_in(children)[0]
    return syntax.ShouldGive(amount, rule, because, inviter, span=span_of(children))


# What happens in a step of an example.
_ACTIONS: Final = (
    *("places_order", "returns_goods", "cancels_order", "confirms_order", "reports_event", "joins", "asks_to_convert"),
    *("asks_to_buy", "reserves", "captures", "releases", "gives_another", "changes_membership", "uses_perk"),
    *("nothing_happens", "opts_in", "chooses", "invites_friend", "wins_place"),
)

#: Builders by the name behind `->`.
EXAMPLES: Final[Mapping[str, Builder]] = MappingProxyType(
    {
        "asks_to_redeem": _asks_to_redeem,
        "given": _given,
        **dict.fromkeys(("given_segment", "given_opted_in"), _given_flag),
        "detail": _given,
        "step_at": _at,
        **dict.fromkeys(_ACTIONS, _action),
        "paid": _paid,
        **dict.fromkeys(("should_give", "should_give_inviter"), _should_give),
        "should_give_nothing": _should_give,
        "should_give_nothing_because": _should_give,
    }
)
