"""What may change while the rules of one order are settled: whether something of it is asked."""

from __future__ import annotations

from typing import Final

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Boost, Never, Upgrade
from loyalty_rules.lang.conditions import Applied, Completed, CounterKind, InSegment, LevelOf, Measure
from loyalty_rules.lang.walking import parts_of

_GIVEN: Final = frozenset({CounterKind.EARNED, CounterKind.TIMES, CounterKind.VALUE_GIVEN})


def lifts(plan: Plan) -> bool:
    """Whether levels may rise before the awards of the order that earns them."""
    return any(ladder.upgrade is Upgrade.THIS_ORDER for ladder in plan.checked.ladders.values())


def moves(plan: Plan, asked: Boost | Never) -> bool:
    """Whether what a boost or a guardrail asks may be answered otherwise in a later stratum of the same order."""
    waiting: list[object] = [asked.audience, asked.occasion, asked.dates.asked]
    seen: set[str] = set()
    while waiting:
        for part in parts_of(waiting.pop()):
            match part:
                case Applied() | Completed():
                    return True
                case LevelOf() if lifts(plan):
                    return True
                case Measure(counter=counter) if counter in _GIVEN:
                    return True
                case InSegment(segment=name) if name not in seen:
                    seen.add(name)
                    waiting.append(plan.checked.segments[name].when)
                case _:
                    pass
    return False
