"""Stage 1, receive: an event in the programme's own terms. Amounts in minor units, lines in line order, facts typed.

Everything that is wrong with an event is collected before it is refused, and a refused event changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from loyalty_rules.amounts import MICRO, Rounding, largest_remainder, micros, round_ratio
from loyalty_rules.calendar import instant_of, parse_date, weekday, zone_names
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import InputError, LoyaltyError, shown
from loyalty_rules.events import (
    Choice,
    Confirmation,
    Event,
    FactInput,
    Facts,
    Happening,
    Line,
    Purchase,
    in_line_order,
)
from loyalty_rules.lang.conditions import Base, BaseKind, Fact, Kind, Value
from loyalty_rules.records import AddedGift
from loyalty_rules.text import MAX_PLAIN_TEXT, code_key, plain_text
from loyalty_rules.timeline import Timeline

MAX_LINES: Final = 1_000
MAX_CODES: Final = 100
_DAY: Final = 86_400 * MICRO
FactValues = Mapping[str, Value]


class OrderLine(NamedTuple):
    """A line with its amounts in minor units. `payable` is what is charged for it, with tax where tax comes on top."""

    id: str
    sku: str
    category: str
    brand: str
    tags: tuple[str, ...]
    quantity: int  # millionths
    items: int
    unit_price: tuple[int, int]  # minor units as numerator and denominator: may be finer than the smallest coin
    list_price: int
    after_discounts: int
    tax: int
    payable: int
    delivery: bool
    facts: FactValues
    paid: tuple[tuple[str, int], ...]  # the payable amount by tender method, empty where tenders are not known
    on_sale: bool = False  # whether it came reduced, before any offer of this programme
    covered: int = 0  # what of the payable amount was paid with points of this programme
    discounts: tuple[tuple[str, int], ...] = ()  # what offers of this programme took off, by offer

    def discounted(self, rules: tuple[str, ...]) -> int:
        """What these offers took off; without any named, all of them."""
        return sum(units for rule, units in self.discounts if not rules or rule in rules)


class Local(NamedTuple):
    """A moment by the calendar and the clock of a zone."""

    day: int
    clock_time: int  # microseconds since local midnight
    weekday: int
    month: int


class Occasion(NamedTuple):
    """An event as the stages see it."""

    kind: str  # "purchase", "event", "enrolment", "choice", "tick"
    name: str  # of a declared event
    at: int
    day: int
    clock_time: int  # microseconds since local midnight
    weekday: int
    month: int
    store: str
    channel: str
    merchant: str
    tenders: frozenset[str] | None
    lines: tuple[OrderLine, ...]
    facts: FactValues
    order: str = ""  # the id of the order that it is, or is about
    redeemed: tuple[tuple[str, int], ...] = ()  # by purse, what the member used in it
    codes: frozenset[str] = frozenset()  # that were presented, as they are compared
    gifts: tuple[AddedGift, ...] = ()  # that offers added

    def lowered_by(self, offer: str) -> bool:
        """Whether an offer took something off this order, or added something to it."""
        return any(gift.rule == offer for gift in self.gifts) or any(line.discounted((offer,)) for line in self.lines)


def receive(plan: Plan, event: Event) -> Occasion:
    """The event in the programme's terms. Raises `InputError` that lists what is wrong, the first with its code."""
    problems: list[LoyaltyError] = []
    lines: tuple[OrderLine, ...] = ()
    facts: FactValues = {}
    tenders = None
    store = channel = merchant = name = ""
    codes: frozenset[str] = frozenset()
    if isinstance(event, Purchase):
        store, channel, merchant = event.store, event.channel, event.merchant
        if event.currency != plan.checked.currency:
            problems.append(
                InputError(
                    "currency.other",
                    f"the order is in {shown(event.currency)}, the programme in {_currencies(plan)}",
                    "currency",
                )
            )
        else:
            lines = _lines(plan, event, problems)
            tenders = None if event.tenders is None else frozenset(tender.method for tender in event.tenders)
        facts = typed_facts(plan.order_facts, event.facts, plan.checked.exponent, "facts", problems)
        codes = _codes(event.codes, problems)
    elif isinstance(event, Happening):
        name = event.name
        kind = plan.checked.events.get(name)
        if kind is None:
            problems.append(InputError("event.unknown", f"the programme declares no event `{shown(name)}`", "name"))
        else:
            declared = {fact.name: fact for fact in kind.facts}
            facts = typed_facts(declared, event.facts, plan.checked.exponent, "facts", problems)
            if kind.about_order != bool(event.order):
                wrong = "names the order that it is about" if kind.about_order else "is about no order"
                problems.append(InputError("event.order", f"an event `{shown(name)}` {wrong}", "order"))
    elif isinstance(event, Choice) and event.rule in plan.checked.earns:
        name = event.rule  # opted in to
    if problems:
        raise _joined(problems)
    return occasion_at(plan, event.at)._replace(
        kind=event.kind,
        name=name,
        store=store,
        channel=channel,
        merchant=merchant,
        tenders=tenders,
        lines=lines,
        facts=facts,
        order=_order_of(event),
        codes=codes,
    )


