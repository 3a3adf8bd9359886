"""Merging: all that one member has becomes another's, who goes on as if it had always been so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import check_magnitude
from loyalty_rules.decision import AccountMerged, Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Absorbed, Merge
from loyalty_rules.lang.conditions import WindowKind
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import MemberState, Purse, Seen, Standing
from loyalty_rules.records import Record
from loyalty_rules.settlement.knowing import recorded_numbers
from loyalty_rules.settlement.ranks import held_rank
from loyalty_rules.settlement.recording import MAX_RECORDS, current

#: Buckets of these windows are counted from the member's own joining date.
_FROM_JOINING: Final = frozenset({WindowKind.YEAR_JOINED, WindowKind.SINCE_JOINING})


def check(event: Merge) -> None:
    """Raises `InputError` for a merge that makes no sense: `merge.self`, `merge.unsigned`."""
    if event.into == event.member:
        raise InputError("merge.self", "a member is merged into another one", "into")
    for name, value in (("reason", event.reason), ("actor", event.actor)):
        if not value.strip():
            raise InputError("merge.unsigned", "a merge says why it is made and who makes it", name)


def emptied(member: MemberState, event: Merge, effects: list[Effect]) -> MemberState:
    """The member who has gone: everything that was collected and counted is with the other one."""
    for purse in member.purses:
        _told(purse, -1, event.into, event.at, effects)
    return member._replace(
        purses=(), counters=(), standings=(), records=(), first_order=None, last_order=None, joined=None
    )


def absorbed(plan: Plan, member: MemberState, event: Absorbed, effects: list[Effect]) -> MemberState:
    """The member who stays, with all that the other one had. Decisions of the other one come to be numbered behind its
    own, and with them lots and orders. Raises `DecisionError` (`merge.orders`) where both have an order of one id that
    may still come back."""
    member, gone = current(member, event.at), current(_renumbered(event.state, member.decisions), event.at)
    same = {record.order for record in member.records} & {record.order for record in gone.records}
    if same:
        raise DecisionError("merge.orders", f"both members have an order `{min(same)}` that may still come back")
    for purse in gone.purses:
        _told(purse, 1, gone.member, event.at, effects)
    records = _records(member, gone)
    stays = _joined_first(member, gone)
    after = member._replace(
        decisions=member.decisions + gone.decisions,
        joined=stays.joined,
        facts=tuple(sorted({**dict(gone.facts), **dict(member.facts)}.items())),
        counters=in_order(_counters(plan, member, gone, stays)),
        standings=tuple(_standings(plan, member, gone, event.at)),
        first_order=min(filter(None, (member.first_order, gone.first_order)), default=None),
        last_order=max(filter(None, (member.last_order, gone.last_order)), default=None),
        seen=_seen(member.seen, gone.seen),
        records=records,
    )
    apart = recorded_numbers(after)
    both = {purse.name: purse for purse in member.purses}
    for purse in gone.purses:
        both[purse.name] = lots.merged(_purse(both.get(purse.name), purse), event.at, apart)
    return after._replace(purses=tuple(both[name] for name in sorted(both)))


def _told(purse: Purse, sign: int, other: str, at: int, effects: list[Effect]) -> None:
    held = lots.total(purse)
    if held or purse.debt:
        effects.append(AccountMerged(purse.name, sign * held, sign * purse.debt, other, at))


def _renumbered(member: MemberState, by: int) -> MemberState:
    """The member with its decisions, and so its lots and orders, numbered behind so many others."""
    purses = (
        purse._replace(lots=tuple(lot._replace(number=lot.number + by) for lot in purse.lots))
        for purse in member.purses
    )
    records = tuple(record._replace(number=record.number + by) for record in member.records)
    return member._replace(purses=tuple(purses), records=records)


def _joined_first(member: MemberState, gone: MemberState) -> MemberState:
    """Of the two the one whose joining date stays: the earlier one."""
    if gone.joined is not None and (member.joined is None or gone.joined < member.joined):
        return gone
    return member


def _counters(
    plan: Plan, member: MemberState, gone: MemberState, stays: MemberState
) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Sums of both, date by date. What is counted from a joining date is that of the member whose date stays."""
    from_joining = {one.key for one in plan.kept_measures if one.window.kind in _FROM_JOINING}
    from_joining |= {key for key, window in plan.windows_of_rules.items() if window.kind in _FROM_JOINING}
    found = by_key(member.counters)
    for key, buckets in by_key(gone.counters).items():
        if key in from_joining:
            continue
        for bucket, net in buckets:
            found[key] = added(found.get(key, ()), bucket, net, min(0, bucket))
    if stays is gone:
        mine = by_key(gone.counters)
        found |= {key: mine.get(key, ()) for key in from_joining}
    return found


def _standings(plan: Plan, member: MemberState, gone: MemberState, at: int) -> Iterable[Standing]:
    """On each ladder the higher of the two levels with all that is decided of it, the one who stays before the other;
    what levels took of a counter adds up, as the counter does."""
    mine, theirs = ({one.ladder: one for one in found.standings} for found in (member, gone))
    for name in sorted({*mine, *theirs}):
        own, other = mine.get(name), theirs.get(name)
        if own is None or other is None:
            yield own or other or Standing(name, "", 0)
            continue
        ladder = plan.checked.ladders.get(name)
        higher = own
        if ladder is not None and held_rank(ladder, other, at) > held_rank(ladder, own, at):
            higher = other
        yield higher._replace(taken=own.taken + other.taken)


def _purse(own: Purse | None, other: Purse) -> Purse:
    if own is None:
        return other
    for lot in other.lots:
        own = lots.post(own, lot)
    remainders: dict[str, Fraction] = {}
    for rule, top, bottom in (*own.remainders, *other.remainders):
        remainders[rule] = remainders.get(rule, Fraction(0)) + Fraction(top, bottom)
    carried = tuple((rule, one.numerator, one.denominator) for rule, one in sorted(remainders.items()) if one)
    active = max((day for day in (own.active, other.active) if day is not None), default=None)
    debt = check_magnitude(own.debt + other.debt, own.name)
    return own._replace(remainders=carried, active=active, debt=debt)


def _records(member: MemberState, gone: MemberState) -> tuple[Record, ...]:
    """Orders of both that may come back, each behind the order of either that was before it."""
    found = [
        *(record._replace(previous=_before(record, gone, record.at)) for record in member.records),
        *(record._replace(previous=_before(record, member, record.at + 1)) for record in gone.records),
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.number))[-MAX_RECORDS:])


def _before(record: Record, other: MemberState, until: int) -> int | None:
    """The date of the order before this one, of those of its own member and of the other one, whose orders before
    `until` come first."""
    earlier = [one.day for one in other.records if one.at < until and not one.whole]
    later = [one.previous for one in other.records if one.at >= until]
    theirs = earlier[-1] if earlier else later[0] if later else other.last_order
    if theirs is not None and theirs > record.day:
        theirs = None
    return max((day for day in (record.previous, theirs) if day is not None), default=None)


def _seen(own: tuple[Seen, ...], other: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """Events that either knows, by instant: told again to the one who stays, they are not decided anew."""
    known = {seen.id for seen in own}
    return tuple(sorted((*own, *(seen for seen in other if seen.id not in known)), key=lambda seen: (seen.at, seen.id)))
