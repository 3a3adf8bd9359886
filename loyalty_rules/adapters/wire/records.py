"""Records of orders as JSON. Amounts are whole smallest units: a record is kept whatever programme reads the member,
and only the one that made it can say what they are units of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from math import gcd
from typing import Any, Final

from loyalty_rules.adapters.wire.discounts import gifts_data, gifts_of
from loyalty_rules.adapters.wire.events import filled
from loyalty_rules.adapters.wire.payments import payments_data, payments_of
from loyalty_rules.adapters.wire.recordmodels import (
    RecordedAwardModel,
    RecordedLineModel,
    RecordedMemberModel,
    RecordModel,
    Typed,
)
from loyalty_rules.adapters.wire.shared import uses_data, uses_of
from loyalty_rules.amounts import MAGNITUDE_LIMIT
from loyalty_rules.calendar import Zone, format_date, format_instant
from loyalty_rules.errors import InputError, shown
from loyalty_rules.lang.checked import Place
from loyalty_rules.member import NEVER, FactValue
from loyalty_rules.records import Record, RecordedAward, RecordedLine, RecordedMember, RecordedOrder

_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
_DAY: Final = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
_RATIO: Final = re.compile(r"(-?[0-9]{1,40})/([1-9][0-9]{0,39})")
_PLACES: Final = frozenset(place.value for place in Place)


def records_of(read: list[RecordModel], clock: int, decisions: int) -> tuple[Record, ...]:
    """The records of a member document. Raises `InputError` (`member.inconsistent`, `number.syntax`) with the path."""
    found = tuple(_record(record, f"records[{place}]") for place, record in enumerate(read))
    for place, record in enumerate(found):
        if record.at > clock or record.number > decisions or record.until <= record.at:
            raise _inconsistent(
                "an order was decided before now, and may come back later than that", f"records[{place}]"
            )
    if any((later.at, later.number) <= (earlier.at, earlier.number) for earlier, later in pairwise(found)):
        raise _inconsistent("records stand in the order of their instants", "records")
    return found


def _record(read: RecordModel, where: str) -> Record:
    if read.day is None:
        raise InputError("wire.missing_field", "the field `day` is missing", where)
    if read.referred and (read.friend is None or read.inviter is None):
        raise _inconsistent("a record with referrals says whose they are", where)
    lines = tuple(_line(line, f"{where}.lines[{place}]") for place, line in enumerate(read.lines))
    return Record(
        order=read.order,
        number=read.number,
        at=read.at,
        day=read.day,
        until=read.until,
        programme=read.programme,
        told=RecordedOrder(
            read.store,
            read.channel,
            read.merchant,
            None if read.tenders is None else tuple(read.tenders),
            _facts(read.facts, f"{where}.facts"),
            tuple(read.codes),
        ),
        lines=lines,
        referred=tuple(read.referred),
        friend=read.friend or "",
        inviter=read.inviter or "",
        chosen_for=read.chosen_for or "",
        currency=read.currency,
        known=_known(read.known, f"{where}.known"),
        awards=tuple(_award(one, len(lines), f"{where}.awards[{place}]") for place, one in enumerate(read.awards)),
        counts=tuple(read.counts),
        used=tuple(read.used),
        previous=read.previous,
        gifts=gifts_of(read.gifts, lines, f"{where}.gifts"),
        payments=payments_of(read.payments, read.debits, [line.payable for line in lines], where),
        budgets=uses_of(read.budgets, f"{where}.budgets"),
    )


def _line(read: RecordedLineModel, where: str) -> RecordedLine:
    if not 0 <= read.kept <= read.quantity or read.quantity == 0:
        raise _inconsistent("of a line is kept what was bought, or less", f"{where}.kept")
    if min(read.list_price, read.after_discounts, read.tax, read.payable) < 0 or read.unit_price[1] <= 0:
        raise _inconsistent("amounts of a line are not below 0", where)
    return RecordedLine(
        read.id,
        read.sku,
        read.category,
        read.brand,
        tuple(read.tags),
        read.quantity,
        read.kept,
        read.weighed,
        read.unit_price,
        read.list_price,
        read.after_discounts,
        read.tax,
        read.payable,
        read.delivery,
        _facts(read.facts, f"{where}.facts"),
        tuple(read.paid),
        tuple(read.discounts),
    )


def _known(read: RecordedMemberModel, where: str) -> RecordedMember:
    return RecordedMember(
        facts=_facts(read.facts, f"{where}.facts"),
        segments=tuple(read.segments),
        joined=read.joined,
        first_order=read.first_order,
        last_order=read.last_order,
        counters=tuple((key, tuple(sums)) for key, sums in sorted(read.counters.items())),
        balances=tuple((name, _whole(units, f"{where}.balances")) for name, units in sorted(read.balances.items())),
        held=tuple((name, _whole(units, f"{where}.held")) for name, units in sorted(read.held.items())),
        levels=tuple(read.levels),
        changed=tuple(read.changed),
        stood=tuple(read.stood),
        remainders=tuple((purse, rule, *_ratio(text, f"{where}.remainders")) for purse, rule, text in read.remainders),
        sums=tuple((purse, rule, *_ratio(text, f"{where}.sums")) for purse, rule, text in read.sums),
        memberships=tuple((name, int(counts), year) for name, counts, year in read.memberships),
        opted=tuple(read.opted_in),
        chosen=tuple((name, tuple(sets)) for name, sets in sorted(read.chosen.items())),
        buckets=tuple(read.buckets),
        invited=None if read.invited is None else tuple(read.invited),
    )


def _award(read: RecordedAwardModel, lines: int, where: str) -> RecordedAward:
    grid = tuple((line, tuple(units)) for line, units in read.grid)
    if any(not -1 <= line < lines or len(units) != len(read.names) for line, units in grid):
        raise _inconsistent("a row names a line of the order, with units of each name", f"{where}.grid")
    if read.place not in _PLACES:
        raise _inconsistent("`place` names where a purse rounds", f"{where}.place")
    if read.scale <= 0 or any(abs(sum(units)) >= MAGNITUDE_LIMIT * read.scale for _, units in grid):
        raise _inconsistent("a row holds less than 2^62 smallest units, times `scale`", f"{where}.grid")
    if read.since and (len(read.since) != lines or min(read.since) < 0):
        raise _inconsistent("`since` has what was kept of each line", f"{where}.since")
    if read.most and (len(read.most) != len(read.names) or min(read.most) < -1):
        raise _inconsistent("`most` has a bound for each name, or -1", f"{where}.most")
    funding = tuple(read.funding)
    if sorted({partner for partner, _ in funding}) != [partner for partner, _ in funding]:
        raise _inconsistent("`funding` has each partner once, by name", f"{where}.funding")
    if any(units <= 0 for _, units in funding) or sum(units for _, units in funding) > max(read.given, 0):
        raise _inconsistent("partners pay for what was given, or less", f"{where}.funding")
    # A boost after rounding may take units away: then both are below zero.
    within = min(read.given, 0) <= read.holds <= max(read.given, 0)
    if not within or min(read.gone, read.expired, read.short) < 0:
        raise _inconsistent("an award holds what was given, or less", where)
    return RecordedAward(
        read.rule,
        read.points,
        read.place,
        tuple(read.names),
        grid,
        read.scale,
        read.usable,
        read.expires,
        read.given,
        read.holds,
        read.gone,
        read.expired,
        read.short,
        tuple(read.since),
        tuple(read.most),
        read.called,
        funding,
    )


def _facts(read: Iterable[tuple[str, str, str]], where: str) -> tuple[tuple[str, FactValue], ...]:
    return tuple((name, _fact(kind, text, f"{where}.{shown(name)}")) for name, kind, text in read)


def _fact(kind: str, text: str, where: str) -> FactValue:
    match kind:
        case "number":
            return _whole(text, where)
        case "yes_no" if text in ("true", "false"):
            return text == "true"
        case "day" if found := _DAY.fullmatch(text):
            return int(found[1]), int(found[2])
        case "text":
            return text
        case _:
            raise InputError("wire.value", "this value is not allowed here", where)


def _whole(text: str, where: str) -> int:
    if _WHOLE.fullmatch(text) is None:
        raise InputError("number.syntax", f"whole smallest units are expected: {shown(text)}", where)
    return int(text)


def _ratio(text: str, where: str) -> tuple[int, int]:
    found = _RATIO.fullmatch(text)
    if found is None or gcd(int(found[1]), int(found[2])) != 1:
        raise InputError("number.syntax", "a remainder is written like 1/3, in lowest terms", where)
    return int(found[1]), int(found[2])


def _inconsistent(message: str, where: str) -> InputError:
    return InputError("member.inconsistent", message, where)


# ---------------------------------------------------------------- writing


def record_data(record: Record, zone: Zone) -> dict[str, Any]:
    """A record as plain data, defaults left out."""
    told = record.told
    data: dict[str, Any] = {"order": record.order, "number": record.number}
    data |= {"at": format_instant(record.at, zone), "day": format_date(record.day)}
    data |= {"until": format_instant(record.until, zone), "programme": record.programme}
    data |= filled(store=told.store, channel=told.channel, merchant=told.merchant)
    if told.tenders is not None:
        data["tenders"] = list(told.tenders)
    data |= filled(facts=_facts_data(told.facts), codes=list(told.codes))
    data |= filled(lines=[_line_data(line) for line in record.lines], referred=list(record.referred))
    data |= filled(friend=record.friend, inviter=record.inviter)
    data |= filled(chosen_for=record.chosen_for, currency=record.currency)
    data |= filled(known=_known_data(record.known, zone), awards=[_award_data(award, zone) for award in record.awards])
    data |= filled(counts=_counts_data(record.counts), used=_counts_data(record.used), previous=_date(record.previous))
    data |= filled(**payments_data(record.payments, zone), budgets=uses_data(record.budgets))
    data |= filled(gifts=gifts_data(record.gifts))
    return data


def _line_data(line: RecordedLine) -> dict[str, Any]:
    data: dict[str, Any] = {"id": line.id}
    data |= filled(sku=line.sku, category=line.category, brand=line.brand, tags=list(line.tags))
    data |= {"quantity": str(line.quantity), "kept": str(line.kept), **filled(weighed=line.weighed)}
    data["unit_price"] = [str(number) for number in line.unit_price]
    for name in ("list_price", "after_discounts", "tax", "payable"):
        data[name] = str(getattr(line, name))
    data |= filled(delivery=line.delivery, facts=_facts_data(line.facts))
    data |= filled(paid=[[method, str(units)] for method, units in line.paid])
    return data | filled(discounts=[[offer, str(units)] for offer, units in line.discounts])


def _known_data(known: RecordedMember, zone: Zone) -> dict[str, Any]:
    counters = {key: [[bucket, str(net)] for bucket, net in sums] for key, sums in known.counters}
    return filled(
        facts=_facts_data(known.facts),
        segments=list(known.segments),
        joined=_date(known.joined),
        first_order=_date(known.first_order),
        last_order=_date(known.last_order),
        counters=counters,
        balances={name: str(units) for name, units in known.balances},
        held={name: str(units) for name, units in known.held},
        levels=[list(one) for one in known.levels],
        stood=[[ladder, rank, had, str(taken)] for ladder, rank, had, taken in known.stood],
        changed=[[ladder, format_instant(since, zone)] for ladder, since in known.changed],
        remainders=[[purse, rule, f"{top}/{bottom}"] for purse, rule, top, bottom in known.remainders],
        sums=[[purse, rule, f"{top}/{bottom}"] for purse, rule, top, bottom in known.sums],
        memberships=[[name, bool(counts), format_instant(year, zone)] for name, counts, year in known.memberships],
        opted_in=[[rule, format_instant(since, zone)] for rule, since in known.opted],
        chosen={name: list(sets) for name, sets in known.chosen},
        buckets=[list(one) for one in known.buckets],
    ) | ({} if known.invited is None else {"invited": list(known.invited)})


def _award_data(award: RecordedAward, zone: Zone) -> dict[str, Any]:
    data: dict[str, Any] = {"rule": award.rule, "points": award.purse, "place": award.place, "names": list(award.names)}
    data["grid"] = [[line, [str(units) for units in row]] for line, row in award.grid]
    if award.scale != 1:
        data["scale"] = str(award.scale)
    data["usable"] = "never" if award.usable == NEVER else format_instant(award.usable, zone)
    data["expires"] = "never" if award.expires == NEVER else format_instant(award.expires, zone)
    data |= {"given": str(award.given), "holds": str(award.holds)}
    for name in ("gone", "expired", "short"):
        if getattr(award, name):
            data[name] = str(getattr(award, name))
    since, most = [str(kept) for kept in award.since], [str(units) for units in award.most]
    funding = [[partner, str(units)] for partner, units in award.funding]
    return data | filled(since=since, most=most, called=award.called, funding=funding)


def _facts_data(facts: Iterable[tuple[str, FactValue]]) -> list[Typed]:
    return [(name, *_fact_data(value)) for name, value in facts]


def _fact_data(value: FactValue) -> Any:
    match value:
        case bool():
            return "yes_no", "true" if value else "false"
        case int():
            return "number", str(value)
        case str():
            return "text", value
        case month, day:
            return "day", f"{month}-{day}"


def _counts_data(counts: Iterable[tuple[str, int, int]]) -> list[list[Any]]:
    return [[key, bucket, str(amount)] for key, bucket, amount in counts]


def _date(day: int | None) -> str:
    return "" if day is None else format_date(day)
