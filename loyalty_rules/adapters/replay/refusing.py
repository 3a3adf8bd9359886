"""What is wrong with the rows of an order: the first thing, whatever page they stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from loyalty_rules.adapters.replay.badrows import BadRowError, Row, Sources
from loyalty_rules.adapters.replay.cells import Cells
from loyalty_rules.adapters.replay.columns import LINE_FACT, LINE_FIELDS, ORDER_FACT, ORDER_FIELDS, PRICES
from loyalty_rules.errors import InputError

#: The fields of a row that are there, by name.
Fields: TypeAlias = Mapping[str, Any]


def unlike(rows: Sequence[Fields], sources: Sources) -> BadRowError | None:
    """Says which row is the first that says of its order something else than the first row."""
    first = rows[0]
    for row in rows[1:]:
        fields = {field for one in (row, first) for field in one if _is_of(field, ORDER_FIELDS, ORDER_FACT)}
        for field in sorted(fields):
            if row.get(field) != first.get(field):
                where = f"{sources.files[first['file']]}, row {first['row']}"
                message = f"the order `{first['order']}` has another `{field}` in {where}"
                return _bad(InputError("replay.row", message), row, field, sources)
    return None


def unreadable_line(row: Fields, cells: Cells, sources: Sources) -> BadRowError | None:
    """Says what of a row is no line."""
    if not any(price in row for price in PRICES):
        message = "a line has a `price` for a unit or an `amount` for all"
        return _bad(InputError("order.price", message), row, "", sources)
    return _unreadable(row, LINE_FIELDS, LINE_FACT, cells, sources)


def unreadable_order(row: Fields, cells: Cells, sources: Sources) -> BadRowError | None:
    """Says which text of a row means nothing that could be said of an order."""
    read = [field for field in ORDER_FIELDS if field != "at"]
    return _unreadable(row, read, ORDER_FACT, cells, sources)


def _unreadable(row: Fields, fields: Sequence[str], prefix: str, cells: Cells, sources: Sources) -> BadRowError | None:
    """Says which is the first field whose text means nothing; facts come last."""
    found = [field for field in row if _is_of(field, fields, prefix)]
    for field in sorted(found, key=lambda field: (field.startswith(prefix), field)):
        try:
            cells.texts(field)[row[field]]
        except InputError as error:
            return _bad(error, row, field, sources)
    return None


def _is_of(field: str, fields: Sequence[str], prefix: str) -> bool:
    return field in fields or field.startswith(prefix)


def _bad(error: InputError, row: Fields, field: str, sources: Sources) -> BadRowError:
    return sources.bad(error, Row(row["file"], row["row"], frozenset(row)), field)
