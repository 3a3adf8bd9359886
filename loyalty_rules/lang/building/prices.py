"""Builders of the clauses of prices. See `builders`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import (
    Builder,
    Children,
    Part,
    maybe,
    names_in,
    number_of,
    part_of,
    role_in,
    span_of,
    text_of,
    token_of,
)
from loyalty_rules.lang.tokens import Token


def _price_rounding(children: Children) -> syntax.PriceRounding:
    role, mode, place = (child.role for child in children)
    return syntax.PriceRounding(role, mode, place, span=span_of(children))


def _percent(children: Children) -> syntax.Percent:
    return syntax.Percent(Fraction(children[0].value), span=span_of(children))


def _discount(children: Children) -> syntax.Discount:
    amount = maybe(children, syntax.Quantity) or maybe(children, syntax.Lookup) or _percent(children[1:2])
    parts = role_in(children, ("WHOLE_AMOUNT", "EACH_PART"))
    return syntax.Discount(amount, maybe(children, syntax.Step), parts, span=span_of(children))


def _sell_at(children: Children) -> syntax.SellAt:
    return syntax.SellAt(children[1], maybe(children, syntax.Step), span=span_of(children))


def _add_gift(children: Children) -> syntax.AddGift:
    return syntax.AddGift(_number(children), _text(children), span=span_of(children))


def _should_add_gift(children: Children) -> syntax.ShouldAddGift:
    rule = names_in(children)[-1]
    return syntax.ShouldAddGift(_number(children), _text(children), rule, span=span_of(children))


def _text(children: Children) -> syntax.Text:
    return text_of(token_of(children, "STRING"))


def _number(children: Children) -> syntax.Number:
    return number_of([token_of(children, "NUMBER")])


def _buy(children: Children) -> syntax.Buy:
    selection, same = part_of(children, "SELECTION"), bool(role_in(children, ("SAME_SKU",)))
    return syntax.Buy(_number(children), selection, same, children[-1].role, span=span_of(children))


def _pick(children: Children) -> syntax.Pick:
    order = role_in(children, ("CHEAPEST", "DEAREST", "LINE_ORDER"))
    selection = part_of(children, "PICK_FROM", None)
    across, own = bool(role_in(children, ("ACROSS",))), selection is None and children[0].role != "PICK_NUMBER"
    return syntax.Pick(children[0].role, _number(children), order, selection or (), across, own, span=span_of(children))


def _pick_from(children: Children) -> Part:
    return Part(span_of(children), "PICK_FROM", part_of(children, "SELECTION", ()))


def _sets_at_most(children: Children) -> syntax.SetsAtMost:
    return syntax.SetsAtMost(_number(children), span=span_of(children))


def _keep_price(children: Children) -> syntax.KeepPrice:
    return syntax.KeepPrice(children[1], span=span_of(children))


def _price_base(children: Children) -> syntax.BaseAmount:
    taxless = bool(role_in(children, ("WITHOUT_TAX",)))
    return syntax.BaseAmount(children[0].role, (), taxless, span=span_of(children))


def _should_discount(children: Children) -> syntax.ShouldDiscount:
    texts = [text_of(child) for child in children if isinstance(child, Token) and child.role == "STRING"]
    return syntax.ShouldDiscount(
        children[1], texts[0] if texts else None, names_in(children)[-1], span=span_of(children)
    )


PRICES: Final[Mapping[str, Builder]] = MappingProxyType(
    {
        "discounts": _price_rounding,
        "taxes": _price_rounding,
        "discount": _discount,
        "sell_at": _sell_at,
        "add_gift": _add_gift,
        "buy": _buy,
        "pick": _pick,
        "pick_from": _pick_from,
        "sets_at_most": _sets_at_most,
        "keep_price": _keep_price,
        "price_base": _price_base,
        "should_discount": _should_discount,
        "should_add_gift": _should_add_gift,
    }
)
