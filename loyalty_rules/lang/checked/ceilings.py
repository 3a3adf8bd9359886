"""Ceilings on units, and what they are counted for."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from loyalty_rules.lang.conditions import FactOf, FieldOf, Window
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: What `per same` asks of an occasion.
Told: TypeAlias = FieldOf | FactOf


class Scope(Enum):
    ITEM = "S_ITEM"
    LINE = "S_LINE"
    ORDER = "S_ORDER"
    SAME = "S_SAME"
    MEMBER = "S_MEMBER"


@frozen
class Cap:
    """`key` names its counter: (rule, cap, unit, scope, window). Scopes MEMBER and SAME have a window; with SAME each
    value of `same` has a counter of its own. Where it bounds money that points pay, `purse` is "" and `units` are minor
    units."""

    key: str
    purse: str
    units: int
    scope: Scope
    window: Window | None
    before_boosts: bool
    span: Span = field(compare=False)
    same: Told | None = None
