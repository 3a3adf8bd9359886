"""What purses that keep calendar months apart promise: counted from the debits that effects tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from loyalty_rules.decision import PointsRedeemed, PointsReserved, PointsTaken
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.playing import Broken, Decisions


def one_month(history: History, decisions: Decisions) -> Iterator[Broken]:
    """What one redemption uses of a purse that keeps calendar months apart was earned in one of them."""
    programme = history.interest.programme
    for place, one in enumerate(decisions):
        for effect in one.effects:
            if not isinstance(effect, PointsRedeemed | PointsReserved | PointsTaken):
                continue
            if not programme.checked.purses[effect.purse].months_apart:
                continue
            days = (date.fromordinal(programme.plan.timeline.day(debit.earned)) for debit in effect.debits)
            if len({(day.year, day.month) for day in days}) > 1:
                yield Broken("one_month", place, (("purse", effect.purse),))
