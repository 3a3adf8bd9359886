"""Rows that cannot be read: which file, which row, which column, and what was expected."""

from __future__ import annotations

from loyalty_rules.errors import InputError


class BadRowError(InputError):
    """A row that cannot be read or decided. `row` counts from 1, without the line of heads; `column` is "" where the
    whole row is meant."""

    def __init__(self, code: str, message: str, file: str, row: int, column: str = "") -> None:
        place = f", column {column}" if column else ""
        super().__init__(code, message, f"{file}, row {row}{place}")
        self.file, self.row, self.column = file, row, column
        # What `pickle` hands back to this constructor.
        self.args = (code, message, file, row, column)