def _codes(presented: tuple[str, ...], problems: list[LoyaltyError]) -> frozenset[str]:
    """The codes of an order, as they are compared."""
    if len(presented) > MAX_CODES:
        problems.append(InputError("order.codes", f"an order presents at most {MAX_CODES} codes", "codes"))
    return frozenset(code_key(code) for code in presented[:MAX_CODES])


def _order_of(event: Event) -> str:
    """The order that an event is, or is about; "" for none."""
    match event:
        case Purchase():
            return event.id
        case Happening() | Confirmation():
            return event.order
        case _:
            return ""


def occasion_at(plan: Plan, at: int) -> Occasion:
    """An occasion without an event: only time has passed."""
    local = local_at(plan.timeline, at)
    return Occasion("tick", "", at, *local, "", "", "", None, (), {})


def local_at(timeline: Timeline, at: int) -> Local:
    """What calendar and clock show at an instant."""
    day = timeline.day(at)
    seconds = timeline.zone.local_seconds(at) * MICRO + at % MICRO
    return Local(day, seconds % _DAY, weekday(day), date.fromordinal(day).month)


def _currencies(plan: Plan) -> str:
    return ", ".join(plan.checked.currencies or (plan.checked.currency,))


def _joined(problems: list[LoyaltyError]) -> InputError:
    first = problems[0]
    rest = "; ".join(str(problem) for problem in problems[1:6])
    more = f"; and {len(problems) - 6} more" if len(problems) > 6 else ""
    return InputError(first.code, first.message + (f"; also: {rest}{more}" if rest else ""), first.where)


# ---------- lines


def _lines(plan: Plan, event: Purchase, problems: list[LoyaltyError]) -> tuple[OrderLine, ...]:
    if not 0 < len(event.lines) <= MAX_LINES:
        problems.append(
            InputError("order.lines", f"an order has 1 to {MAX_LINES} lines, this one {len(event.lines)}", "lines")
        )
        return ()
    lines: list[OrderLine] = []
    seen: set[str] = set()
    scale = 10**plan.checked.exponent
    for line in in_line_order(event.lines):
        if line.id in seen:
            problems.append(InputError("order.line_twice", f"the line id `{shown(line.id)}` stands twice", "lines"))
            continue
        seen.add(line.id)
        try:
            lines.append(_line(plan, line, scale, problems))
        except InputError as error:
            problems.append(error)
    if problems or event.tenders is None or event.redeem or plan.offers:
        return tuple(lines)  # what is to pay is known later
    try:
        return _with_tenders(plan, event, tuple(lines))
    except InputError as error:
        problems.append(error)
        return ()


