"""Tables: one column that is asked, one of values; ordered rows without hole or overlap."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from loyalty_rules.amounts import format_units
from loyalty_rules.diagnostics import Diagnostic, Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import conditions
from loyalty_rules.lang.checker.amounts import NUMBER_DECIMALS
from loyalty_rules.lang.checker.context import Context, PurseHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.values import Typed, constant, kind_word
from loyalty_rules.lang.parser import parse_cell, parse_head
from loyalty_rules.problems.ladders import CellCount, CellKind, NoRows, TableColumns, TableHole, TableOverlap
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: From this many digits on, digits are shown in groups of three.
_GROUPED_FROM = 5


@frozen
class _Columns:
    asked: int
    value: int
    axis: Typed
    percent: bool


def tables(ctx: Context) -> dict[str, k.Table]:
    """The tables by name."""
    found = (_table(ctx, block, block.name) for block in named(ctx, "H_TABLE") if block.name)
    return {table.name: table for table in found if table is not None}


def _table(ctx: Context, block: s.Block, name: s.Name) -> k.Table | None:
    rows = all_of(block, s.Row)
    value = first_of(block, s.ValueColumn)
    if len(rows) < 2:
        if ctx.is_whole(block):
            ctx.report(NoRows(name.text), block.header)
        return None
    columns = None if value is None else _columns(ctx, name, rows[0], value)
    if columns is None or not isinstance(columns.axis.operand, c.BaseTotal | c.Measure):
        return None
    read = [(_row(ctx, row, rows[0], columns), row.span) for row in rows[1:]]
    whole = [(row, span) for row, span in read if row is not None]
    if len(whole) < len(read) or not ctx.is_whole(block):
        return None
    ordered = sorted(whole, key=lambda found: -1 if found[0].low is None else found[0].low)
    if not _covered(ctx, ordered, columns.axis):
        return None
    return k.Table(name.text, title_of(block), columns.axis.operand, columns.percent, tuple(row for row, _ in ordered))


def _columns(ctx: Context, name: s.Name, heads: s.Row, value: s.ValueColumn) -> _Columns | None:
    """Which column is asked and which holds the values."""
    asked: list[tuple[int, Typed]] = []
    values: list[int] = []
    for place, cell in enumerate(heads.cells):
        head = parse_head(cell.text, cell.span, ctx.table)
        if isinstance(head, Diagnostic):
            ctx.report(head.problem, head.span)
            return None
        if isinstance(head, s.Name) and head.text == value.name.text:
            values.append(place)
        elif isinstance(head, s.Measure | s.BaseAmount):
            typed = conditions.operand(ctx, head, Place("TABLE", ctx.settings.basis))
            if typed is None:
                return None
            asked.append((place, typed))
    if len(asked) != 1 or len(values) != 1 or len(heads.cells) != 2:
        ctx.report(TableColumns(name.text), heads.span)
        return None
    return _Columns(asked[0][0], values[0], asked[0][1], value.type == "T_PERCENT")


def _row(ctx: Context, row: s.Row, heads: s.Row, columns: _Columns) -> k.Row | None:
    if len(row.cells) != len(heads.cells):
        ctx.report(CellCount(len(row.cells), len(heads.cells)), row.span)
        return None
    edges = _range(ctx, row.cells[columns.asked].text, row.cells[columns.asked].span, columns.axis)
    value = _value(ctx, row.cells[columns.value].text, row.cells[columns.value].span, percent=columns.percent)
    return None if edges is None or value is None else replace(edges, value=value)


def _range(ctx: Context, text: str, span: Span, axis: Typed) -> k.Row | None:
    """A cell as a range of smallest units; its value is filled in by the caller."""
    cell = parse_cell(text, span, ctx.table)
    if isinstance(cell, Diagnostic):
        ctx.report(cell.problem, cell.span)
        return None
    if isinstance(cell, s.CellAll):
        return k.Row(None, None, Fraction(0), 0)
    tests = cell.tests if isinstance(cell, s.CellRange) else (("AT_LEAST", cell), ("AT_MOST", cell))
    low: int | None = None
    high: int | None = None
    edge = 0
    for how, plain in tests:
        limit = constant(ctx, plain, axis)
        if not isinstance(limit, int):
            return None
        match how:
            case "AT_LEAST" | "OVER":
                edge = limit
                low = limit if how == "AT_LEAST" else limit + 1
            case _:
                high = limit if how == "UNDER" else limit + 1
    if axis.kind is c.Kind.COUNT and low is not None:
        edge = max(low - 1, 0)  # the fourth item belongs to the row that begins with 4
    return k.Row(low, high, Fraction(0), edge)


def _value(ctx: Context, text: str, span: Span, *, percent: bool) -> Fraction | None:
    cell = parse_cell(text, span, ctx.table)
    if percent and isinstance(cell, s.Percent):
        return cell.value / 100
    if not percent and isinstance(cell, s.Number):
        return cell.value
    if isinstance(cell, Diagnostic):
        ctx.report(cell.problem, cell.span)
    else:
        ctx.report(CellKind(text, kind_word(c.Kind.PERCENT if percent else c.Kind.NUMBER)), span)
    return None


# ---------- holes and overlaps


def _covered(ctx: Context, rows: list[tuple[k.Row, Span]], axis: Typed) -> bool:
    """Whether every value from 0 on is covered exactly once; the first that is not is named."""
    reached: int | None = 0  # every value below is covered; None: every value
    before: Span | None = None
    for row, span in rows:
        low = max(row.low or 0, 0)
        related = (Related(before, "row_before"),) if before is not None else ()
        if reached is None or low < reached:
            ctx.report(TableOverlap(shown(ctx, low, axis)), span, *related)
            return False
        if low > reached:
            ctx.report(TableHole(shown(ctx, reached, axis)), span, *related)
            return False
        if row.high is not None and row.high <= low:
            ctx.report(TableHole(shown(ctx, low, axis)), span, *related)
            return False
        reached, before = row.high, span
    if reached is not None and before is not None:
        ctx.report(TableHole(shown(ctx, reached, axis)), before)
        return False
    return True


def shown(ctx: Context, units: int, axis: Typed) -> str:
    """A value in smallest units as an author would write it."""
    match axis.kind:
        case c.Kind.MONEY:
            return f"{grouped(format_units(units, ctx.settings.exponent))} {ctx.settings.currency}"
        case c.Kind.POINTS if axis.purse is not None:
            return shown_points(units, axis.purse)
        case c.Kind.NUMBER | c.Kind.PERCENT:
            return grouped(format_units(units, NUMBER_DECIMALS))
        case _:
            return grouped(str(units))


def shown_points(units: int, purse: PurseHead) -> str:
    """An amount of a purse as an author would write it."""
    return f"{grouped(format_units(units, purse.decimals))} {purse.currency or purse.name}"


def grouped(text: str) -> str:
    """A canonical decimal as files write it: no trailing zeros behind the point, long ones in groups of three."""
    whole, _, fraction = text.partition(".")
    if len(whole) >= _GROUPED_FROM:
        first = len(whole) % 3
        parts = [whole[:first]] if first else []
        whole = " ".join([*parts, *(whole[place : place + 3] for place in range(first, len(whole), 3))])
    fraction = fraction.rstrip("0") if not fraction.strip("0") else fraction
    return f"{whole}.{fraction}" if fraction else whole
