"""Cells of tables: what a cell names, the range it stands for, what it says."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.exampledata import text_of
from loyalty_rules.lang.checker.values import Typed, constant, kind_word
from loyalty_rules.lang.parser import parse_cell
from loyalty_rules.lang.tokens import Cell
from loyalty_rules.problems.ladders import CellKind
from loyalty_rules.source import Span


def cell_key(ctx: Context, cell: Cell, column: Typed) -> c.Value | None:
    """A cell that names one value. None where something was reported."""
    if column.kind is c.Kind.TEXT:
        text = text_of(ctx, cell)
        return None if text is None else constant(ctx, s.Text(text, span=cell.span), column)
    read = parse_cell(cell.text, cell.span, ctx.table)
    if isinstance(read, Diagnostic):
        ctx.report(read.problem, read.span)
    elif isinstance(read, s.CellAll | s.CellRange):
        ctx.report(CellKind(cell.text, kind_word(column.kind)), cell.span)
    else:
        return constant(ctx, read, column)
    return None


def cell_range(ctx: Context, text: str, span: Span, axis: Typed) -> k.Row | None:
    """A cell as a range of smallest units; its value and its keys are filled in by the caller."""
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


def value_of(ctx: Context, read: s.CellValue | Diagnostic, span: Span, *, percent: bool) -> Fraction | None:
    """What a table says: a factor, or a per cent as a part of one. None where something was reported."""
    if percent and isinstance(read, s.Percent):
        return read.value / 100
    if not percent and isinstance(read, s.Number):
        return read.value
    if isinstance(read, Diagnostic):
        ctx.report(read.problem, read.span)
    else:
        ctx.report(CellKind(ctx.words(span), kind_word(c.Kind.PERCENT if percent else c.Kind.NUMBER)), span)
    return None
