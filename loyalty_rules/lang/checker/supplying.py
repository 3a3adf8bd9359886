"""The rows of a table that the host hands over: cells as in the rule file, in the words of any language.

Each cell is read as a text of its own, so that what is wrong with it is told with the number of its row; the file has
no place to point at but the line that says who hands the rows over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, TypeVar

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.cells import cell_key, cell_range, value_of
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.covering import Column, Columns, Placed
from loyalty_rules.lang.checker.values import Typed, constant, kind_word
from loyalty_rules.lang.parser import cell_reader, parse_cell
from loyalty_rules.lang.tokens import Cell
from loyalty_rules.problems.ladders import GivenCell, GivenHeads, RowsNotGiven
from loyalty_rules.source import Source, Span

_Read = TypeVar("_Read")
_ALL: Final = k.Row(None, None, Fraction(0), 0)


def rows_handed_over(
    ctx: Context, name: s.Name, heads: s.Row, by_host: s.Simple, columns: Columns
) -> Iterator[Placed | None]:
    """The rows of the host; None for one that was reported."""
    given = ctx.supplied.get(name.text)
    if given is None:
        ctx.report(RowsNotGiven(name.text), by_host.span)
        yield None
        return
    places = _places(ctx, name, heads, given.heads)
    if places is None:
        yield None
        return
    reader = _Reader(ctx, name, columns)
    for number, cells in enumerate(given.rows, 2):
        yield reader.row(number, [cells[place] for place in places])


def _places(ctx: Context, name: s.Name, heads: s.Row, given: tuple[str, ...]) -> list[int] | None:
    """For each head of the file the column of the host. Heads may be written in the words of any language."""
    nowhere = Span(0, 0)
    known: dict[str, int] = {}
    for place, text in enumerate(given):
        cell = Cell(text, nowhere)
        readings = {cell_reader(table, ctx.tables).text(cell, "head") for table in ctx.tables.values()}
        found = next((head for head in heads.texts if head in readings and head not in known), None)
        if found is None:
            break
        known[found] = place
    if len(known) == len(given) == len(heads.cells):
        return [known[text] for text in heads.texts]
    ctx.report(GivenHeads(name.text, ", ".join(given), ", ".join(cell.text for cell in heads.cells)), name.span)
    return None


def _key(ctx: Context, cell: Cell, column: Typed) -> tuple[c.Value] | None:
    """What a cell names. A text is a text, whatever its words mean; of other kinds words are read."""
    if column.kind is c.Kind.TEXT:
        found = constant(ctx, s.Text(cell.text, span=cell.span), column)
    else:
        found = cell_key(ctx, cell, column)
    return None if found is None else (found,)


@dataclass(slots=True)
class _Reader:
    """Reads cells. What was read once is not read again: most columns repeat themselves."""

    ctx: Context
    name: s.Name
    columns: Columns
    ranges: dict[str, k.Row | None] = field(default_factory=dict)
    keys: dict[tuple[int, str], tuple[c.Value] | None] = field(default_factory=dict)
    values: dict[str, Fraction | None] = field(default_factory=dict)

    def row(self, number: int, cells: list[str]) -> Placed | None:
        """A row of the host; None where a cell of it was reported."""
        edges = self._range(number, cells)
        keys = [self._key(number, cells[column.place], column) for column in self.columns.keys]
        place = self.columns.value
        value = Fraction(1) if place is None else self._value(number, cells[place])
        known = tuple(key[0] for key in keys if key is not None)
        if edges is None or value is None or len(known) < len(keys):
            return None
        return Placed(replace(edges, value=value, keys=known), number)

    def _range(self, number: int, cells: list[str]) -> k.Row | None:
        axis = self.columns.axis
        if axis is None:
            return _ALL
        text = cells[axis.place]
        if text not in self.ranges:
            self.ranges[text] = self._read(text, lambda ctx, span: cell_range(ctx, text, span, axis.typed))
        return self._known(number, text, self.ranges[text], axis.typed.kind)

    def _key(self, number: int, text: str, column: Column) -> tuple[c.Value] | None:
        typed, known = column.typed, (column.place, text)
        if known not in self.keys:
            self.keys[known] = self._read(text, lambda ctx, span: _key(ctx, Cell(text, span), typed))
        return self._known(number, text, self.keys[known], typed.kind)

    def _value(self, number: int, text: str) -> Fraction | None:
        percent = self.columns.percent
        if text not in self.values:
            self.values[text] = self._read(
                text, lambda ctx, span: value_of(ctx, parse_cell(text, span, ctx.table), span, percent=percent)
            )
        return self._known(number, text, self.values[text], c.Kind.PERCENT if percent else c.Kind.NUMBER)

    def _known(self, number: int, text: str, found: _Read | None, kind: c.Kind) -> _Read | None:
        if found is None:
            self.ctx.report(GivenCell(self.name.text, number, text, kind_word(kind)), self.name.span)
        return found

    def _read(self, text: str, read: Callable[[Context, Span], _Read | None]) -> _Read | None:
        """What a cell says in the first language in which it says anything."""
        span = Span(0, len(text))
        for table in self.ctx.tables.values():
            alone = replace(self.ctx, source=Source("", text), table=table, faults=(), found=[], _known=set())
            found = read(alone, span)
            if found is not None and not alone.found:
                return found
        return None
