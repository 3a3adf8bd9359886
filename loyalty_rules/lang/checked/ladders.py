"""Ladders of levels."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from loyalty_rules.calendar import Period
from loyalty_rules.lang.checked.returns import AfterReturn
from loyalty_rules.lang.conditions import Condition
from loyalty_rules.source import Span


class Upgrade(Enum):
    NEXT_ORDER = "UP_NEXT"
    THIS_ORDER = "UP_THIS"
    PART_ABOVE = "UP_PART"
    FROM_NEXT = "UP_FROM"


class Review(Enum):
    AT_END = "REVIEW"
    EVERY_ORDER = "REVIEW_ORDER"
    NEVER = "REVIEW_NEVER"


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    condition: Condition
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Ladder:
    """`base` is the base level's name, "" without one. `levels` ascend; rank 1 is the lowest earned level."""

    name: str
    title: str
    base: str
    levels: tuple[Level, ...]
    upgrade: Upgrade
    upgrade_period: Period | None
    review: Review
    review_period: Period | None
    downgrade_one: bool
    after_return: AfterReturn
    given: tuple[tuple[str, str], ...]  # messages: (language, text)
    span: Span = field(compare=False)

    def level_name(self, rank: int) -> str:
        return self.levels[rank - 1].name if rank else self.base

    def rank(self, level: str) -> int:
        return next((i for i, found in enumerate(self.levels, 1) if found.name == level), 0)
