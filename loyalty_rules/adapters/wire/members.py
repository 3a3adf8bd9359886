"""Member documents: everything that is known about a member, as versioned JSON.

The document has names where the state has names, and amounts in the purse's own decimals, so it is read and written
under a programme: of a purse or a ladder that the programme does not have nothing could be said. Counters keep their
keys and whole smallest units, whatever programme made them; one that this programme does not know is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import gcd
from typing import Any, Final

from loyalty_rules.adapters.wire.choices import choices_of, chosen_data, chosen_of, open_data
from loyalty_rules.adapters.wire.events import dumped, filled, suggestion
from loyalty_rules.adapters.wire.fields import validated
from loyalty_rules.adapters.wire.memberships import subscriptions_data, subscriptions_of
from loyalty_rules.adapters.wire.models import (
    CoreModel,
    MemberModel,
    StandingModel,
)
from loyalty_rules.adapters.wire.optingin import opted_of
from loyalty_rules.adapters.wire.paymentmodels import MAX_DEBITS
from loyalty_rules.adapters.wire.payments import since_of
from loyalty_rules.adapters.wire.periodsums import sum_data, sum_of
from loyalty_rules.adapters.wire.pursemodels import MAX_BUCKETS, MAX_LOTS, LotModel, PurseModel
from loyalty_rules.adapters.wire.reading import MEMBERS, Plain, read_json, written
from loyalty_rules.adapters.wire.records import record_data, records_of
from loyalty_rules.adapters.wire.referrals import invited_data, invited_of
from loyalty_rules.adapters.wire.reserved import reserved_data, reserved_of
from loyalty_rules.amounts import MAGNITUDE_LIMIT, format_units
from loyalty_rules.calendar import Zone, format_date, format_instant, zone
from loyalty_rules.engine.receive import typed
from loyalty_rules.errors import InputError, expect, shown
from loyalty_rules.lang.checked import Ladder
from loyalty_rules.lang.conditions import Fact, Kind
from loyalty_rules.member import NEVER, Counter, FactValue, Invited, Lot, MemberState, Purse, Seen, Standing, Waits
from loyalty_rules.programme import Programme

#: The version of the document that this package writes, and the only one it reads.
FORMAT: Final = 1

_LONG: Final = re.compile(r"(-?)([0-9]{1,19})(?:\.([0-9]{1,6}))?")
_RATIO: Final = re.compile(r"(-?[0-9]{1,40})/([1-9][0-9]{0,39})")


def read_member(text: str | bytes, programme: Programme) -> MemberState:
    """A member out of its document. `read_member(write_member(m, p), p) == m`.

    Raises `InputError` with the path: what `read_json` and the fields' readers raise, `wire.unknown_field` and its
    siblings, `member.purse`, `member.ladder`, `member.level`, `member.membership`, `member.segment` and `fact.…` for
    names that the programme does not have, `member.inconsistent` where parts do not add up or an order is broken,
    `limit.number`.
    """
    return member_of(read_json(text, MEMBERS), programme)


def member_of(data: Plain, programme: Programme) -> MemberState:
    """A member out of plain data that `read_json` gave. Raises `InputError` like `read_member`."""
    document = validated(MemberModel, data)
    core = document.core
    programme = programme.editions[programme.succession.place_known(core.programme, core.clock or 0)]
    counters = tuple(_counter(key, buckets) for key, buckets in sorted(core.counters.items()))
    if sum(len(counter.buckets) for counter in counters) > MAX_BUCKETS:
        raise InputError("limit.list", f"at most {MAX_BUCKETS} sums in all counters", "core.counters")
    return MemberState(
        member=core.member,
        programme=core.programme,
        clock=core.clock or 0,
        decisions=core.decisions,
        joined=core.joined,
        facts=_member_facts(core, programme),
        segments=_segments(core, programme),
        purses=tuple(_purse(name, purse, core, programme) for name, purse in sorted(core.purses.items())),
        counters=counters,
        standings=tuple(_standing(name, read, programme) for name, read in sorted(core.standings.items())),
        first_order=core.first_order,
        last_order=core.last_order,
        seen=_seen(core),
        memberships=tuple(subscriptions_of(core.memberships, core.clock or 0, programme)),
        opted=tuple(opted_of(core.opted_in, core.clock or 0)),
        choices=choices_of(core.choices, core.clock or 0, programme),
        chosen=chosen_of(core.chosen, core.clock or 0),
        invited=_invited(core, programme),
        invites=core.invites,
        records=records_of(document.records, core.clock or 0, core.decisions),
        merged=core.merged or "",
    )


def _member_facts(core: CoreModel, programme: Programme) -> tuple[tuple[str, FactValue], ...]:
    exponent = programme.checked.exponent
    facts: list[tuple[str, FactValue]] = []
    for name, value in sorted(core.facts.items()):
        fact = _declared(name, programme.plan.member_facts)
        facts.append((name, typed(fact, value, exponent, f"core.facts.{name}")))
    return tuple(facts)


def _invited(core: CoreModel, programme: Programme) -> Invited | None:
    exponent, declared = programme.checked.exponent, programme.plan.member_facts

    def value(name: str, text: str) -> FactValue:
        where = f"core.invited.facts.{shown(name)}"
        return typed(_declared(name, declared), text, exponent, where)

    return invited_of(core.invited, core.clock or 0, value)


def _declared(name: str, declared: Mapping[str, Fact]) -> Fact:
    if name in declared:
        return declared[name]
    message = f"the fact `{shown(name)}` is not declared{suggestion(name, declared)}"
    raise InputError("fact.unknown", message, f"core.facts.{shown(name)}")


def _segments(core: CoreModel, programme: Programme) -> tuple[str, ...]:
    supplied = {name for name, segment in programme.checked.segments.items() if not segment.when}
    for place, name in enumerate(core.segments):
        if name not in supplied:
            message = f"the host supplies no segment `{shown(name)}`{suggestion(name, sorted(supplied))}"
            raise InputError("member.segment", message, f"core.segments[{place}]")
    _check_order(core.segments, "core.segments", strict=True)
    return tuple(core.segments)


def _purse(name: str, read: PurseModel, core: CoreModel, programme: Programme) -> Purse:
    where = f"core.purses.{shown(name)}"
    declared = programme.checked.purses.get(name)
    if declared is None:
        message = f"the programme has no purse `{shown(name)}`{suggestion(name, programme.checked.purses)}"
        raise InputError("member.purse", message, where)
    lots = tuple(
        _lot(lot, declared.decimals, core.decisions, f"{where}.lots[{place}]") for place, lot in enumerate(read.lots)
    )
    _check_order([(lot.earned, lot.number) for lot in lots], f"{where}.lots", strict=False)
    if lots and lots[-1].earned > (core.clock or 0):
        raise InputError("member.inconsistent", "no lot is earned later than the clock", f"{where}.lots")
    if sum(lot.left for lot in lots) >= MAGNITUDE_LIMIT:
        raise InputError("limit.number", "a purse holds less than 2^62 units", where)
    remainders = tuple(
        (rule, *_ratio(ratio, f"{where}.remainders.{shown(rule)}")) for rule, ratio in sorted(read.remainders.items())
    )
    debt = _smallest(read.debt, declared.decimals, f"{where}.debt")
    if debt < 0:
        raise InputError("limit.number", "a debt is not below 0", f"{where}.debt")
    reserved = reserved_of(read.reserved, read.debits, core.clock or 0, where)
    sums = tuple(sum_of(one, core.decisions, f"{where}.sums[{place}]") for place, one in enumerate(read.sums))
    _check_order([(one.rule, one.number) for one in sums], f"{where}.sums", strict=True)
    return Purse(name, lots, remainders, read.active, debt, sums, reserved)


def _lot(read: LotModel, decimals: int, decisions: int, where: str) -> Lot:
    left = _units(read.left, decimals, f"{where}.left")
    parts = tuple(
        (rule, _units(units, decimals, f"{where}.parts.{shown(rule)}")) for rule, units in sorted(read.parts.items())
    )
    if sum(units for _, units in parts) != left:
        raise InputError("member.inconsistent", "the parts of a lot add up to what is left of it", where)
    if read.number > decisions + 1:  # time that passes gives under the number of the next decision
        raise InputError("member.inconsistent", "a lot has the number of a decision that was made", f"{where}.number")
    usable = NEVER if read.usable is None else read.usable
    if not read.earned <= usable:
        raise InputError("member.inconsistent", "a lot is not usable before it is earned", where)
    if (read.waits is None) != (read.usable is not None):
        raise InputError("member.inconsistent", "a lot has an instant from which it is usable, or waits for one", where)
    waits = None if read.waits is None else Waits(read.waits.event, read.waits.order, read.waits.rule)
    idle = tuple(read.idle)
    _check_order(idle, f"{where}.idle", strict=True)
    if any(min(length) < 0 or (length[0] > 0) == (length[1] > 0) for length in idle):
        raise InputError("member.inconsistent", "a length is in days or in months", f"{where}.idle")
    latest = NEVER if read.latest is None else read.latest
    if latest < read.expires or (latest != NEVER and not idle):
        raise InputError("member.inconsistent", "only activity moves an end, and not beyond the latest", where)
    ends = (read.expires, left, parts, idle, latest, read.overdue, waits, since_of(read.since, read.earned, where))
    return Lot(read.number, read.earned, usable, *ends)


def _smallest(text: str, decimals: int, where: str) -> int:
    """A decimal string of up to 19 digits before the point: a member's sums grow larger than what one event carries."""
    found = _LONG.fullmatch(text)
    if found is None:
        raise InputError("number.syntax", f"a number is digits, with a point before decimals: {shown(text)}", where)
    sign, whole, fraction = found[1], found[2], found[3] or ""
    if len(fraction) > decimals:
        raise InputError("number.decimals", f"at most {decimals} decimals: {shown(text)}", where)
    units = int(whole + fraction.ljust(decimals, "0"))
    if units >= MAGNITUDE_LIMIT:
        raise InputError("limit.number", f"less than 2^62 smallest units: {shown(text)}", where)
    return -units if sign else units


