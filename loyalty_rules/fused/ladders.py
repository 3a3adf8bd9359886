"""Levels that an order reaches: `settlement.ladders.levels` for what is asked of every order."""

from __future__ import annotations

from typing import Final

from loyalty_rules.engine.plan import Plan
from loyalty_rules.fused.asking import Questions
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.quoting import name, number, told
from loyalty_rules.lang.checked import Ladder, Review, Upgrade
from loyalty_rules.settlement.ladders.levels import moved

#: Reviews that no order brings about.
_BY_TIME: Final = frozenset({Review.AT_END, Review.ON_DAY, Review.AFTER, Review.NEVER})


class Ladders:
    """The ladders of a programme."""

    def __init__(self, plan: Plan, code: Code, asking: Questions) -> None:
        self.plan = plan
        self.code = code
        self.asking = asking

    def check(self, ladder: Ladder) -> None:
        """Raises `LeftError` for what is left to the ordinary path."""
        asked_anew = ladder.counter is not None or any(level.back is not None for level in ladder.levels)
        if ladder.dates.start is not None or ladder.dates.end is not None or ladder.dates.asked:
            raise LeftError(ladder.span)
        if ladder.upgrade is not Upgrade.NEXT_ORDER or ladder.reviews.kind not in _BY_TIME or asked_anew:
            raise LeftError(ladder.span)

    def emit(self, ladder: Ladder) -> None:
        """Statements that lift who earned a higher level. The levels that wait for something give way before."""
        code, rank = self.code, self.asking.rank(ladder.name, ladder.span)
        with code.block() as inner:
            earned = code.fresh("earned")
            with code.block() as asked:
                code.add("EARNED = 0", EARNED=earned)
                self._levels(ladder, rank, earned)
                self._rise(ladder, earned)
            code.when(self.asking.all_of(ladder.audience), asked)
        code.when(told("RANK < TOP", RANK=rank, TOP=number(len(ladder.levels))), inner)

    def _levels(self, ladder: Ladder, rank: str, earned: str) -> None:
        """The highest level above the member's that is earned, asked from the top."""
        code = self.code
        for at in range(len(ladder.levels), 0, -1):
            parts = {"EARNED": name(earned), "PLACE": number(at), "RANK": name(rank)}
            holds = self.asking.holds(ladder.levels[at - 1].condition)
            code.add("if not EARNED and RANK < PLACE and HOLDS:\n    EARNED = PLACE", HOLDS=holds, **parts)

    def _rise(self, ladder: Ladder, earned: str) -> None:
        code = self.code
        with code.block() as inner:
            if any(name_of == ladder.name for name_of, _ in self.plan.reaching):
                code.add("return None")
            else:
                code.add(
                    """
                    member = MOVED(member, LADDER, EARNED, at, effects)
                    standings = member.standings
                    due = 0
                    """,
                    MOVED=code.value(moved),
                    LADDER=code.value(ladder),
                    EARNED=earned,
                )
        code.when(name(earned), inner)
