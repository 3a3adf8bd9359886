"""What guardrails take away from a purchase, by the selections that take its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from loyalty_rules.engine import guarding
from loyalty_rules.engine.compiled.asking import Test, all_of, during, test_of
from loyalty_rules.engine.compiled.moving import moves
from loyalty_rules.engine.compiled.selecting import Selections
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Blocks, Never
from loyalty_rules.lang.conditions import InSegment, Measure
from loyalty_rules.lang.walking import parts_of

_NONE: frozenset[int] = frozenset()


class _Guard(NamedTuple):
    test: Test
    number: int  # of its selection, -1 where it takes the whole occasion


class Guards:
    """The guardrails of earning. They are `steady` unless one asks what may change on the way, or about more than
    lines: then the view is asked, whenever the reference evaluator asks it."""

    def __init__(self, plan: Plan, selections: Selections) -> None:
        mine = plan.having.guards[Blocks.EARNING]
        known = all(never.lines is None or never.lines in selections.numbers for never in mine)
        self.steady = known and not any(moves(plan, never) for never in plan.nevers)
        # What takes from everything takes from tier counting; only where nothing else does is the answer one for all.
        self._alike = all(never.blocks == {Blocks.EVERYTHING} for never in plan.nevers)
        self._guards = [_Guard(_test_of(never), selections.number(never.lines)) for never in (mine if known else ())]

    def closed(self, view: View) -> bool:
        """Whether the whole occasion is taken away now."""
        return guarding.guard_of_all(view, Blocks.EARNING) is not None

    def taken(self, view: View, matches: Mapping[int, list[int]]) -> frozenset[int] | None:
        """The places of the lines that give nothing, None for all of them; kept like what `view.blocked` answers."""
        guarded = view.guarded
        if Blocks.EARNING not in guarded:
            found = guarded[Blocks.EARNING] = self._taken(view, matches)
            if self._alike:
                guarded.setdefault(Blocks.EVERYTHING, found)
                guarded.setdefault(Blocks.TIERS, found)
        return guarded[Blocks.EARNING]

    def _taken(self, view: View, matches: Mapping[int, list[int]]) -> frozenset[int] | None:
        places: set[int] = set()
        for test, number in self._guards:
            if (number < 0 or number in matches) and test(view):
                if number < 0:
                    return None
                places.update(matches[number])
        return frozenset(places) if places else _NONE


def _test_of(never: Never) -> Test:
    """Whether a guardrail acts. One that blocks everything is asked of the order as it came, which the view knows."""
    asked = (*never.audience, *never.occasion, *never.dates.asked)
    if Blocks.EVERYTHING in never.blocks and any(isinstance(part, Measure | InSegment) for part in parts_of(asked)):
        return lambda view: view.in_force(never)
    return all_of((*during(never.dates), *map(test_of, never.audience), *map(test_of, never.occasion)))