def _units(text: str, decimals: int, where: str) -> int:
    units = _smallest(text, decimals, where)
    if units <= 0:
        raise InputError("limit.number", "units of a lot are above 0", where)
    return units


def _ratio(text: str, where: str) -> tuple[int, int]:
    found = _RATIO.fullmatch(text)
    numerator, denominator = (0, 1) if found is None else (int(found[1]), int(found[2]))
    if not numerator or gcd(numerator, denominator) != 1:
        raise InputError("number.syntax", "a remainder is written like 1/3, in lowest terms, and is not 0", where)
    return numerator, denominator


def _counter(key: str, buckets: Iterable[tuple[int, str]]) -> Counter:
    where = f"core.counters.{shown(key)}"
    read = [(bucket, _smallest(net, 0, where)) for bucket, net in buckets]
    if not read or any(net == 0 for _, net in read):
        raise InputError("member.inconsistent", "a counter has sums, and none of them is 0", where)
    _check_order([bucket for bucket, _ in read], where, strict=True)
    return Counter(key, tuple(read))


def _standing(name: str, read: StandingModel, programme: Programme) -> Standing:
    where = f"core.standings.{shown(name)}"
    ladder = programme.checked.ladders.get(name)
    if ladder is None:
        message = f"the programme has no ladder `{shown(name)}`{suggestion(name, programme.checked.ladders)}"
        raise InputError("member.ladder", message, where)
    _check_order(read.scheduled, f"{where}.scheduled", strict=True)
    _check_level(read.level, ladder, f"{where}.level")
    for place, (_, level) in enumerate(read.scheduled):
        _check_level(level, ladder, f"{where}.scheduled[{place}]")
    if read.falls is not None:
        _check_level(read.falls[1], ladder, f"{where}.falls")
    _check_level(read.best, ladder, f"{where}.best")
    taken = _smallest(read.taken, 0, f"{where}.taken")
    if taken < 0:
        raise InputError("member.inconsistent", "levels never give back more than they took", f"{where}.taken")
    _check_order(read.floors, f"{where}.floors", strict=True)
    for place, (_, level) in enumerate(read.floors):
        _check_level(level, ladder, f"{where}.floors[{place}]")
    history = tuple((0 if at == NEVER else at, level) for at, level in read.history)
    _check_order([at for at, _ in history], f"{where}.history", strict=False)
    return Standing(
        ladder=name,
        level=read.level,
        since=read.since or 0,
        scheduled=tuple(read.scheduled),
        falls=read.falls,
        anew=read.anew or 0,
        best=read.best,
        taken=taken,
        floors=tuple(read.floors),
        history=history,
    )


