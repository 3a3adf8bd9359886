"""What a host tells the engine: purchases, declared events, enrolments and so on. Plain values, no clock, no I/O.

Amounts are whole millionths ("micros") of a currency unit, so an event can be built before its programme is known;
the programme turns them into minor units when it receives the event and refuses what its currency cannot hold.
Instants are microseconds since 1970-01-01T00:00:00Z. The builders at the end take what hosts have at hand
(`datetime`, `Decimal`, `int`, decimal strings) and refuse floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar, get_args

from loyalty_rules.amounts import MICRO, micros
from loyalty_rules.calendar import instant_of
from loyalty_rules.choices import Choice as Choice
from loyalty_rules.choices import asked_for as asked_for
from loyalty_rules.choices import choice as choice
from loyalty_rules.errors import InputError, shown
from loyalty_rules.memberships import MembershipStep as MembershipStep
from loyalty_rules.memberships import membership_step as membership_step
from loyalty_rules.pairs import Absorbed as Absorbed
from loyalty_rules.pairs import AmountInput as AmountInput
from loyalty_rules.pairs import Incoming as Incoming
from loyalty_rules.pairs import Merge as Merge
from loyalty_rules.pairs import OfTwo as OfTwo
from loyalty_rules.pairs import Transfer as Transfer
from loyalty_rules.pairs import merge as merge
from loyalty_rules.pairs import transfer as transfer
from loyalty_rules.perks import PerkUse as PerkUse
from loyalty_rules.perks import perk_use as perk_use
from loyalty_rules.prizes import Won as Won
from loyalty_rules.referrals import Invitation as Invitation
from loyalty_rules.referrals import Referred as Referred
from loyalty_rules.referrals import Welcome as Welcome
from loyalty_rules.referrals import Withdrawn as Withdrawn
from loyalty_rules.referrals import invitation as invitation
from loyalty_rules.text import identifier, line_order_key, plain_text, plain_texts

#: A declared fact as the host gives it; the programme checks it against its declaration.
FactInput: TypeAlias = "str | int | bool | Decimal | date | datetime"
Facts: TypeAlias = tuple[tuple[str, FactInput], ...]

NO_FACTS: Final[Facts] = ()

_FIRST: Final = itemgetter(0)


class Line(NamedTuple):
    """One line of an order. `price` is for one unit, `amount` for the whole line; at least one of them is given."""

    id: str
    sku: str
    category: str
    brand: str
    tags: tuple[str, ...]
    quantity: int  # millionths
    price: int | None  # micros a unit, the list price
    amount: int | None  # micros, the list price of the whole line
    discount: int  # micros, the shop's own discount
    tax: int  # micros, as charged on the price after discounts
    facts: Facts = NO_FACTS
    delivery: bool = False  # delivery is a line of its own, in no product set


class Tender(NamedTuple):
    """A part of the payment."""

    method: str
    amount: int  # micros


class RedeemRequest(NamedTuple):
    """The member asks to pay with points by a redeem rule: with so many, or with as many as can be used. Or asks to use
    a reward of this name: so many rights (None for one), or so much of the money that it holds. `purse`: from which
    rights that are not held are bought, "" where there is one price or nothing to buy."""

    rule: str
    amount: int | None  # micros of a unit of the purse
    purse: str = ""


class Purchase(NamedTuple):
    """An order. `tenders` is None where the host does not know how it is paid."""

    id: str
    member: str
    at: int
    currency: str
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...] | None
    merchant: str
    store: str
    channel: str
    facts: Facts
    kind: Literal["purchase"] = "purchase"
    redeem: tuple[RedeemRequest, ...] = ()
    codes: tuple[str, ...] = ()  # as presented; letters are compared without case


class Happening(NamedTuple):
    """A declared event other than a purchase: a review, a check-in, a reload. `name` is the name in the rule file,
    `order` the id of the order that it is about, "" for none."""

    id: str
    member: str
    at: int
    name: str
    facts: Facts
    order: str = ""
    kind: Literal["event"] = "event"


class Enrolment(NamedTuple):
    """The member joins."""

    id: str
    member: str
    at: int
    kind: Literal["enrolment"] = "enrolment"


class Adjustment(NamedTuple):
    """Units given or taken by hand: goodwill, a correction. `actor` is who did it."""

    id: str
    member: str
    at: int
    purse: str
    amount: int  # micros of a unit of the purse; below zero takes
    reason: str
    actor: str
    kind: Literal["adjustment"] = "adjustment"


class Return(NamedTuple):
    """Goods of an order come back: by line, how much."""

    id: str
    member: str
    at: int
    order: str
    lines: tuple[tuple[str, int], ...]  # (line id, millionths), in line order
    kind: Literal["return"] = "return"


class Cancellation(NamedTuple):
    """An order is undone: all that is left of it comes back, and what it used up is free again."""

    id: str
    member: str
    at: int
    order: str
    kind: Literal["cancellation"] = "cancellation"


class Confirmation(NamedTuple):
    """An order is confirmed: what waited for that can be used."""

    id: str
    member: str
    at: int
    order: str
    kind: Literal["confirmation"] = "confirmation"


class Reservation(NamedTuple):
    """Points are set aside to pay with by a redeem rule: so many, or as many as can be used. They are captured or
    released by the id of this event; at `until` they are released by themselves, None for never."""

    id: str
    member: str
    at: int
    rule: str
    amount: int | None  # micros of a unit of the purse
    until: int | None
    kind: Literal["reservation"] = "reservation"


class Capture(NamedTuple):
    """Points of a reservation pay: all of them, or so many, and the rest is released. Either way it is over."""

    id: str
    member: str
    at: int
    reservation: str
    amount: int | None  # micros of a unit of the purse
    kind: Literal["capture"] = "capture"


class Release(NamedTuple):
    """The points of a reservation go back to where they were taken from."""

    id: str
    member: str
    at: int
    reservation: str
    kind: Literal["release"] = "release"


class Tick(NamedTuple):
    """Only time passes. A tick has no id: telling it twice changes nothing."""

    member: str
    at: int
    kind: Literal["tick"] = "tick"


Event: TypeAlias = (
    Purchase
    | Happening
    | Enrolment
    | Return
    | Cancellation
    | Confirmation
    | Choice
    | Adjustment
    | Reservation
    | Capture
    | Release
    | MembershipStep
    | PerkUse
    | OfTwo
    | Tick
)


#: The exact types of facts and of mappings that are taken: others may run code, or change, when they are read.
_FACT_TYPES: Final = (str, int, bool, Decimal, date, datetime)
_MAPPINGS: Final = (dict, MappingProxyType)

_T = TypeVar("_T")


def facts_of(values: Mapping[str, FactInput] | None, where: str = "facts") -> Facts:
    """Facts as a host gives them, by name. Raises `InputError`: `call.type` for anything but a `dict`, `text.type` for
    a name that is no string, `fact.type` for a value of another type, subclasses included."""
    facts = _by_name(values, where)
    for name, value in facts:
        if type(value) not in _FACT_TYPES:
            kind = shown(type(value).__name__)
            message = f"a fact is a string, a number, a date or a truth value, not {kind}"
            raise InputError("fact.type", message, f"{where}.{shown(name)}")
    return facts


def _by_name(values: Mapping[str, _T] | None, where: str) -> tuple[tuple[str, _T], ...]:
    if values is None:
        return ()
    if type(values) not in _MAPPINGS:
        raise InputError("call.type", f"a dict is expected, not {shown(type(values).__name__)}", where)
    return tuple(sorted(((plain_text(name, where), value) for name, value in values.items()), key=lambda one: one[0]))


def line(
    id: str,
    *,
    sku: str = "",
    category: str = "",
    brand: str = "",
    tags: Iterable[str] = (),
    quantity: AmountInput = 1,
    price: AmountInput | None = None,
    amount: AmountInput | None = None,
    discount: AmountInput = 0,
    tax: AmountInput = 0,
    facts: Mapping[str, FactInput] | None = None,
    delivery: bool = False,
) -> Line:
    """Builds a line. Raises `InputError` for floats, bad numbers and bad text; amounts are in currency units."""
    where = f"line {id!r}"[:60]
    return Line(
        identifier(id, "line id"),
        plain_text(sku, f"{where}: sku"),
        plain_text(category, f"{where}: category"),
        plain_text(brand, f"{where}: brand"),
        tuple(sorted(set(plain_texts(tags, f"{where}: tag")))),
        micros(quantity, f"{where}: quantity"),
        None if price is None else micros(price, f"{where}: price"),
        None if amount is None else micros(amount, f"{where}: amount"),
        micros(discount, f"{where}: discount"),
        micros(tax, f"{where}: tax"),
        facts_of(facts, f"{where}: facts"),
        _flag(delivery, f"{where}: delivery"),
    )


def _flag(value: bool, where: str) -> bool:
    """Not "false" and not 0: what is taken for true or not is for the host to say."""
    if type(value) is not bool:
        raise InputError("call.type", f"True or False is expected, not {shown(type(value).__name__)}", where)
    return value


def in_line_order(lines: Sequence[Line]) -> Sequence[Line]:
    """Lines in line order; those with one id in the order in which they stand."""
    keys = [*map(line_order_key, map(_FIRST, lines))]
    if keys == sorted(keys):
        return lines
    return [line for _, line in sorted(zip(keys, lines, strict=True), key=_FIRST)]


def _lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    if not isinstance(lines, Iterable):
        raise InputError("call.type", f"a list of lines is expected, not {shown(type(lines).__name__)}", "lines")
    found = tuple(lines)
    for place, one in enumerate(found):
        if type(one) is not Line:
            raise InputError(
                "call.type", f"a line is made by `line`, this is {shown(type(one).__name__)}", f"lines[{place}]"
            )
    return found


def purchase(
    id: str,
    member: str,
    at: datetime | str | int,
    lines: Iterable[Line],
    *,
    currency: str,
    tenders: Mapping[str, AmountInput] | None = None,
    merchant: str = "",
    store: str = "",
    channel: str = "",
    facts: Mapping[str, FactInput] | None = None,
    redeem: Mapping[str, AmountInput | None] | None = None,
    paid_from: Mapping[str, str] | None = None,
    codes: Iterable[str] = (),
) -> Purchase:
    """Builds a purchase. `at` is aware (a `datetime`, an RFC 3339 string with an offset, or microseconds UTC).
    `redeem`: by redeem rule, how many points the member asks to use; None for as many as can be used. By reward, how
    many of it, or how much of the money that it holds; `paid_from`: the purse that pays for one that is not held.
    `codes`: those that are presented with it."""
    sources = {rule: plain_text(purse, "paid_from") for rule, purse in _by_name(paid_from, "paid_from")}
    paid = None
    if tenders is not None:
        paid = tuple(
            Tender(method, micros(amount, f"tender {method!r}"[:60])) for method, amount in _by_name(tenders, "tenders")
        )
    return Purchase(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        plain_text(currency, "currency"),
        _lines(lines),
        paid,
        plain_text(merchant, "merchant"),
        plain_text(store, "store"),
        plain_text(channel, "channel"),
        facts_of(facts),
        redeem=tuple(
            RedeemRequest(rule, asked_for(amount, "redeem"), sources.get(rule, ""))
            for rule, amount in _by_name(redeem, "redeem")
        ),
        codes=plain_texts(codes, "codes"),
    )


def happening(
    id: str,
    member: str,
    at: datetime | str | int,
    name: str,
    *,
    facts: Mapping[str, FactInput] | None = None,
    order: str = "",
) -> Happening:
    """Builds a declared event; `order` where it is about one."""
    return Happening(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        plain_text(name, "event name"),
        facts_of(facts),
        identifier(order, "order") if order else "",
    )


def enrolment(id: str, member: str, at: datetime | str | int) -> Enrolment:
    """Builds an enrolment."""
    return Enrolment(identifier(id, "event id"), identifier(member, "member id"), instant_of(at))


def adjustment(
    id: str, member: str, at: datetime | str | int, purse: str, amount: AmountInput, *, reason: str, actor: str
) -> Adjustment:
    """Builds an adjustment of a purse by hand: above zero gives, below zero takes. `reason` and `actor` are told with
    the decision and may not be empty."""
    return Adjustment(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        plain_text(purse, "purse"),
        micros(amount, "amount"),
        plain_text(reason, "reason"),
        plain_text(actor, "actor"),
    )


def returned(id: str, member: str, at: datetime | str | int, order: str, lines: Mapping[str, AmountInput]) -> Return:
    """Builds a return. `lines` says by line id how much comes back, as a whole above 0."""
    units = [(identifier(line, "line id"), micros(quantity, line)) for line, quantity in _by_name(lines, "lines")]
    if not units or any(quantity <= 0 for _, quantity in units):
        raise InputError("return.lines", "a return names lines, each with a quantity above 0", "lines")
    return Return(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        identifier(order, "order"),
        tuple(sorted(units, key=lambda line: line_order_key(line[0]))),
    )


def cancellation(id: str, member: str, at: datetime | str | int, order: str) -> Cancellation:
    """Builds a cancellation."""
    return Cancellation(
        identifier(id, "event id"), identifier(member, "member id"), instant_of(at), identifier(order, "order")
    )


def confirmation(id: str, member: str, at: datetime | str | int, order: str) -> Confirmation:
    """Builds a confirmation."""
    return Confirmation(
        identifier(id, "event id"), identifier(member, "member id"), instant_of(at), identifier(order, "order")
    )


def reservation(
    id: str,
    member: str,
    at: datetime | str | int,
    rule: str,
    *,
    amount: AmountInput | None = None,
    until: datetime | str | int | None = None,
) -> Reservation:
    """Builds a reservation of points for a redeem rule; `amount` is in units of its purse, None for as many as can be
    used. At `until` it ends by itself."""
    return Reservation(
        identifier(id, "event id"),
        identifier(member, "member id"),
        instant_of(at),
        plain_text(rule, "rule"),
        asked_for(amount, "amount"),
        None if until is None else instant_of(until, "until"),
    )


def capture(
    id: str, member: str, at: datetime | str | int, reservation: str, *, amount: AmountInput | None = None
) -> Capture:
    """Builds a capture of a reservation, of all of it or of so much."""
    name, asked = identifier(reservation, "reservation"), asked_for(amount, "amount")
    return Capture(identifier(id, "event id"), identifier(member, "member id"), instant_of(at), name, asked)


def release(id: str, member: str, at: datetime | str | int, reservation: str) -> Release:
    """Builds the release of a reservation."""
    name = identifier(reservation, "reservation")
    return Release(identifier(id, "event id"), identifier(member, "member id"), instant_of(at), name)


def tick(member: str, at: datetime | str | int) -> Tick:
    """Builds a tick."""
    return Tick(identifier(member, "member id"), instant_of(at))


#: What an event can be.
EVENT_TYPES: Final[tuple[type, ...]] = get_args(Event)

#: One whole unit of quantity.
ONE_UNIT: Final = MICRO
