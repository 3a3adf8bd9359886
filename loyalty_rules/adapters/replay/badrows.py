"""Rows that cannot be read: which file, which row, which column, and what was expected."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.adapters.replay.columns import ColumnMap
from loyalty_rules.errors import InputError, LoyaltyError


class BadRowError(InputError):
    """A row that cannot be read or decided. `row` counts from 1, without the line of heads; `column` is "" where the
    whole row is meant."""

    def __init__(self, code: str, message: str, file: str, row: int, column: str = "") -> None:
        place = f", column {column}" if column else ""
        super().__init__(code, message, f"{file}, row {row}{place}")
        self.file, self.row, self.column = file, row, column
        # What `pickle` hands back to this constructor.
        self.args = (code, message, file, row, column)


class Row(NamedTuple):
    """Where a row stands, and which fields it has."""

    file: int
    number: int
    fields: frozenset[str]


class Sources(NamedTuple):
    """The files that rows come from, by the numbers that rows know, and which column is what."""

    names: ColumnMap
    files: tuple[str, ...]

    def bad(self, error: LoyaltyError, row: Row, field: str) -> BadRowError:
        """An error at a field of a row."""
        column = self.names.columns.get(field, field if field in row.fields else "")
        message = error.message if column or not error.where else f"{error.where}: {error.message}"
        return BadRowError(error.code, message, self.files[row.file], row.number, column)