def _check_level(level: str, ladder: Ladder, where: str) -> None:
    names = [found.name for found in ladder.levels]
    if level not in ("", ladder.base, *names):
        message = f"the ladder `{ladder.name}` has no level `{shown(level)}`{suggestion(level, names)}"
        raise InputError("member.level", message, where)


def _seen(core: CoreModel) -> tuple[Seen, ...]:
    seen = tuple(Seen(*entry) for entry in core.seen)
    if len({event.id for event in seen}) != len(seen):
        raise InputError("member.inconsistent", "an event stands twice among those seen", "core.seen")
    if any(event.at > (core.clock or 0) for event in seen):
        raise InputError("member.inconsistent", "no event that was seen is later than the clock", "core.seen")
    return seen


def _check_order(values: Iterable[Any], where: str, *, strict: bool) -> None:
    if any(later < earlier or (strict and later == earlier) for earlier, later in pairwise(values)):
        raise InputError("member.inconsistent", "this list is not in ascending order", where)


# ---------------------------------------------------------------- writing


def write_member(member: MemberState, programme: Programme) -> str:
    """The document of a member as one line of canonical JSON: fixed order of fields, names in order, defaults left out.

    Raises `InputError`: `member.purse` and `fact.unknown` for what the programme does not have, `limit.list`,
    `limit.size` and `limit.items` where the document would be larger than what is read.
    """
    expect(member, MemberState, "a member state is")
    expect(programme, Programme, "a programme is")
    sums = sum(len(counter.buckets) for counter in member.counters)
    if sums > MAX_BUCKETS or any(len(purse.lots) > MAX_LOTS for purse in member.purses):
        message = f"a member has at most {MAX_LOTS} lots in a purse and {MAX_BUCKETS} sums in all counters"
        raise InputError("limit.list", message, member.member)
    if any(sum(len(one.debits) for one in purse.reserved) > MAX_DEBITS for purse in member.purses):
        message = f"what is set aside of a purse comes from at most {MAX_DEBITS} lots"
        raise InputError("limit.list", message, member.member)
    return written(dumped(member_data(member, programme)), MEMBERS, ": let orders come back for a shorter time")


