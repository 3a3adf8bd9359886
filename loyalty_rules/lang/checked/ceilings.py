"""Ceilings on units, and what they are counted for."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from loyalty_rules.lang.conditions import Window
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


class Scope(Enum):
    ITEM = "S_ITEM"
    LINE = "S_LINE"
    ORDER = "S_ORDER"
    MEMBER = "S_MEMBER"


@frozen
class Cap:
    """`key` names its counter: (rule, cap, unit, scope, window). Scope MEMBER has a window. Where it bounds money that
    points pay, `purse` is "" and `units` are minor units."""

    key: str
    purse: str
    units: int
    scope: Scope
    window: Window | None
    before_boosts: bool
    span: Span = field(compare=False)