def _line(plan: Plan, line: Line, scale: int, problems: list[LoyaltyError]) -> OrderLine:
    """A line in the programme's terms; there are so many lines that where one stands is worked out only if something
    is wrong with it. `scale`: minor units of a unit of the currency."""
    name, sku, category, brand, tags, quantity, price, amount, discount, tax, facts, delivery = line
    if quantity <= 0:
        raise _wrong(line, "order.quantity", "the quantity of a purchase is above 0; goods come back in a return")
    if price is None and amount is None:
        raise _wrong(line, "order.price", "a line has a `price` for a unit or an `amount` for all of it")
    if (price or 0) < 0 or (amount or 0) < 0 or discount < 0 or tax < 0:
        raise _wrong(line, "order.negative", "prices, discounts and taxes are not negative")
    if amount is not None:
        list_price = _minor(plan, line, "amount", amount, scale)
    else:
        list_price, rest = divmod((price or 0) * quantity * scale, MICRO * MICRO)
        if rest:
            raise _wrong(line, "order.inexact", "quantity times price is no whole coin: give the `amount` of the line")
    discount = _minor(plan, line, "discount", discount, scale) if discount else 0
    tax = _minor(plan, line, "tax", tax, scale) if tax else 0
    if discount > list_price:
        raise _wrong(line, "order.discount", "the discount is larger than the list price of the line")
    after, included = list_price - discount, plan.checked.tax_included
    if included and tax > after:
        raise _wrong(line, "order.tax", "the tax contained in a price is larger than the price")
    whole, part = divmod(quantity, MICRO)
    weighed = price is None and part != 0  # goods by weight: one item, whatever it weighs
    if price is not None:
        unit_price = (price * scale, MICRO)
    else:
        unit_price = (list_price, 1) if weighed else (list_price * MICRO, quantity)
    values = _as_said(plan.line_facts, facts)
    if values is None:
        values = typed_facts(plan.line_facts, facts, plan.checked.exponent, f"lines[{name}].facts", problems)
    return OrderLine(
        name,
        sku,
        category,
        brand,
        tags,
        quantity,
        1 if weighed else whole,
        unit_price,
        list_price,
        after,
        tax,
        after if included else after + tax,
        delivery,
        values,
        (),
        after < list_price,
    )


def _wrong(line: Line, code: str, message: str) -> InputError:
    return InputError(code, message, f"lines[{line.id}]")


def _minor(plan: Plan, line: Line, what: str, amount: int, scale: int) -> int:
    units, rest = divmod(amount * scale, MICRO)
    return minor(amount, plan.checked.exponent, f"lines[{line.id}].{what}") if rest else units


def minor(amount: int, exponent: int, where: str) -> int:
    """Micros of a currency unit as minor units. Raises `InputError` (`amount.decimals`) where that is no whole
    number."""
    scale: int = 10**exponent
    units, rest = divmod(amount * scale, MICRO)
    if rest:
        raise InputError("amount.decimals", f"the amount has more than the {exponent} decimals of its currency", where)
    return units


def tendered(plan: Plan, event: Purchase, occasion: Occasion) -> Occasion:
    """An order of which a part was paid with points: the tenders pay the rest. Raises `InputError` (`tenders.sum`,
    `tenders.twice`)."""
    return occasion if event.tenders is None else occasion._replace(lines=_with_tenders(plan, event, occasion.lines))


