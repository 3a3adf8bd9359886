"""Clauses of draws and contests."""

from __future__ import annotations

from typing import TypeAlias

from loyalty_rules.lang.syntax.terms import Gift, Measure, Moment, Node, Number, Text
from loyalty_rules.values import frozen


@frozen
class DrawsAt(Node):
    """`draws at 2026-11-30 18:00`"""

    moment: Moment


@frozen
class Season(Node):
    """`season in calendar month`. `period`: IN_DAY to IN_PYEAR."""

    period: str


@frozen
class PrizeOfDraw(Node):
    """`prize 1 car winners 1`"""

    gift: Gift
    winners: Number


@frozen
class ChanceOfPrize(Node):
    """`prize 1 coffee chance 5 out of 100`; `no prize chance 95 out of 100`, without a `gift`."""

    gift: Gift | None
    chance: Number
    out_of: Number


@frozen
class Commitment(Node):
    """`commitment "sha256:4104d36f…"`"""

    text: Text


@frozen
class Ranks(Node):
    """`ranks total of km in calendar month highest first`. `order`: HIGHEST, LOWEST."""

    measure: Measure
    order: str


@frozen
class PrizeOfPlaces(Node):
    """`prize 10 000 bonus place 1`; `prize 1 000 bonus place between 2 and 10`"""

    gift: Gift
    first: Number
    last: Number


DrawClause: TypeAlias = DrawsAt | Season | PrizeOfDraw | ChanceOfPrize | Commitment | Ranks | PrizeOfPlaces
