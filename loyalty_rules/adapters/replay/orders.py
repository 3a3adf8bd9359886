"""The rows of one member as events: rows of one order become a purchase, a row with a whole event is that event.

In which order rows stand changes nothing. Lines without an id are numbered by what they say, and two rows that say the
same are two lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Final, NamedTuple

from loyalty_rules.adapters.replay import refusing
from loyalty_rules.adapters.replay.badrows import BadRowError, Row, Sources
from loyalty_rules.adapters.replay.cells import Cells
from loyalty_rules.adapters.replay.columns import EVENT, LINE_FACT, ORDER_FACT
from loyalty_rules.adapters.replay.members import event_key
from loyalty_rules.adapters.replay.pages import Page, Rows
from loyalty_rules.adapters.wire import read_event
from loyalty_rules.errors import InputError, LoyaltyError
from loyalty_rules.events import Event, Line, Purchase
from loyalty_rules.programme import Programme
from loyalty_rules.text import line_order_key

#: Where an error is of a line: its id, and the field.
_OF_LINE: Final = re.compile(r"lines\[([^\]]*)\]\.?(.*)")
#: What a line says, in the order of its fields, but for its id and its facts.
_GOODS: Final = ("sku", "category", "brand", "tags", "quantity", "price", "amount", "discount", "tax")
#: Makes a line of its fields, as fast as it can be made.
_made_line = partial(tuple.__new__, Line)


class Told(NamedTuple):
    """An event, and the row that told it; of a purchase that of its first line, and the rows of all its lines as their
    places on a page."""

    event: Event
    row: Row
    page: Page | None = None
    places: Sequence[int] = ()


class Orders:
    """The orders of a page. Lines stand in line order, `places` says in which row each does; `whole` are the events
    that a row tells as JSON, None for an order."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.whole = page.plain(EVENT)
        self.lines, self.places = _lines(page)
        said = [page.of_orders(field) for field in ("order", "member", "currency", "merchant", "store", "channel")]
        self._heads = [*zip(*said, page.facts_of_orders(), page.plain("at"), page.of_orders("codes"), strict=True)]

    def purchase(self, rows: Rows) -> Purchase:
        """The order that some rows tell."""
        order, member, currency, merchant, store, channel, facts, at, codes = self._heads[rows.number]
        lines = tuple(self.lines[rows.start : rows.end])
        return Purchase(order, member, at, currency, lines, None, merchant, store, channel, facts, codes=codes)


class Unread(NamedTuple):
    """The rows of one owner, by event: of a member, at the instant of the first of them."""

    member: str
    at: int
    orders: Orders
    rows: tuple[Rows, ...]


class Reader:
    """Reads rows for a programme."""

    def __init__(self, programme: Programme, sources: Sources) -> None:
        self._programme, self._sources = programme, sources
        plan = programme.plan
        self._cells = Cells(plan.order_facts, plan.line_facts, programme.checked.currency)

    def unread(self, page: Any) -> Iterator[Unread]:
        """The rows of each owner of a page; what is wrong with them is told when they are read."""
        orders = Orders(Page(page, self._cells))
        members, instants = orders.page.plain("member"), orders.page.plain("at")
        for own in orders.page.owners():
            first = own[0].number
            yield Unread(members[first], instants[first], orders, own)

    def history(self, unread: Unread) -> list[Told]:
        """The events of one owner, in order of (instant, id). Raises `BadRowError`."""
        orders, whole = unread.orders, unread.orders.whole
        told = [self._event(orders, rows) for rows in unread.rows if whole[rows.number] is not None]
        told += (self._purchase(orders, rows) for rows in unread.rows if whole[rows.number] is None)
        return sorted(told, key=lambda one: event_key(one.event))

    def placed(self, error: LoyaltyError, told: Told) -> BadRowError:
        """What is wrong with an event, at the row and column that said it."""
        row, field = told.row, error.where
        found = _OF_LINE.fullmatch(error.where)
        if EVENT in row.fields:
            field = ""
        elif found is not None and isinstance(told.event, Purchase) and told.page is not None:
            places = {line.id: place for line, place in zip(told.event.lines, told.places, strict=True)}
            row = told.page.row(places[found[1]]) if found[1] in places else row
            field = found[2].replace(ORDER_FACT, LINE_FACT)
        return self._sources.bad(error, row, field)

    def _event(self, orders: Orders, rows: Rows) -> Told:
        page = orders.page
        row = page.row(rows.start)
        try:
            event = read_event(orders.whole[rows.number], self._programme)
        except InputError as error:
            raise self._sources.bad(error, row, "") from None
        return Told(event, row, page, (rows.start,))

    def _purchase(self, orders: Orders, rows: Rows) -> Told:
        places = orders.places[rows.start : rows.end]
        if not orders.page.wrong.isdisjoint(places):
            self._refuse(orders, rows)
        return Told(orders.purchase(rows), orders.page.row(places[0]), orders.page, places)

    def _refuse(self, orders: Orders, rows: Rows) -> None:
        """Raises the first thing that is wrong with an order."""
        page, cells, sources = orders.page, self._cells, self._sources
        texts = page.texts(rows)
        found = refusing.unlike(texts, sources)
        for row in texts:
            found = found or refusing.unreadable_line(row, cells, sources)
        for one, other in pairwise(range(rows.start, rows.end)):
            line = orders.lines[other].id
            if found is None and orders.lines[one].id == line:
                message = f"the line `{line}` of the order `{texts[0]['order']}` stands twice"
                found = sources.bad(InputError("order.line_twice", message), page.row(orders.places[other]), "line")
        found = found or refusing.unreadable_order(texts[0], cells, sources)
        if found is not None:
            raise found


def _lines(page: Page) -> tuple[list[Line], list[int]]:
    """The lines of a page, those of each order in line order, and the row of each. Notes rows of lines that stand
    twice."""
    ids, delivered = page.of_lines("line"), page.of_lines("delivery")
    goods = [page.of_lines(field) for field in _GOODS]
    facts = page.facts_of_lines()
    keys = _line_keys(ids, (*goods, facts, delivered))
    places: list[int] = []
    nameless = "" in ids
    for rows in page.events:
        own = sorted(range(rows.start, rows.end), key=keys.__getitem__)
        if nameless:
            for number, place in enumerate(own, 1):
                ids[place] = ids[place] or str(number)
        if len({*ids[rows.start : rows.end]}) < len(own):
            page.wrong.update(own)
        places += own
    lines = [*map(_made_line, zip(ids, *goods, facts, delivered, strict=True))]
    return [lines[place] for place in places], places


def _line_keys(ids: Sequence[str], said: Sequence[Sequence[Any]]) -> list[tuple[object, ...]]:
    """What puts lines in order: those with an id by id, the others by what they say."""
    known = {line: (False, *line_order_key(line)) for line in set(ids)}
    if "" not in known:
        return [known[line] for line in ids]
    texts = zip(*(_shown(column) for column in said), strict=True)
    return [known[line] if line else (True, text) for line, text in zip(ids, texts, strict=True)]


def _shown(column: Sequence[Any]) -> list[str]:
    texts = {value: "" if value is None else str(value) for value in set(column)}
    return [texts[value] for value in column]
