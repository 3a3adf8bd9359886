"""The rows of a return in an example: which lines of the order, and how much of each."""

from __future__ import annotations

from loyalty_rules.diagnostics import Diagnostic, Related
from loyalty_rules.errors import InputError
from loyalty_rules.events import ONE_UNIT
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.exampledata import quantity_of, text_of
from loyalty_rules.lang.parser import parse_head
from loyalty_rules.lang.tokens import Cell
from loyalty_rules.problems.cases import SetTwice, StepId
from loyalty_rules.problems.ladders import CellCount
from loyalty_rules.problems.returns import ReturnHead
from loyalty_rules.source import Span
from loyalty_rules.text import identifier, line_order_key


def returned(ctx: Context, rows: list[s.Row]) -> tuple[tuple[str, int], ...]:
    """The lines that come back, by id; without a column of quantities one unit of each."""
    if not rows:
        return ()
    columns = _heads(ctx, rows[0])
    if columns is None:
        return ()
    found: dict[str, int] = {}
    seen: dict[str, Span] = {}
    for row in rows[1:]:
        if len(row.cells) != len(columns):
            ctx.report(CellCount(len(row.cells), len(columns)), row.span)
            continue
        cells = dict(zip(columns, row.cells, strict=True))
        name = _line(ctx, cells["ORDER_LINE"])
        if name in seen:
            ctx.report(SetTwice(name), cells["ORDER_LINE"].span, Related(seen[name], "first_here"))
        seen.setdefault(name, cells["ORDER_LINE"].span)
        told = cells.get("QUANTITY")
        found.setdefault(name, quantity_of(ctx, told) if told is not None and told.text else ONE_UNIT)
    return tuple(sorted(found.items(), key=lambda line: line_order_key(line[0])))


def _heads(ctx: Context, row: s.Row) -> list[str] | None:
    """The columns of a return: the line, and how much of it."""
    columns: list[str] = []
    for cell in row.cells:
        head = parse_head(cell.text, cell.span, ctx.table)
        match head:
            case Diagnostic():
                ctx.report(head.problem, head.span)
                return None
            case s.OrderLine():
                column = "ORDER_LINE"
            case s.Attribute(role="QUANTITY"):
                column = "QUANTITY"
            case _:
                ctx.report(ReturnHead(cell.text), cell.span)
                return None
        if column in columns:
            ctx.report(SetTwice(cell.text), cell.span)
            return None
        columns.append(column)
    if "ORDER_LINE" not in columns:
        ctx.report(ReturnHead(row.cells[0].text), row.span)
        return None
    return columns


def _line(ctx: Context, cell: Cell) -> str:
    name = text_of(ctx, cell) or ""
    try:
        identifier(name, "line id")
    except InputError:
        ctx.report(StepId(name), cell.span)
    return name
