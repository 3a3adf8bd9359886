"""Questions about a line as functions. A question that is about more than the line has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeAlias

from loyalty_rules.engine.compiled.comparing import comparison
from loyalty_rules.engine.linefields import told_by
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import OrderLine
from loyalty_rules.lang.checked import ProductSet
from loyalty_rules.lang.conditions import (
    AllOf,
    AmongOf,
    Between,
    Compared,
    Condition,
    Constant,
    Equals,
    FactOf,
    Field,
    FieldOf,
    Has,
    In,
    InTable,
    LineSet,
    NotOf,
    OneOf,
    OnSale,
    Operand,
    Owner,
    about_line,
)

#: Whether something holds of a line.
LineTest: TypeAlias = Callable[[OrderLine], bool]
_Read: TypeAlias = Callable[[OrderLine], object]


def selection_of(plan: Plan, lines: LineSet) -> LineTest | None:
    """Whether a selection takes a line; None where it asks about more than lines."""
    sets = [_set_of(plan, plan.checked.products[name]) for name in lines.sets]
    left_out = [_set_of(plan, plan.checked.products[name]) for name in lines.except_sets]
    taken, excluded = _known(sets), _known(left_out)
    if taken is None or excluded is None:
        return None
    delivery = lines.delivery and not lines.except_delivery

    def takes(line: OrderLine) -> bool:
        if line.delivery:
            return delivery
        if not lines.any_product and not any(test(line) for test in taken):
            return False
        return not any(test(line) for test in excluded)

    return takes


def _set_of(plan: Plan, products: ProductSet) -> LineTest | None:
    """Whether a line that is no delivery is in a product set; None for one that the member chooses."""
    if products.choice is not None:
        return None
    inside = _known(_set_of(plan, plan.checked.products[name]) for name in products.include)
    outside = _known(_set_of(plan, plan.checked.products[name]) for name in products.exclude)
    where = _known(line_test(plan, condition) for condition in products.where)
    if inside is None or outside is None or where is None:
        return None

    def holds(line: OrderLine) -> bool:
        if any(test(line) for test in outside):
            return False
        if any(test(line) for test in inside):
            return True
        return bool(where) and all(test(line) for test in where)

    return holds


def _known(tests: Iterable[LineTest | None]) -> tuple[LineTest, ...] | None:
    """All of the tests; None where one of them is not known."""
    found = tuple(tests)
    known = tuple(test for test in found if test is not None)
    return known if len(known) == len(found) else None


def line_test(plan: Plan, condition: Condition) -> LineTest | None:
    """A condition of a line; None where it asks about more."""
    match condition:
        case AllOf():
            every = _known(line_test(plan, item) for item in condition.items)
            return None if every is None else lambda line: all(test(line) for test in every)
        case OneOf():
            some = _known(line_test(plan, item) for item in condition.items)
            return None if some is None else lambda line: any(test(line) for test in some)
        case AmongOf(number=number):
            among = _known(line_test(plan, item) for item in condition.items)
            return None if among is None else lambda line: sum(test(line) for test in among) >= number
        case NotOf():
            inner = line_test(plan, condition.item)
            return None if inner is None else lambda line: not inner(line)
        case OnSale():
            return lambda line: line.on_sale
        case Has(fact=fact) if fact.owner is Owner.LINE:
            name = fact.name
            return lambda line: line.facts.get(name) is not None
        case Equals(operand=operand, bound=Constant(value)) if about_line(operand):
            return _equals(operand, value, negated=condition.negated)
        case In(operand=operand) if about_line(operand):
            return _in(operand, frozenset(condition.values))
        case InTable(operand=operand) if about_line(operand):
            read, rows = _read(operand), plan.lookups[condition.table]
            return lambda line: (read(line),) in rows
        case Compared(operand=operand, how=how, bound=Constant(int() as bound)) if about_line(operand):
            found, compares = _read(operand), comparison(how, bound)
            return lambda line: compares(found(line))
        case Between(operand=operand, low=Constant(int() as low), high=Constant(int() as high)) if about_line(operand):
            read = _read(operand)
            return lambda line: isinstance(found := read(line), int | Fraction) and low <= found <= high
        case _:
            return None


def _read(operand: Operand) -> _Read:
    """What an operand about lines reads of one."""
    if isinstance(operand, FactOf):
        name = operand.fact.name
        return lambda line: line.facts.get(name)
    if isinstance(operand, FieldOf):
        which = operand.field
        return lambda line: told_by(line, which)
    return lambda line: None


def _equals(operand: Operand, wanted: object, *, negated: bool) -> LineTest:
    read = _read(operand)
    if isinstance(operand, FieldOf) and operand.field is Field.TAG:
        return lambda line: (wanted in line.tags) != negated

    def same(line: OrderLine) -> bool:
        found = read(line)
        return found is not None and (found == wanted) != negated

    return same


def _in(operand: Operand, wanted: frozenset[object]) -> LineTest:
    if isinstance(operand, FieldOf) and operand.field is Field.TAG:
        return lambda line: not wanted.isdisjoint(line.tags)
    read = _read(operand)
    return lambda line: read(line) in wanted
