"""The rows of one member as events: rows of one order become a purchase, a row with a whole event is that event.

In which order rows stand changes nothing. Lines without an id are numbered by what they say, and two rows that say the
same are two lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias, TypeVar

from loyalty_rules.adapters.replay.badrows import BadRowError
from loyalty_rules.adapters.replay.columns import EVENT, LINE_FACT, LIST_MARK, ORDER_FACT, ORDER_FIELDS, ColumnMap
from loyalty_rules.adapters.replay.members import event_key
from loyalty_rules.adapters.wire import read_event
from loyalty_rules.amounts import MAX_DECIMALS, MICRO, parse_decimal
from loyalty_rules.errors import InputError, LoyaltyError
from loyalty_rules.events import Event, FactInput, Line, Purchase
from loyalty_rules.lang.conditions import Fact, Kind
from loyalty_rules.programme import Programme
from loyalty_rules.text import identifier, line_order_key, plain_text

#: The fields of a row that are there, by name.
Row: TypeAlias = Mapping[str, str | int]
_T = TypeVar("_T")

_NUMBERS: Final = ("quantity", "price", "amount", "discount", "tax")
_TRUTH: Final = {"true": True, "false": False, "1": True, "0": False}
#: Where an error is of a line: its id, and the field.
_OF_LINE: Final = re.compile(r"lines\[([^\]]*)\]\.?(.*)")


class Told(NamedTuple):
    """An event, and the rows that told it: of a purchase one for each line, in line order."""

    event: Event
    rows: tuple[Row, ...]


class Reader(NamedTuple):
    """Reads rows for a programme. `files` are the names by which rows know theirs."""

    programme: Programme
    names: ColumnMap
    files: tuple[str, ...]

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
        self._alike(rows)
        lines = sorted(((self._line(row), row) for row in rows), key=lambda one: _line_key(one[0]))
        numbered = [
            (line if line.id else line._replace(id=str(number)), row) for number, (line, row) in enumerate(lines, 1)
        ]
        for (line, _), (other, row) in pairwise(numbered):
            if line.id == other.id:
                problem = InputError(
                    "order.line_twice", f"the line `{line.id}` of the order `{first['order']}` stands twice"
                )
                raise self.bad(problem, row, "line")
        declared = self.programme.plan.order_facts
        purchase = Purchase(
            self._read(first, "order", lambda text: identifier(text, "")),
            self._read(first, "member", lambda text: identifier(text, "")),
            int(first["at"]),
            self._text(first, "currency") or self.programme.checked.currency,
            tuple(line for line, _ in numbered),
            None,
            self._text(first, "merchant"),
            self._text(first, "store"),
            self._text(first, "channel"),
            self._facts(first, ORDER_FACT, declared),
            codes=self._list(first, "codes"),
        )
        return Told(purchase, tuple(row for _, row in numbered))

    def _alike(self, rows: Sequence[Row]) -> None:
        """What rows say of their order has to be the same in all of them."""
        first = rows[0]
        fields = {field for row in rows for field in row if field in ORDER_FIELDS or field.startswith(ORDER_FACT)}
        for row in rows[1:]:
            for field in sorted(fields):
                if row.get(field) != first.get(field):
                    other = f"{self.files[int(first['file'])]}, row {first['row']}"
                    message = f"the order `{first['order']}` has another `{field}` in {other}"
                    raise self.bad(InputError("replay.row", message), row, field)

    def _line(self, row: Row) -> Line:
        amounts: dict[str, int] = {}
        for field in _NUMBERS:
            if field in row:
                amounts[field] = self._read(row, field, lambda text: parse_decimal(text, MAX_DECIMALS))
        if "price" not in amounts and "amount" not in amounts:
            raise self.bad(InputError("order.price", "a line has a `price` for a unit or an `amount` for all"), row, "")
        return Line(
            self._read(row, "line", lambda text: identifier(text, "")) if "line" in row else "",
            self._text(row, "sku"),
            self._text(row, "category"),
            self._text(row, "brand"),
            tuple(sorted(set(self._list(row, "tags")))),
            amounts.get("quantity", MICRO),
            amounts.get("price"),
            amounts.get("amount"),
            amounts.get("discount", 0),
            amounts.get("tax", 0),
            self._facts(row, LINE_FACT, self.programme.plan.line_facts),
            self._read(row, "delivery", _truth) if "delivery" in row else False,
        )

    # ---------------------------------------------------------------- fields

    def _read(self, row: Row, field: str, read: Callable[[str], _T]) -> _T:
        try:
            return read(str(row[field]))
        except InputError as error:
            raise self.bad(error, row, field) from None

    def _text(self, row: Row, field: str) -> str:
        return self._read(row, field, lambda text: plain_text(text, "")) if field in row else ""

    def _list(self, row: Row, field: str) -> tuple[str, ...]:
        if field not in row:
            return ()
        return self._read(row, field, lambda text: tuple(plain_text(one, "") for one in text.split(LIST_MARK)))

    def _facts(self, row: Row, prefix: str, declared: Mapping[str, Fact]) -> tuple[tuple[str, FactInput], ...]:
        names = sorted(field.removeprefix(prefix) for field in row if field.startswith(prefix))
        return tuple((name, self._fact(row, prefix + name, declared.get(name))) for name in names)

    def _fact(self, row: Row, field: str, fact: Fact | None) -> FactInput:
        if fact is not None and fact.kind is Kind.YES_NO:
            return self._read(row, field, _truth)
        return self._text(row, field)


def _truth(text: str) -> bool:
    found = _TRUTH.get(text.lower())
    if found is None:
        raise InputError("replay.row", "true or false is expected")
    return found


def _place(row: Row) -> tuple[int, int]:
    return int(row["file"]), int(row["row"])


def _line_key(line: Line) -> tuple[object, ...]:
    """Lines with an id by id, the others by what they say."""
    said = tuple("" if value is None else str(value) for value in line)
    return (not line.id, *line_order_key(line.id or "0"), said)
