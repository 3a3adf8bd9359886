"""What tables say of an occasion, or of one of its lines."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from loyalty_rules.engine.receive import OrderLine
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Multiply, Row, Table


def row_of(view: View, table: Table, line: OrderLine | None) -> Row | None:
    """The row for the values that its columns have; None where no row covers them, or one of them has no value."""
    rows = view.plan.lookups[table.name].get(tuple(view.value(key, line) for key in table.keys))
    if rows is None:
        return None
    value = 0 if table.axis is None else view.value(table.axis, line)
    return rows.at(value) if isinstance(value, int | Fraction) else None


def said_by(table: Table, row: Row | None) -> Fraction:
    """The value of a row, or what the table says where there is none."""
    return row.value if row is not None else table.otherwise or Fraction(0)


def table_value(view: View, table: Table) -> Fraction:
    """What a table says of the occasion."""
    return said_by(table, row_of(view, table, None))


def factors(view: View, effect: Multiply) -> Callable[[int], Fraction]:
    """What a boost multiplies what a line gets by, by its place; what belongs to no line by 1 where lines are asked."""
    table = view.plan.checked.tables[effect.table] if effect.table else None
    if table is not None and table.of_lines:
        lines = view.occasion.lines
        return lambda place: said_by(table, row_of(view, table, lines[place])) if place >= 0 else Fraction(1)
    by = effect.by if table is None else table_value(view, table)
    return lambda place: by
