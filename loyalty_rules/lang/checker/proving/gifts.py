"""Upper bounds on one gift: what it comes to on all lines that a rule may count, exact, before it is rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import (
    Again,
    BaseLimit,
    Checked,
    Earn,
    Give,
    Parts,
    Place,
    Scope,
    Step,
    StepKind,
    Table,
    TriggerKind,
)
from loyalty_rules.lang.checker.proving.cases import at_most, is_spend_now
from loyalty_rules.lang.checker.proving.linear import Bound, Linear, fixed
from loyalty_rules.values import frozen

#: Measures that one occasion moves by one at most.
_BY_ONE: Final = frozenset({c.CounterKind.ORDERS, c.CounterKind.ACTIVE_DAYS, c.CounterKind.TIMES})
#: What a purse gets from some rules, for gifts that follow it.
Earned = Callable[[str, tuple[str, ...]], Bound]


@frozen
class Gifts:
    """`money`: the amount that bounds are counted in. `sorts`: how many sorts of lines there are."""

    checked: Checked
    money: c.Base
    sorts: int
    earned: Earned

    def bounds(self, rule: Earn, give: Give, place: Place, on: frozenset[int]) -> Iterator[Linear]:
        """Every bound that is known on a gift over lines of these sorts, in the smallest unit of its purse. None where
        nothing bounds it."""
        step = give.step
        table = self.checked.tables[give.table] if give.table else None
        rate = give.value * _most(table)
        if step is None:
            times = self._times(rule)
            if not place.by_line and times is not None:
                yield fixed(rate * times, self.sorts)
            return  # a gift for each line, or each item
        measure = step.of or (rule.base if isinstance(rule.base, c.Measure) else None)
        if measure is not None:
            if give.parts is Parts.WHOLE and measure.window.kind is not c.WindowKind.THIS_ORDER:
                return  # the row that is reached counts for what was there before, too
            yield from self._of_measure(rate, step, measure, _begun(step, table, give), _rows(table, give))
        elif step.items:
            yield from self._of_items(rule, rate, step, place, give)
        else:
            yield from self._of_money(rule, rate, step, place, _begun(step, table, give), on)

    def _times(self, rule: Earn) -> int | None:
        """How often a fixed gift is given at once: for each completion of a challenge. None where nothing bounds it."""
        owner = self.checked.earns[rule.event] if rule.trigger is TriggerKind.COMPLETING else rule
        if owner.goal is None or owner.goal.again is not Again.CARRY:
            return 1
        return min((limit.times for limit in owner.limits), default=None)

    # ---------- what the amount follows

    def _of_money(
        self, rule: Earn, rate: Fraction, step: Step, place: Place, begun: int, on: frozenset[int]
    ) -> Iterator[Linear]:
        base = rule.base if isinstance(rule.base, c.Base) else self.checked.basis
        limit = _counted(rule, items=False)
        if limit is not None and not place.by_line:
            yield fixed(rate * Fraction(limit.amount, step.size) + rate * begun, self.sorts)
        elif limit is not None and not begun:
            yield fixed(rate * Fraction(limit.amount, step.size), self.sorts)
        if not at_most(base, self.money, self.checked):
            return
        if not begun or not place.by_line:
            yield self._sloped(rate / step.size, on).raised(rate * begun)
        if begun == 1:  # a step is begun by one coin
            yield self._sloped(rate, on)

    def _of_items(self, rule: Earn, rate: Fraction, step: Step, place: Place, give: Give) -> Iterator[Linear]:
        limit = _counted(rule, items=True)
        if limit is None:
            return
        if step.how is not StepKind.STARTED:
            yield fixed(rate * Fraction(limit.amount, step.size), self.sorts)
        elif give.parts is not Parts.EACH:
            begun = -(-limit.amount // step.size) if not place.by_line else limit.amount
            yield fixed(rate * begun, self.sorts)

    def _of_measure(self, rate: Fraction, step: Step, measure: c.Measure, begun: int, parts: int) -> Iterator[Linear]:
        """The gift of what this occasion adds to a measure. A step that was almost full before is full by a coin, in
        each part of a ladder."""
        whole = step.how is StepKind.FULL and not is_spend_now(measure)
        extra = rate * max(begun, parts if whole else 0)
        match measure.counter:
            case c.CounterKind.SPEND if at_most(measure.base or self.checked.basis, self.money, self.checked):
                yield self._sloped(rate / step.size, frozenset(range(self.sorts))).raised(extra)
            case counter if counter in _BY_ONE:
                yield fixed(rate / step.size if step.how is StepKind.PER else rate, self.sorts)
            case c.CounterKind.EARNED:
                units = self.earned(measure.of, measure.by)
                if units is not None:
                    yield units.times(rate / step.size).raised(extra)
            case c.CounterKind.BALANCE:
                yield fixed(0, self.sorts)  # no occasion adds to it
            case _:
                return

    def _sloped(self, rate: Fraction, on: frozenset[int]) -> Linear:
        return Linear(Fraction(0), (rate,) * self.sorts).only_on(on)


def _most(table: Table | None) -> Fraction:
    """The most that a table says."""
    return Fraction(1) if table is None else table.largest


def _begun(step: Step, table: Table | None, give: Give) -> int:
    """How many steps may be begun without being full: one, or one in each part of a ladder, or in the lines of each
    row."""
    if step.how is not StepKind.STARTED:
        return 0
    return _rows(table, give)


def _rows(table: Table | None, give: Give) -> int:
    """How many parts of an amount have steps of their own."""
    if table is not None and table.of_lines:
        return len(table.rows) + 1
    return len(table.rows) if table is not None and give.parts is Parts.EACH else 1


def _counted(rule: Earn, *, items: bool) -> BaseLimit | None:
    """What of the basis of an order counts at most, of all orders in the window or of this one."""
    limits = [
        limit
        for limit in rule.base_limits
        if limit.items is items and not limit.skip and limit.scope in (Scope.ORDER, Scope.MEMBER)
    ]
    return min(limits, key=lambda limit: limit.amount, default=None)
