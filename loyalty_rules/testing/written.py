"""A history as people read it: an `example` block in the language of the rule file, ready to be put into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from loyalty_rules.amounts import MICRO, format_units
from loyalty_rules.calendar import format_date, instant_of
from loyalty_rules.events import (
    Cancellation,
    Capture,
    Choice,
    Confirmation,
    Enrolment,
    Event,
    FactInput,
    Happening,
    Line,
    MembershipStep,
    PerkUse,
    Purchase,
    RedeemRequest,
    Release,
    Reservation,
    Return,
    Transfer,
)
from loyalty_rules.lang.conditions import Kind
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.lang.version import version_text
from loyalty_rules.programme import Programme
from loyalty_rules.source import Source
from loyalty_rules.testing.drawing import History, fact_input

_DAY_SECONDS: Final = 86_400
_MICRO_DECIMALS: Final = 6
_ONE: Final = "1"


def written(history: History, title: str = "") -> str:
    """The history as an `example` block without expectations. What the language has no words for (seconds) stands
    in comments."""
    programme = history.interest.programme
    table = phrase_tables()[programme.language]
    block = "\n".join(_block(history, programme, table, title))
    head = f"{version_text(table)}\n\n"
    return format_source(Source("example", f"{head}{block}\n")).removeprefix(head).rstrip("\n")


def _block(history: History, programme: Programme, table: PhraseTable, title: str) -> Iterator[str]:
    say = table.text
    yield f'{say("H_EXAMPLE")} "{title or programme.title}"'
    member = history.member
    yield from (f"{say('GIVEN')} {say('IN_SEGMENT')} {segment}" for segment in member.segments)
    if member.joined is not None:
        day = programme.plan.timeline.day(member.joined)
        yield f"{say('GIVEN')} {say('JOINING_DATE')} {say('IS')} {format_date(day)}"
    for name, value in member.facts:
        fact = programme.plan.member_facts[name]
        told = fact_input(history.interest, fact, value)
        yield f"{say('GIVEN')} {name} {say('IS')} {_fact(programme, table, fact.kind, told)}"
    orders = {event.id: event for event in history.events if isinstance(event, Purchase)}
    redeems = programme.checked.redeems
    reserved = {one.id: redeems[one.rule].purse for one in history.events if isinstance(one, Reservation)}
    for event in history.events:
        yield from _step(programme, table, event, reserved)
        if isinstance(event, Return) and event.order in orders:
            yield from _rows_back(table, orders[event.order], event)
    yield say("END")


def _step(programme: Programme, table: PhraseTable, event: Event, reserved: Mapping[str, str]) -> Iterator[str]:
    say = table.text
    when, action = _moment(programme, event.at), _action(programme, table, event, reserved)
    yield f"{say('AT')} {when} {action}{_exactly(programme, event.at)}"
    match event:
        case Purchase():
            programme = programme.elsewhere.get(event.currency, programme)
            for role, text in (("STORE", event.store), ("CHANNEL", event.channel), ("ORDER_MERCHANT", event.merchant)):
                if text:
                    yield f'{say("DETAIL")} {say(role)} {say("IS")} "{text}"'
            for name, value in event.facts:
                kind = programme.plan.order_facts[name].kind
                yield f"{say('DETAIL')} {name} {say('IS')} {_fact(programme, table, kind, value)}"
            yield from _rows(programme, table, event.lines)
            if event.codes:
                codes = ", ".join(f'"{code}"' for code in event.codes)
                yield f"{say('PRESENTS')} {codes}"
            for request in event.redeem:
                yield _request(programme, table, request)
            for tender in event.tenders or ():
                yield f'{say("PAID_BY")} {_money(programme, tender.amount)} {say("BY_TENDER")} "{tender.method}"'
        case Happening():
            kinds = {fact.name: fact.kind for fact in programme.checked.events[event.name].facts}
            for name, value in event.facts:
                yield f"{say('DETAIL')} {name} {say('IS')} {_fact(programme, table, kinds[name], value)}"
        case _:
            pass


def _request(programme: Programme, table: PhraseTable, request: RedeemRequest) -> str:
    if request.rule in programme.checked.rewards:
        return _used(programme, table, request)
    if request.amount is None:
        return f"{table.text('ASK_REDEEM_ALL')} {request.rule}"
    amount = _units(programme, request.amount, programme.checked.redeems[request.rule].purse)
    return f"{table.text('ASK_REDEEM')} {amount} {table.text('BY')} {request.rule}"


def _used(programme: Programme, table: PhraseTable, request: RedeemRequest) -> str:
    """A reward that is used: one, so many of it, or so much of the money that it holds."""
    source = f" {table.text('PAID_FROM')} {request.purse}" if request.purse else ""
    if request.amount is None:
        return f"{table.text('ASK_USE')} {request.rule}{source}"
    currency = programme.checked.purses[request.rule].currency
    if currency:
        return f"{table.text('ASK_USE')} {_plain(request.amount)} {currency} {table.text('BY')} {request.rule}"
    return f"{table.text('ASK_USE')} {_plain(request.amount)} {request.rule}{source}"


def _action(programme: Programme, table: PhraseTable, event: Event, reserved: Mapping[str, str]) -> str:
    match event:
        case Purchase():
            return f'{table.text("X_ORDER")} "{event.id}"'
        case Happening():
            about = f' {table.text("OF_ORDER")} "{event.order}"' if event.order else ""
            return f"{table.text('X_EVENT')} {event.name}{about}"
        case Confirmation():
            return f'{table.text("X_CONFIRM")} "{event.order}"'
        case Return():
            return f'{table.text("X_RETURN")} "{event.order}"'
        case Cancellation():
            return f'{table.text("X_CANCEL")} "{event.order}"'
        case Reservation() | Capture() | Release():
            return _setting_aside(programme, table, event, reserved)
        case Transfer():
            return f"{table.text('X_TRANSFER')} {_units(programme, event.amount, event.purse)}"
        case Enrolment():
            return table.text("X_JOIN")
        case Choice(rule=rule, sets=sets) if sets:
            return f"{table.text('X_CHOOSE')} {', '.join(sets)} {table.text('BY')} {rule}"
        case Choice(rule=rule, purse=purse) if purse and rule in programme.checked.earns:
            return f"{table.text('X_CHOOSE')} {purse} {table.text('BY')} {rule}"
        case Choice(rule=rule) if rule in programme.plan.opt_ins:
            return f"{table.text('X_OPT')} {rule}"
        case Choice(rule=rule) if rule in programme.checked.rewards:
            count = _plain(MICRO if event.amount is None else event.amount)
            source = f" {table.text('PAID_FROM')} {event.purse}" if event.purse else ""
            return f"{table.text('X_BUY')} {count} {rule}{source}"
        case MembershipStep():
            return f"{table.text(f'X_{event.step.upper()}')} {event.membership}"
        case PerkUse():
            return f"{table.text('X_PERK')} {event.perk}"
        case Choice(rule=rule, amount=None):
            return f"{table.text('X_CONVERT_ALL')} {rule}"
        case Choice(rule=rule, amount=int(amount)):
            purse = programme.checked.conversions[rule].purses[0]
            return f"{table.text('X_CONVERT')} {_plain(amount)} {purse} {table.text('BY')} {rule}"
        case _:
            return table.text("X_NOTHING")


def _setting_aside(
    programme: Programme, table: PhraseTable, event: Reservation | Capture | Release, reserved: Mapping[str, str]
) -> str:
    """The steps in which points are set aside, used and let go. An end is told to the minute."""
    say = table.text
    if isinstance(event, Release):
        return f'{say("X_RELEASE")} "{event.reservation}"'
    if isinstance(event, Capture):
        if event.amount is None or event.reservation not in reserved:
            return f'{say("X_CAPTURE")} "{event.reservation}"'
        units = _units(programme, event.amount, reserved[event.reservation])
        return f'{say("X_CAPTURE_ONLY")} {units} {say("OF_RESERVATION")} "{event.reservation}"'
    asks = f"{say('X_RESERVE_ALL')} {event.rule}"
    if event.amount is not None:
        units = _units(programme, event.amount, reserved[event.id])
        asks = f"{say('X_RESERVE')} {units} {say('BY')} {event.rule}"
    until = "" if event.until is None else f" {say('UNTIL')} {_moment(programme, event.until)}"
    return f'{asks} {say("UNDER_NUMBER")} "{event.id}"{until}'


def _units(programme: Programme, amount: int, purse: str) -> str:
    return f"{_plain(amount)} {programme.checked.purses[purse].currency or purse}"


def _rows_back(table: PhraseTable, order: Purchase, event: Return) -> Iterator[str]:
    """The lines that come back, by the number of their row."""
    numbers = {line.id: number for number, line in enumerate(order.lines, 1)}
    yield f"| {table.text('ORDER_LINE')} | {table.text('QUANTITY')} |"
    for line, quantity in event.lines:
        yield f"| {numbers[line]} | {_plain(quantity)} |"


def _seconds(programme: Programme, at: int) -> tuple[str, int]:
    """The local date as the calendar has it (whenever the programme's days start), and the microseconds in it."""
    zone = programme.plan.timeline.zone
    clock = zone.local_seconds(at) * MICRO + at % MICRO
    return format_date(zone.local_date(at)), clock


def _moment(programme: Programme, at: int) -> str:
    day, clock = _seconds(programme, at)
    minutes = clock // (60 * MICRO)
    return f"{day} {minutes // 60:02d}:{minutes % 60:02d}"


def _exactly(programme: Programme, at: int) -> str:
    """The seconds, which an example has no words for."""
    _, clock = _seconds(programme, at)
    rest = clock % (60 * MICRO)
    return f"  # :{rest // MICRO:02d}.{rest % MICRO:06d}" if rest else ""


# ---------- lines


def _rows(programme: Programme, table: PhraseTable, lines: tuple[Line, ...]) -> Iterator[str]:
    columns = [column for column in _columns(programme, table, lines) if any(column[1:])]
    for row in zip(*columns, strict=True):
        yield f"| {' | '.join(row)} |"


def _columns(programme: Programme, table: PhraseTable, lines: tuple[Line, ...]) -> Iterator[list[str]]:
    say = table.text

    def text(value: str) -> str:
        return f'"{value}"' if value else ""

    yield [say("SKU"), *(text(line.sku) for line in lines)]
    yield [say("CATEGORY"), *(text(line.category) for line in lines)]
    yield [say("BRAND"), *(text(line.brand) for line in lines)]
    yield [say("TAG"), *(", ".join(text(tag) for tag in line.tags) for line in lines)]
    for fact in programme.plan.line_facts.values():
        cells = [
            next((_fact(programme, table, fact.kind, value) for name, value in line.facts if name == fact.name), "")
            for line in lines
        ]
        yield [fact.name, *cells]
    yield [say("DELIVERY"), *(say("YES") if line.delivery else "" for line in lines)]
    quantities = [_plain(line.quantity) for line in lines]
    yield [say("QUANTITY"), *("" if quantity == _ONE else quantity for quantity in quantities)]
    yield [say("UNIT_PRICE"), *("" if line.price is None else _money(programme, line.price) for line in lines)]
    yield [say("LIST_PRICE"), *("" if line.amount is None else _money(programme, line.amount) for line in lines)]
    yield [say("PRICE_AFTER"), *(_money(programme, _after(line)) if line.discount else "" for line in lines)]


def _after(line: Line) -> int:
    whole = line.amount if line.amount is not None else (line.price or 0) * line.quantity // MICRO
    return whole - line.discount


def _plain(micros: int) -> str:
    """A number without the zeros that say nothing."""
    return format_units(micros, _MICRO_DECIMALS).rstrip("0").rstrip(".")


def _money(programme: Programme, amount: int) -> str:
    """Millionths of a currency's unit; a unit price may be finer than a coin."""
    exponent = programme.checked.exponent
    units, finer = divmod(amount * 10**exponent, MICRO)
    text = format_units(amount, _MICRO_DECIMALS) if finer else format_units(units, exponent)
    return f"{text} {programme.checked.currency}"


def _fact(programme: Programme, table: PhraseTable, kind: Kind, value: FactInput) -> str:
    match value:
        case bool():
            return table.text("YES" if value else "NO")
        case datetime():
            return _moment(programme, instant_of(value))
        case date():
            return value.isoformat()
        case str():
            return f'"{value}"'
        case _ if kind is Kind.MONEY:
            return f"{value} {programme.checked.currency}"
        case _:
            number = f"{value:f}" if isinstance(value, Decimal) else str(value)
            plain = number.rstrip("0").rstrip(".") if "." in number else number
            return f"{plain}%" if kind is Kind.PERCENT else plain
