"""The rows of one member as events: rows of one order become a purchase, a row with a whole event is that event.

In which order rows stand changes nothing. Lines without an id are numbered by what they say, and two rows that say the
same are two lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from loyalty_rules.adapters.replay.badrows import BadRowError
from loyalty_rules.adapters.replay.cells import Cells, Row, Shape
from loyalty_rules.adapters.replay.columns import EVENT, LINE_FACT, LINE_FIELDS, ORDER_FACT, ORDER_FIELDS, ColumnMap
from loyalty_rules.adapters.replay.members import event_key
from loyalty_rules.adapters.wire import read_event
from loyalty_rules.amounts import MICRO
from loyalty_rules.errors import InputError, LoyaltyError
from loyalty_rules.events import Event, Line, Purchase
from loyalty_rules.programme import Programme
from loyalty_rules.text import line_order_key

#: Where an error is of a line: its id, and the field.
_OF_LINE: Final = re.compile(r"lines\[([^\]]*)\]\.?(.*)")
#: A line of which rows say nothing.
_NO_LINE: Final = Line("", "", "", "", (), MICRO, None, None, 0, 0, (), False)
#: An order of which they say nothing.
_NO_ORDER: Final = Purchase("", "", 0, "", (), None, "", "", "", ())
#: Where what a field says stands in a line, and in an order.
_OF_LINE_AT: Final = {field: Line._fields.index("id" if field == "line" else field) for field in LINE_FIELDS}
_OF_ORDER_AT: Final = {
    field: Purchase._fields.index("id" if field == "order" else field) for field in ORDER_FIELDS if field != "at"
}


class Told(NamedTuple):
    """An event, and the rows that told it: of a purchase one for each line, in line order."""

    event: Event
    rows: tuple[Row, ...]


class Reader:
    """Reads rows for a programme. `files` are the names by which rows know theirs."""

    def __init__(self, programme: Programme, names: ColumnMap, files: tuple[str, ...]) -> None:
        self.programme, self.names, self.files = programme, names, files
        plan = programme.plan
        self._lines = Cells(_OF_LINE_AT, LINE_FACT, plan.line_facts)
        self._orders = Cells(_OF_ORDER_AT, ORDER_FACT, plan.order_facts)

    def history(self, rows: Sequence[Row]) -> list[Told]:
        """The events of one member, in order of (instant, id). Raises `BadRowError`."""
        orders: dict[str, list[Row]] = {}
        told: list[Told] = []
        for row in sorted(rows, key=_place):
            if EVENT in row:
                told.append(Told(self._event(row), (row,)))
            else:
                orders.setdefault(str(row["order"]), []).append(row)
        told += (self._purchase(of_order) for of_order in orders.values())
        return sorted(told, key=lambda one: event_key(one.event))

    def placed(self, error: LoyaltyError, told: Told) -> BadRowError:
        """What is wrong with an event, at the row and column that said it."""
        row, field = told.rows[0], error.where
        found = _OF_LINE.fullmatch(error.where)
        if found is not None and isinstance(told.event, Purchase):
            rows = {line.id: own for line, own in zip(told.event.lines, told.rows, strict=True)}
            row, field = rows.get(found[1], row), found[2].replace(ORDER_FACT, LINE_FACT)
        return self.bad(error, row, "" if EVENT in row else field)

    def bad(self, error: LoyaltyError, row: Row, field: str) -> BadRowError:
        """An error at a field of a row."""
        column = self.names.columns.get(field, field if field in row else "")
        message = error.message if column or not error.where else f"{error.where}: {error.message}"
        return BadRowError(error.code, message, self.files[int(row["file"])], int(row["row"]), column)

    # ---------------------------------------------------------------- events

    def _event(self, row: Row) -> Event:
        try:
            event = read_event(str(row[EVENT]), self.programme)
        except InputError as error:
            raise self.bad(error, row, "") from None
        return event

    def _purchase(self, rows: Sequence[Row]) -> Told:
        first = rows[0]
        if len(rows) > 1:
            self._alike(rows)
        found = sorted(((self._line(row), row) for row in rows), key=lambda one: _line_key(one[0]))
        lines = [
            (line if line.id else line._replace(id=str(number)), row) for number, (line, row) in enumerate(found, 1)
        ]
        for (line, _), (other, row) in pairwise(lines):
            if line.id == other.id:
                problem = InputError(
                    "order.line_twice", f"the line `{line.id}` of the order `{first['order']}` stands twice"
                )
                raise self.bad(problem, row, "line")
        goods, told = zip(*lines, strict=True)
        shape = self._orders.shape(first)
        said: list[Any] = [
            *_NO_ORDER._replace(at=int(first["at"]), currency=self.programme.checked.currency, lines=goods)
        ]
        self._read(shape, first, said)
        order = Purchase._make(said)
        if shape.facts:
            order = order._replace(facts=self._facts(shape, first))
        return Told(order, told)

    def _alike(self, rows: Sequence[Row]) -> None:
        """What rows say of their order has to be the same in all of them."""
        first = rows[0]
        shape = self._orders.shape(first)
        wanted = [first[field] for field in shape.fields]
        for row in rows[1:]:
            other = self._orders.shape(row)
            said = [row[field] for field in other.fields]
            if other.fields == shape.fields and said == wanted and row["at"] == first["at"]:
                continue
            fields = {
                field for one in (row, first) for field in one if field in ORDER_FIELDS or field.startswith(ORDER_FACT)
            }
            for field in sorted(fields):
                if row.get(field) != first.get(field):
                    where = f"{self.files[int(first['file'])]}, row {first['row']}"
                    message = f"the order `{first['order']}` has another `{field}` in {where}"
                    raise self.bad(InputError("replay.row", message), row, field)

    def _line(self, row: Row) -> Line:
        shape = self._lines.shape(row)
        if "price" not in shape.fields and "amount" not in shape.fields:
            raise self.bad(InputError("order.price", "a line has a `price` for a unit or an `amount` for all"), row, "")
        said: list[Any] = [*_NO_LINE]
        self._read(shape, row, said)
        line = Line._make(said)
        return line._replace(facts=self._facts(shape, row)) if shape.facts else line

    def _read(self, shape: Shape, row: Row, said: list[Any]) -> None:
        """Puts what the fields of a row say in their places."""
        for field, place, texts in shape.cells:
            try:
                said[place] = texts[str(row[field])]
            except InputError as error:
                raise self.bad(error, row, field) from None

    def _facts(self, shape: Shape, row: Row) -> tuple[tuple[str, Any], ...]:
        found = []
        for field, name, texts in shape.facts:
            try:
                found.append((name, texts[str(row[field])]))
            except InputError as error:
                raise self.bad(error, row, field) from None
        return tuple(found)


def _place(row: Row) -> tuple[int, int]:
    return int(row["file"]), int(row["row"])


def _line_key(line: Line) -> tuple[object, ...]:
    """Lines with an id by id, the others by what they say."""
    if line.id:
        return (False, *line_order_key(line.id))
    return (True, tuple(["" if value is None else str(value) for value in line]))
