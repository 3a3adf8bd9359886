"""Redeem rules: points as money at the till."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction

from loyalty_rules.lang.checked.ceilings import Cap
from loyalty_rules.lang.checked.rights import Right
from loyalty_rules.lang.checked.rules import Dates, Limit
from loyalty_rules.lang.conditions import Base, Condition, LineSet
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class PayAtMost:
    """`pay at most`, `together at most`: a share of an amount of lines, or money (`base` is None, `money` minor
    units)."""

    money: int
    share: Fraction
    base: Base | None
    span: Span = field(compare=False)


@frozen
class RedeemGroup:
    """Redeem rules of which several may pay for one order, in listed order; what they pay `together` is bounded."""

    name: str
    title: str
    rules: tuple[str, ...]
    together: tuple[PayAtMost, ...]
    span: Span = field(compare=False)


@frozen
class Redeem:
    """`value` minor units of money for each `size` smallest units of the purse; `full`: whole steps alone. Amounts of
    points in smallest units of the purse, of money in minor units. A reward is used by one of its name, whose purse
    holds what is given of it."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    span: Span = field(compare=False)
    purse: str
    value: int
    size: int
    full: bool
    lines: LineSet
    audience: tuple[Condition, ...]
    occasion: tuple[Condition, ...]
    dates: Dates
    at_most: tuple[PayAtMost, ...]
    leave: int
    minimum: int
    steps: int
    lowered: bool  # a request above a limit; else it is refused
    caps: tuple[Cap, ...] = ()  # of money where their purse is ""
    limits: tuple[Limit, ...] = ()
    right: Right | None = None  # of a reward
    opt_in: bool = False  # it pays for members who opted in to it
    given: tuple[tuple[str, str], ...] = ()  # what is told where it pays, or where a right is used
    missed: tuple[tuple[str, str], ...] = ()  # where it was asked for in vain