def member_data(member: MemberState, programme: Programme) -> dict[str, Any]:
    """The document as plain data, in the names of the edition in which the member stands."""
    programme = programme.edition_of(member)
    declared, exponent = programme.plan.member_facts, programme.checked.exponent

    def instant(value: int) -> str:
        return "never" if value == NEVER else format_instant(value, programme.plan.timeline.zone)

    core: dict[str, Any] = {"member": member.member, "programme": member.programme}
    if member.clock:
        core["clock"] = instant(member.clock)
    core["decisions"] = member.decisions
    if member.joined is not None:
        core["joined"] = instant(member.joined)
    facts = {name: fact_text(value, _declared(name, declared), exponent) for name, value in member.facts}
    core.update(filled(facts=facts, segments=list(member.segments)))
    core.update(filled(purses={purse.name: _purse_data(purse, programme) for purse in member.purses}))
    counters = {c.key: [[bucket, str(net)] for bucket, net in c.buckets] for c in member.counters}
    core.update(filled(counters=counters))
    standings: dict[str, Any] = {}
    for standing in member.standings:
        standings[standing.ladder] = {"level": standing.level}
        if standing.since:
            standings[standing.ladder]["since"] = instant(standing.since)
        history = [[instant(at or NEVER), level] for at, level in standing.history]
        more = filled(**decided_later(standing, programme), best=standing.best, history=history)
        standings[standing.ladder].update(more)
        if standing.taken:
            standings[standing.ladder]["taken"] = str(standing.taken)
        if standing.anew:
            standings[standing.ladder]["anew"] = instant(standing.anew)
    zone = programme.plan.timeline.zone
    core.update(filled(standings=standings, memberships=subscriptions_data(member.memberships, zone)))
    core.update(filled(opted_in={rule: instant(at) for rule, at in member.opted}, invites=member.invites))
    core.update(filled(choices=[open_data(one, programme) for one in member.choices]))
    core.update(filled(chosen=chosen_data(member.chosen, zone)))
    compared = () if member.invited is None else member.invited.facts
    told = {name: str(fact_text(value, _declared(name, declared), exponent)) for name, value in compared}
    core.update(filled(invited=invited_data(member.invited, zone, told)))
    for name, day in (("first_order", member.first_order), ("last_order", member.last_order)):
        if day is not None:
            core[name] = format_date(day)
    seen = [[seen.id, instant(seen.at), seen.digest] for seen in member.seen]
    core.update(filled(seen=seen, merged=member.merged))
    return {"format": FORMAT, "core": core, "records": [record_data(record, zone) for record in member.records]}


