"""What two deliveries of one event have in common, however they were written: lines, tenders and facts in any order,
numbers with or without trailing zeros.

The digest is that of a text of JSON: strings as such, every number as `{"number": millionths}`, dates and instants
likewise under a name of their own. The text is put together here, value by value: the encoder of the standard library
would need the whole event again as lists.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from json.encoder import encode_basestring_ascii as _quoted
from operator import itemgetter
from typing import Final
from weakref import ReferenceType, ref

from loyalty_rules.amounts import micros
from loyalty_rules.calendar import instant_of
from loyalty_rules.events import (
    Absorbed,
    Choice,
    Event,
    Facts,
    Happening,
    Incoming,
    Invitation,
    Line,
    Merge,
    Purchase,
    Referred,
    Return,
    Transfer,
    Welcome,
    Withdrawn,
    in_line_order,
)
from loyalty_rules.member import Mark, Unmade
from loyalty_rules.text import code_key, line_order_key

#: How many orders wait for their digests at most, in one process; and how many lines one of them has at most.
MAX_UNMADE: Final = 1_024
MAX_LINES_UNMADE: Final = 100

#: The types of facts that are told as they stand, whatever they are.
_PLAIN: Final = frozenset({str, bool})

_NAME: Final = itemgetter(0)
_ZERO: Final = '{"number":0}'
#: The digests that were not made yet, oldest first. It holds none of them: a member who is gone takes them along.
_UNMADE: Final = deque[ReferenceType[Unmade]]()


def digest(event: Event) -> str:
    """The digest of an event, as 32 hexadecimal digits."""
    if isinstance(event, Purchase):
        text = _text_of_order(event)
    elif isinstance(event, Choice) and not event.sets:
        text = _text(tuple(event)[:-1])  # one of anything else is told apart by what it always had
    else:
        text = _text(_parts(event))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def marked(event: Event) -> Mark:
    """The digest of an event that is decided: it is read where its id comes again and where the member is written, and
    by then most members have gone on. So that of an order is made when it is asked for, or when it is the oldest of too
    many: however many members a host holds, no more orders are held for them.

    Of an order that may yet be refused for what it tells, or that its host could change, it is made at once."""
    if isinstance(event, Purchase) and _is_plain(event) and _stays(event):
        return marked_later(event)
    return digest(event)


def marked_later(order: Purchase) -> Mark:
    """The digest of an order that nothing can change any more, nor refuse. Threads share the queue: each of its steps
    is whole, and each takes out one at most for one that it has put in."""
    if len(order.lines) > MAX_LINES_UNMADE:
        return digest(order)
    unmade = Unmade(partial(digest, order))
    _UNMADE.append(ref(unmade))
    if len(_UNMADE) > MAX_UNMADE:
        oldest = _UNMADE.popleft()()
        if oldest is not None:
            with suppress(TypeError, ValueError):  # an order not made by `purchase`: whoever holds it is told
                str(oldest)
    return unmade


def _is_plain(order: Purchase) -> bool:
    """Whether no fact of an order may be refused for what it is."""
    told = [type(value) for line in order.lines for _, value in line.facts]
    return _PLAIN.issuperset(told) and _PLAIN.issuperset([type(value) for _, value in order.facts])


def _stays(order: Purchase) -> bool:
    """Whether an order is made of nothing but values that never change, and none that could have no digest."""
    try:
        hash(order)  # no list, no dict: these could be another content by the time they are read
    except TypeError:
        return False
    return True


def _parts(event: Event) -> tuple[object, ...]:
    """A choice that asks for no sets is told apart by what it always had."""
    parts = tuple(_canonical(event))
    return parts[:-1] if isinstance(event, Choice) and not event.sets else parts


def _text_of_order(order: Purchase) -> str:
    """Everything in order that has no order of its own. An order that asks for nothing is told apart by what it always
    had."""
    tenders = None if order.tenders is None else tuple(sorted(order.tenders))
    parts = [
        *map(_text, order[:4]),
        f"[{','.join(map(_text_of_line, in_line_order(order.lines)))}]",
        *map(_text, (tenders, order.merchant, order.store, order.channel, _by_name(order.facts), order.kind)),
    ]
    if order.redeem or order.codes:
        parts.append(_text(tuple(sorted(order.redeem, key=lambda request: request.rule))))
    if order.codes:
        parts.append(_text(tuple(sorted({code_key(code) for code in order.codes}))))
    return f"[{','.join(parts)}]"


def _text_of_line(line: Line) -> str:
    """As `_text` writes it: most of an order is lines."""
    number, sku, category, brand, tags, quantity, price, amount, discount, tax, facts, delivery = line
    tagged = _text(tuple(sorted(tags))) if tags else "[]"
    return (
        f"[{_quoted(number)},{_quoted(sku)},{_quoted(category)},{_quoted(brand)},{tagged},"
        f"{_number(quantity)},{'null' if price is None else _number(price)},"
        f"{'null' if amount is None else _number(amount)},{_number(discount) if discount else _ZERO},"
        f"{_number(tax) if tax else _ZERO},{_text_of_facts(facts) if facts else '[]'},"
        f"{'true' if delivery else 'false'}]"
    )


def _text_of_facts(facts: Facts) -> str:
    """As `_text` writes them: most are texts."""
    told = [
        f"[{_quoted(name)},{_quoted(value) if isinstance(value, str) else _text(value)}]"
        for name, value in _by_name(facts)
    ]
    return f"[{','.join(told)}]"


def _number(value: int | None) -> str:
    if value:
        return f'{{"number":{value}000000}}'
    return "null" if value is None else '{"number":0}'


def _text(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return f"[{','.join(map(_text, value))}]" if value else "[]"
    if value is None:
        return "null"
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, Decimal):
        return f'{{"number":{micros(value, "fact")}}}'
    if isinstance(value, datetime):
        return f'{{"instant":{instant_of(value, "facts")}}}'
    if isinstance(value, date):
        return f'{{"date":"{value.isoformat()}"}}'
    return json.dumps(value)


def _canonical(event: Event) -> Event:
    """An event with everything in order that has no order of its own; what comes in is the transfer, the invitation
    or the merge that brought it, and a follow-up is the same whoever the inviter is by now."""
    if isinstance(event, Referred | Withdrawn):
        return event._replace(member="")
    if isinstance(event, Absorbed):
        return Merge(event.id, event.state.member, event.at, event.member, event.reason, event.actor)
    if isinstance(event, Incoming):
        return Transfer(event.id, event.giver, event.at, event.purse, event.amount, event.member)
    if isinstance(event, Welcome):
        return Invitation(event.id, event.inviter, event.at, event.member)
    if isinstance(event, Return):
        return event._replace(lines=tuple(sorted(event.lines, key=lambda line: line_order_key(line[0]))))
    return event._replace(facts=_by_name(event.facts)) if isinstance(event, Happening) else event


def _by_name(facts: Facts) -> Facts:
    return tuple(sorted(facts, key=_NAME)) if len(facts) > 1 else facts