def _with_tenders(plan: Plan, event: Purchase, lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """Splits each tender over the lines by what is left to pay on them; by method, the last takes the rest."""
    exponent = plan.checked.exponent
    left = [line.payable - line.covered for line in lines]
    payable = sum(left)
    amounts = [(tender.method, minor(tender.amount, exponent, "tenders")) for tender in event.tenders or ()]
    if sum(amount for _, amount in amounts) != payable or any(amount < 0 for _, amount in amounts):
        raise InputError(
            "tenders.sum", f"the tenders do not add up to the {payable} minor units that are payable", "tenders"
        )
    if len({method for method, _ in amounts}) != len(amounts):
        raise InputError("tenders.twice", "a method of payment stands twice", "tenders")
    paid: list[list[tuple[str, int]]] = [[] for _ in lines]
    for method, amount in sorted(amounts):
        for place, share in enumerate(largest_remainder(amount, left)):
            if share:
                paid[place].append((method, share))
                left[place] -= share
    return tuple(line._replace(paid=tuple(shares)) for line, shares in zip(lines, paid, strict=True))


def base_amount(line: OrderLine, base: Base, tax_included: bool) -> int:
    """The amount of a line that a basis names, in minor units. Shares of a tax are half up."""
    if base.tenders:
        amount = sum(share for method, share in line.paid if method in base.tenders)
    elif base.kind is BaseKind.LIST_PRICE:
        amount = line.list_price
    else:
        after = base.kind is BaseKind.AFTER_DISCOUNTS
        amount = line.after_discounts if after else line.payable - line.covered
    if not base.without_tax:
        return amount
    if base.kind is BaseKind.MONEY_PAID:
        return amount - _part(line.tax, amount, line.payable)
    return amount - _part(line.tax, amount, line.after_discounts) if tax_included else amount


def base_total(lines: Sequence[OrderLine], base: Base, tax_included: bool) -> int:
    """What a basis comes to on these lines together."""
    if base.tenders or base.without_tax:
        return sum([base_amount(line, base, tax_included) for line in lines])
    if base.kind is BaseKind.LIST_PRICE:
        return sum([line.list_price for line in lines])
    if base.kind is BaseKind.AFTER_DISCOUNTS:
        return sum([line.after_discounts for line in lines])
    return sum([line.payable - line.covered for line in lines])


def _part(tax: int, amount: int, whole: int) -> int:
    return round_ratio(tax * amount, whole, Rounding.HALF_UP) if whole else 0


# ---------- facts


def whole_of(value: object) -> int:
    """A fact as a whole number; 0 for anything else."""
    return value if isinstance(value, int) else 0


def _as_said(declared: Mapping[str, Fact], given: Facts) -> FactValues | None:
    """Facts that are as they were declared and stand as they are: all of them texts, and none left out. None where any
    has to be looked at more closely."""
    if len(given) != len(declared):
        return None
    values: dict[str, Value] = {}
    for name, value in given:
        fact = declared.get(name)
        if fact is None or type(value) is not str or fact.kind is not Kind.TEXT or fact.zone:
            return None
        if fact.choices and value not in fact.choices:
            return None
        if len(value) > MAX_PLAIN_TEXT or not (value.isascii() and value.isprintable()):
            return None
        values[name] = value
    return values if len(values) == len(declared) else None


def typed_facts(
    declared: Mapping[str, Fact], given: Facts, exponent: int, where: str, problems: list[LoyaltyError]
) -> FactValues:
    """Facts as declared: typed, complete, none unknown. What is wrong goes to `problems`."""
    values: dict[str, Value] = {}
    for name, value in given:
        fact = declared.get(name)
        if fact is None:
            problems.append(InputError("fact.unknown", f"the fact `{shown(name)}` is not declared", where))
            continue
        try:
            values[name] = typed(fact, value, exponent, f"{where}.{name}")
        except InputError as error:
            problems.append(error)
    if len(values) == len(declared):
        return values
    given_names = {name for name, _ in given}
    for name, fact in declared.items():
        if name in given_names:
            continue
        if fact.otherwise is not None:
            values[name] = fact.otherwise
        elif fact.clock:
            shows = f"the order does not say what its clock `{name}` shows: a date is required"
            problems.append(InputError("clock.missing", shows, where))
        elif not fact.optional:
            problems.append(InputError("fact.missing", f"the fact `{name}` is required", where))
    return values


def typed(fact: Fact, value: FactInput, exponent: int, where: str) -> Value:
    """One fact's value as its kind says. Raises `InputError` with the place."""
    match fact.kind:
        case Kind.MONEY:
            return minor(micros(_number(value, where), where), exponent, where)
        case Kind.NUMBER | Kind.PERCENT:
            return micros(_number(value, where), where)
        case Kind.YES_NO:
            if not isinstance(value, bool):
                raise InputError("fact.type", "this fact is yes or no: true or false", where)
            return value
        case Kind.DATE:
            return _date(value, where)
        case Kind.INSTANT:
            return _instant(value, where)
        case Kind.YEARLY:
            day = date.fromordinal(_date(value, where))
            return (day.month, day.day)
        case _:
            text = plain_text(value, where) if type(value) is str else None
            if text is None or (fact.choices and text not in fact.choices):
                known = f": one of {', '.join(fact.choices)}" if fact.choices else ""
                raise InputError("fact.type", f"this fact is a text{known}", where)
            if fact.zone and text not in zone_names():
                raise InputError("zone.unknown", f"there is no time zone {shown(text)}", where)
            return text


def _number(value: FactInput, where: str) -> str | int | Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InputError("fact.type", "this fact is a number, given as a decimal string", where)
    return value


def _instant(value: FactInput, where: str) -> int:
    if isinstance(value, str | int | datetime) and not isinstance(value, bool):
        return instant_of(value, where)
    raise InputError("fact.type", "this fact is a date and time, given as 2026-03-07T11:00:00+03:00", where)


def _date(value: FactInput, where: str) -> int:
    if type(value) is date:
        return value.toordinal()
    if type(value) is str:
        return parse_date(value)
    raise InputError("fact.type", "this fact is a date, given as YYYY-MM-DD", where)
