"""The rows of tables, arranged so that one is found without a walk over all of them: by keys, then by halves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple, TypeAlias

from loyalty_rules.lang.checked import Row, Table


class Rows(NamedTuple):
    """The rows of one combination of keys, ascending, and where each but the first begins."""

    rows: tuple[Row, ...]
    begins: tuple[int, ...]

    def at(self, value: int | Fraction) -> Row | None:
        """The row that a value lies in."""
        row = self.rows[bisect_right(self.begins, value)]
        below = row.low is not None and value < row.low
        return None if below or (row.high is not None and value >= row.high) else row


#: The rows of a table by their keys.
ByKeys: TypeAlias = Mapping[tuple[object, ...], Rows]


def rows_by_keys(table: Table) -> ByKeys:
    """The rows of a table by their keys."""
    found = {}
    for keys, group in groupby(table.rows, key=lambda row: row.keys):
        rows = tuple(group)
        found[keys] = Rows(rows, tuple(row.low or 0 for row in rows[1:]))
    return found
