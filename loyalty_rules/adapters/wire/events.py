"""Events as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from loyalty_rules.adapters.wire.drawmodels import WonModel
from loyalty_rules.adapters.wire.fields import joined, kind_of, validated
from loyalty_rules.adapters.wire.membershipmodels import MembershipStepModel
from loyalty_rules.adapters.wire.models import (
    EVENTS,
    AdjustmentModel,
    ChoiceModel,
    EnrolmentModel,
    EventModel,
    HappeningModel,
    LineModel,
    PurchaseModel,
)
from loyalty_rules.adapters.wire.pairmodels import MergeModel, TransferModel
from loyalty_rules.adapters.wire.perkmodels import PerkUseModel
from loyalty_rules.adapters.wire.reading import Plain, read_json
from loyalty_rules.adapters.wire.referralmodels import InvitationModel, ReferredModel, WithdrawnModel
from loyalty_rules.adapters.wire.referrals import referral_event, referral_event_data
from loyalty_rules.adapters.wire.reservemodels import CaptureModel, ReleaseModel, ReservationModel
from loyalty_rules.adapters.wire.returnmodels import CancellationModel, ConfirmationModel, ReturnModel
from loyalty_rules.amounts import MAX_DECIMALS, MICRO, format_units, micros
from loyalty_rules.calendar import Zone, format_date, format_instant, instant_of, ordinal_of, zone
from loyalty_rules.currencies import EXPONENTS, exponent
from loyalty_rules.errors import InputError, expect, shown
from loyalty_rules.events import (
    EVENT_TYPES,
    Adjustment,
    Cancellation,
    Capture,
    Choice,
    Confirmation,
    Enrolment,
    Event,
    FactInput,
    Facts,
    Happening,
    Invitation,
    Line,
    MembershipStep,
    Merge,
    PerkUse,
    Purchase,
    RedeemRequest,
    Referred,
    Release,
    Reservation,
    Return,
    Tender,
    Tick,
    Transfer,
    Withdrawn,
    Won,
)
from loyalty_rules.lang.conditions import Fact, Kind
from loyalty_rules.programme import Programme
from loyalty_rules.text import line_order_key, nearest

_NUMBERS: Final = frozenset({Kind.MONEY, Kind.NUMBER, Kind.PERCENT})
_DATES: Final = frozenset({Kind.DATE, Kind.YEARLY})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_event(text: str | bytes, programme: Programme | None = None) -> Event:
    """One event of a JSON text, its lines in line order.

    With a programme, facts become numbers and dates where it declares them so; without one they stay strings, which
    the programme reads alike. Raises `InputError` with the path of the first mistake, the others in its message: what
    `read_json` and the fields' own readers raise, `wire.missing_field`, `wire.unknown_field`, `wire.type`,
    `wire.value`, `limit.list`, `currency.unknown`, `amount.decimals`, `order.line_twice`, `order.price`.
    """
    return event_of(read_json(text), programme)


def event_of(data: Plain, programme: Programme | None = None) -> Event:
    """One event of plain data that `read_json` gave. Raises `InputError` like `read_event`."""
    if type(data) is not dict:
        raise InputError("wire.type", f"an event is an object, not {kind_of(data)}")
    kind = data.get("kind")
    model = EVENTS.get(kind) if type(kind) is str else None
    if model is None:
        code = "wire.value" if "kind" in data else "wire.missing_field"
        found = f", not {shown(kind)}" if type(kind) is str else ""
        raise InputError(code, f"an event is of kind {', '.join(EVENTS)}{found}", "kind")
    read: Any = validated(model, data)
    return _event(read, programme)


def _event(read: EventModel, programme: Programme | None) -> Event:
    match read:
        case PurchaseModel():
            return _purchase(read, programme)
        case HappeningModel():
            kind = None if programme is None else programme.checked.events.get(read.name)
            declared = {} if kind is None else {fact.name: fact for fact in kind.facts}
            facts = _facts(read.facts, declared, "facts")
            return Happening(read.id, read.member, read.at, read.name, facts, read.order)
        case EnrolmentModel():
            return Enrolment(read.id, read.member, read.at)
        case ReturnModel():
            return _return(read)
        case CancellationModel():
            return Cancellation(read.id, read.member, read.at, read.order)
        case ConfirmationModel():
            return Confirmation(read.id, read.member, read.at, read.order)
        case ChoiceModel():
            amount = _positive(read.amount, "amount")
            sets = tuple(sorted(set(read.sets)))
            return Choice(read.id, read.member, read.at, read.rule, amount, purse=read.points, sets=sets)
        case ReservationModel():
            return Reservation(read.id, read.member, read.at, read.rule, _positive(read.amount, "amount"), read.until)
        case CaptureModel():
            return Capture(read.id, read.member, read.at, read.reservation, _positive(read.amount, "amount"))
        case ReleaseModel():
            return Release(read.id, read.member, read.at, read.reservation)
        case AdjustmentModel():
            return Adjustment(read.id, read.member, read.at, read.points, read.amount, read.reason, read.actor)
        case MembershipStepModel():
            return MembershipStep(read.id, read.member, read.at, read.membership, read.step)
        case PerkUseModel():
            return PerkUse(read.id, read.member, read.at, read.perk)
        case TransferModel():
            return Transfer(read.id, read.member, read.at, read.points, read.amount, read.to)
        case MergeModel():
            return Merge(read.id, read.member, read.at, read.into, read.reason, read.actor)
        case InvitationModel() | ReferredModel() | WithdrawnModel():
            return referral_event(read)
        case WonModel():
            return Won(
                read.id, read.member, read.at, read.rule, read.ends, read.place, tuple(sorted(read.prizes.items()))
            )
        case _:
            return Tick(read.member, read.at)


def _purchase(read: PurchaseModel, programme: Programme | None) -> Purchase:
    declared = {} if programme is None else programme.checked.facts
    _check_amounts(read)
    lines = [_line(line, declared, f"lines[{place}].facts") for place, line in enumerate(read.lines)]
    tenders = None
    if "tenders" in read.model_fields_set:
        tenders = tuple(sorted(Tender(tender.method, tender.amount) for tender in read.tenders))
    return Purchase(
        read.id,
        read.member,
        read.at,
        read.currency,
        tuple(sorted(lines, key=lambda line: line_order_key(line.id))),
        tenders,
        read.merchant,
        read.store,
        read.channel,
        _facts(read.facts, declared, "facts"),
        redeem=tuple(
            RedeemRequest(one.rule, _positive(one.amount, f"redeem[{place}].amount"), one.points)
            for place, one in enumerate(read.redeem)
        ),
        codes=tuple(read.codes),
    )


def _positive(amount: int | None, where: str) -> int | None:
    if amount is not None and amount <= 0:
        raise InputError("choice.amount", "an amount that is asked for is above 0", where)
    return amount


def _return(read: ReturnModel) -> Return:
    lines = {line.id: line.quantity for line in read.lines}
    for place, line in enumerate(read.lines):
        if line.quantity <= 0:
            raise InputError("return.lines", "what comes back of a line is above 0", f"lines[{place}].quantity")
    if len(lines) < len(read.lines):
        raise InputError("return.lines", "a line of a return stands twice", "lines")
    order = tuple(sorted(lines.items(), key=lambda line: line_order_key(line[0])))
    return Return(read.id, read.member, read.at, read.order, order)


def _line(read: LineModel, declared: Mapping[str, Fact], where: str) -> Line:
    return Line(
        read.id,
        read.sku,
        read.category,
        read.brand,
        tuple(sorted(set(read.tags))),
        read.quantity,
        read.price,
        read.amount,
        read.discount,
        read.tax,
        _facts(read.facts, declared, where),
        read.delivery,
    )


def _check_amounts(read: PurchaseModel) -> None:
    """What is wrong with an order whatever its programme says: a currency that is none, amounts it cannot hold, a line
    that stands twice or has no amount."""
    decimals = _exponent(read.currency)
    problems: list[InputError] = []

    def check(amount: int | None, where: str) -> None:
        if amount is not None and amount * 10**decimals % MICRO:
            message = f"an amount of {read.currency} has at most {decimals} decimals"
            problems.append(InputError("amount.decimals", message, where))

    seen: set[str] = set()
    for place, line in enumerate(read.lines):
        where = f"lines[{place}]"
        if line.id in seen:
            problems.append(InputError("order.line_twice", f"the line id `{line.id}` stands twice", f"{where}.id"))
        seen.add(line.id)
        if line.price is None and line.amount is None:
            message = "a line has a `price` for a unit or an `amount` for all of it"
            problems.append(InputError("order.price", message, where))
        check(line.amount, f"{where}.amount")
        check(line.price if line.amount is None else None, f"{where}.price")
        check(line.discount, f"{where}.discount")
        check(line.tax, f"{where}.tax")
    for place, tender in enumerate(read.tenders):
        check(tender.amount, f"tenders[{place}].amount")
    if problems:
        raise joined(problems[:6], len(problems))


def _exponent(currency: str) -> int:
    try:
        return exponent(currency)
    except InputError as error:
        raise InputError(error.code, error.message, "currency") from None


def _facts(read: Mapping[str, str | bool], declared: Mapping[str, Fact], where: str) -> Facts:
    return tuple((name, _fact(value, declared.get(name), f"{where}.{name}")) for name, value in sorted(read.items()))


def _fact(value: str | bool, fact: Fact | None, where: str) -> FactInput:
    if fact is None or type(value) is not str:
        return value
    if fact.kind in _NUMBERS:
        return Decimal(format_units(micros(value, where), MAX_DECIMALS))
    if fact.kind is Kind.INSTANT:
        return _EPOCH + timedelta(microseconds=instant_of(value, where))
    return date.fromordinal(ordinal_of(value, where)) if fact.kind in _DATES else value


# ---------------------------------------------------------------- writing


def write_event(event: Event, programme: Programme | None = None) -> str:
    """The event as one line of canonical JSON: fixed order of fields, defaults left out.

    Instants carry the offset of the programme's zone, without a programme that of UTC. Raises `InputError`
    (`call.type`).
    """
    expect(event, EVENT_TYPES, "an event is")
    return dumped(event_data(event, programme))


def dumped(data: Mapping[str, Any]) -> str:
    """Canonical JSON: no spaces, characters as they are."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def event_data(event: Event, programme: Programme | None = None) -> dict[str, Any]:
    """The event as plain data."""
    data: dict[str, Any] = {"kind": event.kind}
    if not isinstance(event, Tick):
        data["id"] = event.id
    data["member"] = event.member
    data["at"] = format_instant(event.at, zone_of(programme))
    if isinstance(event, Happening):
        data["name"] = event.name
    if isinstance(event, Return | Cancellation | Confirmation):
        data["order"] = event.order
    if isinstance(event, Return):
        data["lines"] = [{"id": line, "quantity": amount_text(quantity, 0)} for line, quantity in event.lines]
    if isinstance(event, Happening):
        data.update(filled(order=event.order))
    if isinstance(event, Choice | Reservation):
        data["rule"] = event.rule
    if isinstance(event, Capture | Release):
        data["reservation"] = event.reservation
    if isinstance(event, Choice):
        data.update(filled(points=event.purse, sets=list(event.sets)))
    if isinstance(event, Choice | Reservation | Capture) and event.amount is not None:
        data["amount"] = amount_text(event.amount, 0)
    if isinstance(event, Reservation) and event.until is not None:
        data["until"] = format_instant(event.until, zone_of(programme))
    if isinstance(event, Purchase):
        decimals = EXPONENTS.get(event.currency, MAX_DECIMALS)
        data.update(filled(merchant=event.merchant, store=event.store, channel=event.channel))
        data["currency"] = event.currency
        declared = {} if programme is None else programme.plan.line_facts
        data["lines"] = [_line_data(line, decimals, declared) for line in event.lines]
        if event.tenders is not None:
            data["tenders"] = [{"method": t.method, "amount": amount_text(t.amount, decimals)} for t in event.tenders]
    if isinstance(event, MembershipStep):
        data.update(membership=event.membership, step=event.step)
    if isinstance(event, PerkUse):
        data["perk"] = event.perk
    if isinstance(event, Adjustment):
        data.update(points=event.purse, amount=amount_text(event.amount, 0), reason=event.reason, actor=event.actor)
    if isinstance(event, Transfer):
        data.update(points=event.purse, amount=amount_text(event.amount, 0), to=event.to)
    if isinstance(event, Invitation | Referred | Withdrawn):
        data.update(referral_event_data(event, zone_of(programme)))
    if isinstance(event, Won):
        prizes = {purse: amount_text(amount, 0) for purse, amount in event.prizes}
        data.update(
            rule=event.rule, ends=format_instant(event.ends, zone_of(programme)), place=event.place, prizes=prizes
        )
    if isinstance(event, Merge):
        data.update(into=event.into, reason=event.reason, actor=event.actor)
    if isinstance(event, Happening | Purchase):
        data.update(filled(facts=_facts_data(event.facts, _declared(event, programme))))
    if isinstance(event, Purchase):
        data.update(filled(redeem=[_request_data(request) for request in event.redeem], codes=list(event.codes)))
    return data