def decided_later(standing: Standing, programme: Programme) -> dict[str, Any]:
    """What is decided of a level for a later instant: levels that begin, and one that falls."""
    zone = programme.plan.timeline.zone
    scheduled = [[format_instant(at, zone), level] for at, level in standing.scheduled]
    falls = [format_instant(standing.falls[0], zone), standing.falls[1]] if standing.falls is not None else []
    floors = [["never" if at == NEVER else format_instant(at, zone), level] for at, level in standing.floors]
    return {"floors": floors, "scheduled": scheduled, "falls": falls}


def _purse_data(purse: Purse, programme: Programme) -> dict[str, Any]:
    declared = programme.checked.purses.get(purse.name)
    if declared is None:
        raise InputError("member.purse", f"the programme has no purse `{shown(purse.name)}`", "purses")
    zone = programme.plan.timeline.zone
    lots = [
        {
            "number": lot.number,
            "earned": format_instant(lot.earned, zone),
            **({} if lot.waits else {"usable": format_instant(lot.usable, zone)}),
            "expires": end_text(lot.expires, zone),
            "left": format_units(lot.left, declared.decimals),
            "parts": parts_text(lot.parts, declared.decimals),
            **filled(idle=[list(length) for length in lot.idle]),
            **({} if lot.latest == NEVER else {"latest": end_text(lot.latest, zone)}),
            **({"overdue": True} if lot.overdue else {}),
            **({} if lot.waits is None else {"waits": filled(**lot.waits._asdict())}),
            **({} if not lot.since else {"since": format_instant(lot.since, zone)}),
        }
        for lot in purse.lots
    ]
    remainders = {rule: f"{numerator}/{denominator}" for rule, numerator, denominator in purse.remainders}
    debt = format_units(purse.debt, declared.decimals) if purse.debt else ""
    sums = [sum_data(one, zone) for one in purse.sums]
    active = {} if purse.active is None else {"active": format_date(purse.active)}
    reserved = reserved_data(purse.reserved, zone)
    return {"lots": lots, **filled(remainders=remainders, debt=debt, sums=sums), **active, **filled(**reserved)}


def end_text(instant: int, zone: Zone) -> str:
    """When something ends, or `never`."""
    return "never" if instant == NEVER else format_instant(instant, zone)


def parts_text(parts: Iterable[tuple[str, int]], decimals: int) -> Mapping[str, str]:
    """Units by rule as decimal strings."""
    return {rule: format_units(units, decimals) for rule, units in parts}


def fact_text(value: FactValue, fact: Fact, exponent: int) -> str | bool:
    """A checked fact as events and members carry it; a yearly date stands in the year 2000, which has every day."""
    match value:
        case bool() | str():
            return value
        case (month, day):
            return f"2000-{month:02d}-{day:02d}"
    match fact.kind:
        case Kind.MONEY:
            return format_units(value, exponent)
        case Kind.DATE:
            return format_date(value)
        case Kind.INSTANT:
            return format_instant(value, zone("UTC"))
        case _:
            text = format_units(value, 6)
            return text.rstrip("0").rstrip(".")
