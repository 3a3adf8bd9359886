"""Rows as columns: those of several members at a time, turned from texts to values column by column.

On a page the rows of one event follow one another, and the events of one owner. An owner is a member, or a member at an
instant where members are decided together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, groupby, pairwise
from operator import add
from typing import Any, Final, NamedTuple

import pyarrow
import pyarrow.compute

from loyalty_rules.adapters.replay.badrows import Row
from loyalty_rules.adapters.replay.cells import Cells
from loyalty_rules.adapters.replay.columns import EVENT, LINE_FACT, ORDER_FACT, ORDER_FIELDS, PRICES
from loyalty_rules.adapters.replay.spilling import group_of
from loyalty_rules.errors import InputError
from loyalty_rules.events import Facts
from loyalty_rules.text import line_order_key

#: Columns of numbers: rows of one owner have one, and rows of one event.
_OWNER: Final = "owner"
_TOLD: Final = "told"


# ---------------------------------------------------------------- the order of rows


def by_member(rows: Any) -> Any:
    """The owners of rows: their members, group by group in order of their ids."""
    members = rows["member"].dictionary_encode()
    ids = members.dictionary.to_pylist()
    places = sorted(range(len(ids)), key=lambda place: (group_of(ids[place]), line_order_key(ids[place])))
    ranks = pyarrow.compute.array_sort_indices(pyarrow.array(places, pyarrow.int64()))
    return ranks.take(members.indices)


def by_instant(rows: Any) -> Any:
    """The owners of rows: their members, instant by instant."""
    instants = pyarrow.compute.rank(rows["at"], "ascending", tiebreaker="dense").cast(pyarrow.int64())
    return _pairs(instants, rows["member"])


def _pairs(numbers: Any, texts: Any) -> Any:
    """Numbers for pairs of a number and a text, that rise as the numbers do."""
    encoded = texts.dictionary_encode()
    many = pyarrow.scalar(len(encoded.dictionary), pyarrow.int64())
    return pyarrow.compute.add(pyarrow.compute.multiply(numbers, many), encoded.indices.cast(pyarrow.int64()))


def pages(rows: Any, owners: Any, most: int) -> Iterator[Any]:
    """Rows page by page: sorted by owner, of one owner by event as each first stands, of one event as they stand in
    the files. A page has so many of them, and those that its last owner has beyond that."""
    order = pyarrow.compute.array_sort_indices(owners)  # stable, as are all sorts of it
    owners = owners.take(order).dictionary_encode().indices.cast(pyarrow.int64())
    told = _pairs(owners, rows["order"].take(order))
    whole = rows[EVENT].take(order).is_valid()
    if whole.true_count:  # each of them is one by itself
        told = pyarrow.compute.if_else(whole, pyarrow.array(range(-len(told), 0), pyarrow.int64()), told)
    told = told.dictionary_encode().indices
    again = pyarrow.compute.array_sort_indices(told)
    names, columns, order = [*rows.schema.names, _OWNER, _TOLD], rows.columns, order.take(again)
    del rows  # a column goes when it has been sorted, so that they are not held twice
    columns = [columns.pop(0).take(order) for _ in range(len(columns))] + [owners.take(again), told.take(again)]
    rows = pyarrow.record_batch(columns, names=names)
    start = 0
    for end in _ends(rows[_OWNER]):
        if end - start >= most or end == len(rows):
            yield rows.slice(start, end - start)
            start = end


def _ends(numbers: Any) -> list[int]:
    """Behind which places of a column another number stands. Rows with one number follow one another."""
    return list(accumulate(pair["counts"] for pair in pyarrow.compute.value_counts(numbers).to_pylist()))


# ---------------------------------------------------------------- their values


class Rows(NamedTuple):
    """The rows of a page that tell one event: those from `start` on, before `end`. `number` is that of the event."""

    number: int
    start: int
    end: int


class Page:
    """The rows of a page with what they say: of lines row by row, of orders event by event.

    A row is `wrong` where a text means nothing, where it says of its order something else than the first row, and where
    a line has no price. What is wrong with it is for whoever has come to its order.
    """

    def __init__(self, rows: Any, cells: Cells) -> None:
        self._owners, self._told = rows[_OWNER], rows[_TOLD]
        rows = rows.select([name for name in rows.schema.names if name not in (_OWNER, _TOLD)])
        self._rows, self._cells = rows, cells
        self.wrong: set[int] = set()
        ends = _ends(self._told)
        self.events = [Rows(number, start, end) for number, (start, end) in enumerate(pairwise((0, *ends)))]
        self._firsts = rows.take(pyarrow.array([event.start for event in self.events], pyarrow.int64()))
        self._files, self._numbers = rows["file"].to_pylist(), rows["row"].to_pylist()
        names = rows.schema.names
        self._always = frozenset(name for name in names if not rows[name].null_count)
        some = [name for name in names if 0 < rows[name].null_count < len(rows)]
        self._filled = {name: rows[name].is_valid().to_pylist() for name in some}
        self._compare([name for name in names if name in ORDER_FIELDS[2:] or name.startswith(ORDER_FACT)])
        self._priced([rows[name].is_null() for name in PRICES if name in names])

    def owners(self) -> Iterator[tuple[Rows, ...]]:
        """The events of each owner."""
        numbers = self._owners.to_pylist()
        for _, own in groupby(self.events, lambda event: numbers[event.start]):
            yield tuple(own)

    def row(self, place: int) -> Row:
        """Where a row stands."""
        fields = self._always
        if self._filled:
            fields = fields.union(name for name, filled in self._filled.items() if filled[place])
        return Row(self._files[place], self._numbers[place], fields)

    def texts(self, event: Rows) -> list[dict[str, Any]]:
        """The rows of an event with the fields that they have, as they were read."""
        rows = self._rows.slice(event.start, event.end - event.start).to_pylist()
        return [{name: value for name, value in row.items() if value is not None} for row in rows]

    def plain(self, name: str) -> list[Any]:
        """What the first row of each event has in a column that is no text."""
        found: list[Any] = self._firsts[name].to_pylist()
        return found

    def of_orders(self, field: str) -> list[Any]:
        """What the first row of each event says of its order."""
        said, wrong = self._said(self._firsts, field)
        self.wrong.update(self.events[number].start for number in wrong)
        return said

    def of_lines(self, field: str) -> list[Any]:
        """What each row says of its line."""
        said, wrong = self._said(self._rows, field)
        self.wrong.update(wrong)
        return said

    def facts_of_orders(self) -> list[Facts]:
        """The facts of each order."""
        return self._facts(ORDER_FACT, self.of_orders, len(self.events))

    def facts_of_lines(self) -> list[Facts]:
        """The facts of each line."""
        return self._facts(LINE_FACT, self.of_lines, len(self._rows))

    def _facts(self, prefix: str, said: Callable[[str], list[Facts]], count: int) -> list[Facts]:
        found: list[Facts] = [()] * count
        for name in sorted(self._rows.schema.names):
            if name.startswith(prefix):
                found = [*map(add, found, said(name))]
        return found

    def _said(self, rows: Any, field: str) -> tuple[list[Any], list[int]]:
        """What rows say in a field, and where that means nothing."""
        missing = self._cells.missing(field)
        if field not in rows.schema.names:
            return [missing] * len(rows), []
        encoded = rows[field].dictionary_encode()
        texts, meanings, wrong = self._cells.texts(field), [], set()
        for code, text in enumerate(encoded.dictionary.to_pylist()):
            try:
                meanings.append(texts[text])
            except InputError:
                meanings.append(missing)
                wrong.add(code)
        codes = encoded.indices
        if codes.null_count:
            codes = codes.fill_null(len(meanings))
            meanings.append(missing)
        places = codes.to_pylist()
        said = [meanings[code] for code in places]
        return said, [place for place, code in enumerate(places) if code in wrong] if wrong else []

    def _compare(self, fields: Sequence[str]) -> None:
        """Notes the rows that say of their order something else than its first row."""
        firsts = pyarrow.compute.subtract(self._told, self._told[0])
        for field in fields:
            said, meant = self._rows[field], self._firsts[field].take(firsts)
            if not said.equals(meant):
                both = zip(said.to_pylist(), meant.to_pylist(), strict=True)
                self.wrong.update(place for place, (one, other) in enumerate(both) if one != other)

    def _priced(self, missing: Sequence[Any]) -> None:
        """Notes the rows without any price."""
        if not missing:
            self.wrong.update(range(len(self._rows)))
        else:
            without = reduce(pyarrow.compute.and_, missing)
            self.wrong.update(pyarrow.compute.indices_nonzero(without).to_pylist())
