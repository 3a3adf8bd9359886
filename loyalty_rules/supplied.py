"""Tables that the host hands over beside a rule file: rows of texts, or CSV in one strict dialect.

The first row has the heads of the columns. In CSV cells are parted by commas and rows by line breaks; a cell that holds
a comma or a quote stands in quotes, its own quotes doubled. Nothing is guessed: another dialect, a row that is too
short, blanks around a cell are errors that name the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final, TypeAlias

from loyalty_rules.errors import InputError, shown
from loyalty_rules.source import decode
from loyalty_rules.text import plain_text
from loyalty_rules.values import frozen

#: How many rows all tables of one rule file may have together, heads not counted.
MAX_TABLE_ROWS: Final = 100_000
#: How long the CSV of one table may be.
MAX_TABLE_BYTES: Final = 16 * 1024 * 1024

#: A table as a host hands it over: CSV, or rows of cells; the first row has the heads.
Rows: TypeAlias = "str | bytes | Iterable[Sequence[str]]"

_CELL: Final = re.compile(r'(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)')


@frozen
class Supplied:
    """The heads of a table and its rows; row 1 holds the heads, so the first of `rows` is row 2."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def supplied(tables: Mapping[str, Rows] | None) -> Mapping[str, Supplied]:
    """The tables by name, as texts that were looked at. Raises `InputError`: `call.type` for what is no mapping,
    `table.csv`, `table.cells`, `table.empty`, `table.rows`, `limit.rows`, and what `decode` and texts raise; the place
    names the table, the message the row."""
    if tables is None:
        return {}
    if not isinstance(tables, Mapping):
        raise InputError("call.type", "the rows of tables are given by the name of their table", "tables")
    found = {}
    count = 0
    for name, rows in tables.items():
        table = _read(plain_text(name, "tables"), rows)
        count += len(table.rows)
        if count > MAX_TABLE_ROWS:
            message = f"the tables have more than {MAX_TABLE_ROWS} rows together"
            raise InputError("limit.rows", message, _place(name))
        found[name] = table
    return found


def _place(name: str) -> str:
    return f"tables.{shown(name)}"


def _read(name: str, rows: Rows) -> Supplied:
    where = _place(name)
    if isinstance(rows, str | bytes):
        read = _csv(decode(rows, where, MAX_TABLE_BYTES).text, where)
    elif not _one_after_another(rows):
        raise InputError("table.rows", "rows are CSV, or a sequence of rows", where)
    else:
        read = []
        for row in rows:
            if len(read) > MAX_TABLE_ROWS + 1:
                break
            read.append(_texts(row, len(read) + 1, where))
    if not read:
        raise InputError("table.empty", "the table has no row of heads", where)
    for number, cells in enumerate(read, 1):
        if len(cells) != len(read[0]):
            message = f"row {number} has {len(cells)} cells, the row of heads {len(read[0])}"
            raise InputError("table.cells", message, where)
    heads, *others = (tuple(_checked(cell, number, where) for cell in cells) for number, cells in enumerate(read, 1))
    return Supplied(heads, tuple(others))


def _one_after_another(rows: object) -> bool:
    """Whether rows have an order: what a set holds has none, nor has a mapping rows."""
    return isinstance(rows, Iterable) and not isinstance(rows, Set | Mapping)


def _texts(row: object, number: int, where: str) -> tuple[str, ...]:
    if isinstance(row, str | bytes) or not isinstance(row, Sequence) or not all(isinstance(cell, str) for cell in row):
        raise InputError("table.rows", f"row {number} is not a sequence of strings", where)
    return tuple(row)


def _checked(cell: str, number: int, where: str) -> str:
    composed = plain_text(cell, f"{where}, row {number}")
    if cell != cell.strip():
        raise InputError("table.csv", f"row {number}: there are blanks around the cell {shown(cell)}", where)
    return composed


def _csv(text: str, where: str) -> list[tuple[str, ...]]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if len(lines) > MAX_TABLE_ROWS + 1:
        raise InputError("limit.rows", f"the table has more than {MAX_TABLE_ROWS} rows", where)
    return [_cells(line.removesuffix("\r"), number, where) for number, line in enumerate(lines, 1)]


def _cells(line: str, number: int, where: str) -> tuple[str, ...]:
    cells = []
    place = 0
    while True:
        found = _CELL.match(line, place)
        if found is None:
            message = f"row {number}: a quote stands alone; a cell in quotes is one line and doubles its own quotes"
            raise InputError("table.csv", message, where)
        quoted, plain = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        place = found.end()
        if not found.group().endswith(","):
            return tuple(cells)
