"""Builders of the clauses of draws and contests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang import syntax
from loyalty_rules.lang.expressions import Builder, Children, number_of, role_in, span_of, text_of, the_one, token_of
from loyalty_rules.lang.tokens import Token


def _draws_at(children: Children) -> syntax.DrawsAt:
    return syntax.DrawsAt(the_one(children, syntax.Moment), span=span_of(children))


def _season(children: Children) -> syntax.Season:
    return syntax.Season(children[1].role, span=span_of(children))


def _prize(children: Children) -> syntax.PrizeOfDraw:
    return syntax.PrizeOfDraw(children[1], number_of([token_of(children, "NUMBER")]), span=span_of(children))


def _chance_of_prize(children: Children) -> syntax.ChanceOfPrize:
    chance, out_of = _numbers(children)
    return syntax.ChanceOfPrize(children[1], chance, out_of, span=span_of(children))


def _chance_of_nothing(children: Children) -> syntax.ChanceOfPrize:
    chance, out_of = _numbers(children)
    return syntax.ChanceOfPrize(None, chance, out_of, span=span_of(children))


def _numbers(children: Children) -> list[syntax.Number]:
    return [number_of([one]) for one in children if isinstance(one, Token) and one.role == "NUMBER"]


def _commitment(children: Children) -> syntax.Commitment:
    return syntax.Commitment(text_of(token_of(children, "STRING")), span=span_of(children))


def _ranks(children: Children) -> syntax.Ranks:
    order = role_in(children, ("HIGHEST", "LOWEST"))
    return syntax.Ranks(the_one(children, syntax.Measure), order, span=span_of(children))


def _prize_of_places(children: Children) -> syntax.PrizeOfPlaces:
    numbers = _numbers(children)
    return syntax.PrizeOfPlaces(children[1], numbers[0], numbers[-1], span=span_of(children))


#: Builders by the name behind `->`.
DRAWS: Final[Mapping[str, Builder]] = MappingProxyType(
    {"draws_at": _draws_at, "season": _season, "prize_of_draw": _prize, "commitment": _commitment}
    | {"chance_of_prize": _chance_of_prize, "chance_of_nothing": _chance_of_nothing}
    | {"ranks": _ranks, "prize_of_places": _prize_of_places}
)