def _request_data(request: RedeemRequest) -> dict[str, Any]:
    amount = {} if request.amount is None else {"amount": amount_text(request.amount, 0)}
    return {"rule": request.rule, **amount, **filled(points=request.purse)}


def zone_of(programme: Programme | None) -> Zone:
    """The zone in which instants are written."""
    return zone("UTC") if programme is None else programme.plan.timeline.zone


def filled(**fields: object) -> dict[str, object]:
    """The fields that are not empty."""
    return {name: value for name, value in fields.items() if value}


def _declared(event: Happening | Purchase, programme: Programme | None) -> Mapping[str, Fact]:
    """The facts of an event by name, as far as they are known."""
    if programme is None:
        return {}
    if isinstance(event, Purchase):
        return programme.plan.order_facts
    kind = programme.checked.events.get(event.name)
    return {} if kind is None else {fact.name: fact for fact in kind.facts}


def _line_data(line: Line, decimals: int, declared: Mapping[str, Fact]) -> dict[str, Any]:
    data: dict[str, Any] = {"id": line.id}
    data.update(filled(sku=line.sku, category=line.category, brand=line.brand, tags=list(line.tags)))
    data["quantity"] = amount_text(line.quantity, 0)
    for name, amount in (("price", line.price), ("amount", line.amount)):
        if amount is not None:
            data[name] = amount_text(amount, decimals)
    for name, amount in (("discount", line.discount), ("tax", line.tax)):
        if amount:
            data[name] = amount_text(amount, decimals)
    data.update(filled(facts=_facts_data(line.facts, declared), delivery=line.delivery))
    return data


def amount_text(amount: int, decimals: int) -> str:
    """Micros with at least so many decimals, and as many more as the amount has."""
    text = format_units(amount, MAX_DECIMALS)
    whole, _, fraction = text.partition(".")
    kept = max(decimals, len(fraction.rstrip("0")))
    return f"{whole}.{fraction[:kept]}" if kept else whole


def _facts_data(facts: Iterable[tuple[str, FactInput]], declared: Mapping[str, Fact]) -> dict[str, str | bool]:
    return {name: _fact_text(value, declared.get(name), f"facts.{name}") for name, value in facts}


def _fact_text(value: FactInput, fact: Fact | None, where: str) -> str | bool:
    if isinstance(value, str | bool):
        return value
    microseconds = fact is not None and fact.kind is Kind.INSTANT
    if isinstance(value, datetime) or (isinstance(value, int) and microseconds):
        return format_instant(instant_of(value, where), zone("UTC"))
    if isinstance(value, date):
        return format_date(value.toordinal())
    return amount_text(micros(value, where), 0)


def suggestion(name: str, names: Iterable[str]) -> str:
    """`; did you mean x?`, where one is near."""
    meant = nearest(name, names)
    return f"; did you mean `{meant}`?" if meant else ""
