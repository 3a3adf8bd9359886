"""Tables: the columns that are asked and the one of values; rows that say each value once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from loyalty_rules.diagnostics import Diagnostic, Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions
from loyalty_rules.lang.checker.cells import cell_key, cell_range, value_of
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, simple
from loyalty_rules.lang.checker.covering import Column, Columns, KeyColumn, Placed, covered, ordered
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.supplying import rows_handed_over
from loyalty_rules.lang.checker.values import kind_word
from loyalty_rules.lang.fingerprint import canonical
from loyalty_rules.lang.parser import parse_cell, parse_head
from loyalty_rules.problems.clauses import ClausesExclude
from loyalty_rules.problems.ladders import CellCount, ColumnAsked, NoRows, TableColumns

#: What a column can name in its cells, and what it can have ranges of.
_NAMED: Final = frozenset({c.Kind.TEXT, c.Kind.LEVEL, c.Kind.WEEKDAY, c.Kind.MONTH, c.Kind.YES_NO})
_RANGED: Final = frozenset({c.Kind.MONEY, c.Kind.POINTS, c.Kind.COUNT, c.Kind.NUMBER, c.Kind.PERCENT})
_MOST_KEYS: Final = 2


def tables(ctx: Context) -> dict[str, k.Table]:
    """The tables by name. Lists come first: the measures that other tables ask about may look into them."""
    found = {}
    for block in sorted(named(ctx, "H_TABLE"), key=lambda block: first_of(block, s.ValueColumn) is not None):
        table = _table(ctx, block, block.name) if block.name else None
        if table is not None:
            found[table.name] = table
        elif block.name and block.name.text not in ctx.lists:
            ctx.faulty_tables.add(block.name.text)
    return found


def _table(ctx: Context, block: s.Block, name: s.Name) -> k.Table | None:
    rows = all_of(block, s.Row)
    value = first_of(block, s.ValueColumn)
    by_host = simple(block, "SUPPLIED")
    if by_host is not None and len(rows) > 1:
        related = Related(by_host.span, "first_here")
        ctx.report(ClausesExclude(Role("ROW"), Role("SUPPLIED")), rows[1].span, related)
        return None
    if len(rows) < (2 if by_host is None else 1):
        if ctx.is_whole(block):
            ctx.report(NoRows(name.text), block.header)
        return None
    if value is None and (len(rows[0].cells) > 1 or first_of(block, s.Otherwise) is not None):
        missing(ctx, block, "VALUE")
        return None
    columns = _columns(ctx, name, rows[0], value)
    if columns is None:
        return None
    if columns.is_list:
        ctx.lists[name.text] = columns.keys[0].asked
    otherwise = _otherwise(ctx, block, columns)
    if by_host is None:
        read = [_row(ctx, row, rows[0], columns) for row in rows[1:]]
    else:
        read = list(rows_handed_over(ctx, name, rows[0], by_host, columns))
    whole = ordered(one for one in read if one is not None)
    if len(whole) < len(read) or not ctx.is_whole(block):
        return None
    if not covered(ctx, whole, columns, name, otherwise=columns.is_list or otherwise is not None):
        return None
    keys = tuple(key.asked for key in columns.keys)
    axis = columns.axis.typed.operand if columns.axis is not None else None
    found = tuple(placed.row for placed in whole)
    return k.Table(
        name.text,
        title_of(block),
        axis,
        columns.percent,
        found,
        keys,
        otherwise,
        is_list=columns.is_list,
        by_host=by_host is not None,
    )


def _otherwise(ctx: Context, block: s.Block, columns: Columns) -> Fraction | None:
    clause = first_of(block, s.Otherwise)
    return None if clause is None else value_of(ctx, clause.amount, clause.amount.span, percent=columns.percent)


def _columns(ctx: Context, name: s.Name, heads: s.Row, value: s.ValueColumn | None) -> Columns | None:
    """Which columns are asked and which one holds the values; a list has none of values, and names one thing."""
    keys: list[KeyColumn] = []
    axes: list[Column] = []
    values: list[int] = []
    for place, cell in enumerate(heads.cells):
        head = parse_head(cell.text, cell.span, ctx.table)
        if isinstance(head, Diagnostic):
            ctx.report(head.problem, head.span)
            return None
        if isinstance(head, s.Name) and value is not None and head.text == value.name.text:
            values.append(place)
        elif isinstance(head, s.Name) and head.text not in ctx.names:
            ctx.report(TableColumns(name.text), heads.span)  # most likely the column of values, by another name
            return None
        elif not isinstance(head, s.Delivery | s.OrderLine):
            typed = conditions.operand(ctx, head, Place("TABLE", ctx.settings.basis))
            if typed is None:
                return None
            operand = typed.operand
            if typed.kind in _NAMED and not typed.partner and isinstance(operand, c.FieldOf | c.FactOf | c.LevelOf):
                keys.append(KeyColumn(place, typed, operand))
            elif typed.kind in _RANGED and value is not None:
                axes.append(Column(place, typed))
            else:
                kind = Role("KIND_PARTNER") if typed.partner else kind_word(typed.kind)
                ctx.report(ColumnAsked(typed.words, kind), cell.span)
                return None
    if value is None and len(keys) == 1:
        return Columns(tuple(keys), None, None, percent=False)
    asked = len(keys) + len(axes)
    if not 1 <= asked <= _MOST_KEYS or len(axes) > 1 or len(values) != 1 or len(heads.cells) != asked + 1:
        ctx.report(TableColumns(name.text), heads.span)
        return None
    keys.sort(key=lambda column: canonical(column.typed.operand))  # the order of columns has no meaning
    percent = value is not None and value.type == "T_PERCENT"
    return Columns(tuple(keys), axes[0] if axes else None, values[0], percent)


def _row(ctx: Context, row: s.Row, heads: s.Row, columns: Columns) -> Placed | None:
    if len(row.cells) != len(heads.cells):
        ctx.report(CellCount(len(row.cells), len(heads.cells)), row.span)
        return None
    edges: k.Row | None = k.Row(None, None, Fraction(0), 0)
    if columns.axis is not None:
        cell = row.cells[columns.axis.place]
        edges = cell_range(ctx, cell.text, cell.span, columns.axis.typed)
    keys = [cell_key(ctx, row.cells[key.place], key.typed) for key in columns.keys]
    value: Fraction | None = Fraction(1)
    if columns.value is not None:
        cell = row.cells[columns.value]
        value = value_of(ctx, parse_cell(cell.text, cell.span, ctx.table), cell.span, percent=columns.percent)
    known = tuple(key for key in keys if key is not None)
    if edges is None or value is None or len(known) < len(keys):
        return None
    return Placed(replace(edges, value=value, keys=known), row.span)
