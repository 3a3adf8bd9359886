"""Partners: who else sells to members, and pays for what rules give."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import TypeAlias

from loyalty_rules.calendar import Period
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: Who pays for what a rule gives: (partner, share of 1), by name. The programme pays what is left.
Funders: TypeAlias = tuple[tuple[str, Fraction], ...]


@frozen
class Partner:
    """`merchants`: the merchants of its orders; no two partners share one. It pays `price` minor units of money for a
    smallest unit of `purse`, "" where no price is agreed, and has bought units for `prepaid` minor units in advance. It
    is settled with at the end of each period; None for the whole history at once."""

    name: str
    title: str
    merchants: tuple[str, ...]
    purse: str = ""
    price: Fraction = Fraction(0)
    settles: Period | None = None
    prepaid: Fraction = Fraction(0)
    span: Span = field(compare=False, kw_only=True)
