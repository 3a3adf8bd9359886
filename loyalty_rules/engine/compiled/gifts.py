"""What a gift is worth, in integers: tops parallel to the lines of a rule, over one bottom.

Rates are fractions that a programme states once, so an award has one bottom that follows from the programme, unless an
amount for all lines together is shown by line. What is not written out here is asked of the reference evaluator, and
its fractions are brought to one bottom.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple, TypeAlias

from loyalty_rules.engine import gifts
from loyalty_rules.engine.compiled.basis import Basis
from loyalty_rules.engine.gifts import ORDER, Cell, Exact
from loyalty_rules.engine.lookups import table_value
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Earn, Give, Parts, Step, StepKind
from loyalty_rules.lang.conditions import Measure


class Worth(NamedTuple):
    """`tops` over `bottom`, parallel to the lines of the rule; lines that were not asked about have 0."""

    tops: Sequence[int]
    bottom: int


#: The lines of a rule that are asked about, by their numbers in it; None for all.
Chosen: TypeAlias = Sequence[int] | None
#: Points for a step, or in all: as a programme states it, or as its table says on an occasion.
Rate: TypeAlias = Fraction | Callable[[View], Fraction]
#: What a gift is worth on these lines.
Worths: TypeAlias = Callable[[View, Basis, Chosen], Worth]


def worths_of(plan: Plan, rule: Earn, give: Give, *, by_line: bool) -> Worths:
    """What a gift of a rule is worth. `by_line`: lines are rounded by themselves, so each is a sum of its own."""
    step, table = give.step, plan.checked.tables[give.table] if give.table else None
    if is_whole(rule, give):
        return _whole(give) if step is None and table is None else _whole_by_reference(rule, give)
    if table is not None and step is not None and (table.of_lines or give.parts is Parts.EACH):
        return _by_reference(rule, give, by_line=by_line)
    rate: Rate = (lambda view: give.value * table_value(view, table)) if table is not None else give.value
    if step is None:
        return _once(rate)
    if step.how is StepKind.PER:
        return _per(rate, step)
    return _full_by_line(rate, step) if by_line else _full(rate, step)


def is_whole(rule: Earn, give: Give) -> bool:
    """Whether a gift belongs to the order as a whole, and to no line of it."""
    step = give.step
    return rule.lines is None or (step is not None and (step.of is not None or isinstance(rule.base, Measure)))


def _whole(give: Give) -> Worths:
    worth = Worth((give.value.numerator,), give.value.denominator)
    return lambda view, basis, chosen: worth


def _whole_by_reference(rule: Earn, give: Give) -> Worths:
    def worth(view: View, basis: Basis, chosen: Chosen) -> Worth:
        return over_one_bottom([gifts.worths(view, rule, give, [Cell(1, {})])[0][ORDER]])

    return worth


def _rate_of(rate: Rate, view: View) -> tuple[int, int]:
    """A rate that a table says, or the programme by itself."""
    return (rate if isinstance(rate, Fraction) else rate(view)).as_integer_ratio()


def _once(value: Rate) -> Worths:
    """An amount for the lines together, whatever they come to: by their money, and equally where that is nothing."""

    def worth(view: View, basis: Basis, chosen: Chosen) -> Worth:
        top, bottom = _rate_of(value, view)
        taken = range(len(basis.money)) if chosen is None else chosen
        whole = sum(basis.money[place] for place in taken)
        tops = [0] * len(basis.money)
        for place in taken:
            tops[place] = top * basis.money[place] if whole else top
        return Worth(tops, bottom * (whole or len(taken) or 1))

    return worth


def _per(value: Rate, step: Step) -> Worths:
    size, items = step.size, step.items
    fixed = (value / size).as_integer_ratio() if isinstance(value, Fraction) else None

    def worth(view: View, basis: Basis, chosen: Chosen) -> Worth:
        top, bottom = fixed or _rate_of(value, view)
        bottom *= 1 if fixed else size
        units = basis.items if items else basis.money
        if chosen is None:
            return Worth(units if top == 1 else [top * one for one in units], bottom)
        tops = [0] * len(units)
        for place in chosen:
            tops[place] = top * units[place]
        return Worth(tops, bottom)

    return worth


def _full(value: Rate, step: Step) -> Worths:
    """Full or begun steps of all lines together, shown by line in proportion."""
    size, items, begun = step.size, step.items, step.how is StepKind.STARTED

    def worth(view: View, basis: Basis, chosen: Chosen) -> Worth:
        top, bottom = _rate_of(value, view)
        units = basis.items if items else basis.money
        if chosen is not None:
            taken = set(chosen)
            units = [one if place in taken else 0 for place, one in enumerate(units)]
        whole = sum(units)
        steps = -(-whole // size) if begun else whole // size
        return Worth([top * steps * one for one in units], bottom * whole) if steps else Worth([0] * len(units), 1)

    return worth


def _full_by_line(value: Rate, step: Step) -> Worths:
    size, items, begun = step.size, step.items, step.how is StepKind.STARTED

    def worth(view: View, basis: Basis, chosen: Chosen) -> Worth:
        top, bottom = _rate_of(value, view)
        units = basis.items if items else basis.money
        tops = [0] * len(units)
        for place in range(len(units)) if chosen is None else chosen:
            tops[place] = top * (-(-units[place] // size) if begun else units[place] // size)
        return Worth(tops, bottom)

    return worth


def _by_reference(rule: Earn, give: Give, *, by_line: bool) -> Worths:
    """The same question, put to the reference evaluator."""

    def worth(view: View, basis: Basis, chosen: Chosen) -> Worth:
        places, amounts = basis.places, basis.told()
        if chosen is not None:
            amounts = {places[number]: amounts[places[number]] for number in chosen}
        cells = [Cell(1, {line: amount}) for line, amount in amounts.items()] if by_line else [Cell(1, amounts)]
        exact: Exact = {}
        for found in gifts.worths(view, rule, give, cells):
            exact |= found
        return over_one_bottom([exact.get(place, Fraction(0)) for place in places])

    return worth


def over_one_bottom(exact: Sequence[Fraction]) -> Worth:
    """Fractions over one bottom."""
    bottom = lcm(*(amount.denominator for amount in exact))
    return Worth([amount.numerator * (bottom // amount.denominator) for amount in exact], bottom)
