"""Merging: all that one member has becomes another's, who goes on as if it had always been so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from loyalty_rules.amounts import check_magnitude
from loyalty_rules.choices import ChoiceLapsed, ChosenSets, OpenChoice
from loyalty_rules.decision import AccountMerged, Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Absorbed, Merge
from loyalty_rules.lang.checked import Ladder
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import Invited, Lot, MemberState, Posted, Purse, Seen, Standing, Sum
from loyalty_rules.records import Debit, Record
from loyalty_rules.settlement.accounts import mergingdraws, mergingyears
from loyalty_rules.settlement.accounts.joining import joined_at
from loyalty_rules.settlement.chosensets import MAX_KEPT as MAX_CHOSEN
from loyalty_rules.settlement.giving.offering import MAX_OPEN
from loyalty_rules.settlement.giving.periods import place_of
from loyalty_rules.settlement.knowing import recorded_parts
from loyalty_rules.settlement.ladders.assigning import needed
from loyalty_rules.settlement.ladders.ranks import held_rank
from loyalty_rules.settlement.recording import MAX_RECORDS, current
from loyalty_rules.settlement.spending import spendable
from loyalty_rules.settlement.spending.reserving import MAX_RESERVED

_Numbered = TypeVar("_Numbered", Lot, Debit)


def check(event: Merge) -> None:
    """Raises `InputError` for a merge that makes no sense: `merge.self`, `merge.unsigned`."""
    if event.into == event.member:
        raise InputError("merge.self", "a member is merged into another one", "into")
    for name, value in (("reason", event.reason), ("actor", event.actor)):
        if not value.strip():
            raise InputError("merge.unsigned", "a merge says why it is made and who makes it", name)


def emptied(plan: Plan, member: MemberState, event: Merge, effects: list[Effect]) -> MemberState:
    """The member who has gone: everything that was collected and counted is with the other one, but for the tickets
    that were played under its own id."""
    for purse in member.purses:
        _told(purse, -1, event.into, event.at, effects)
    return member._replace(
        purses=(),
        counters=mergingdraws.kept(plan, member),
        standings=(),
        records=(),
        first_order=None,
        last_order=None,
        joined=None,
        memberships=(),
        opted=(),
        choices=(),
        chosen=(),
        invited=None,
        invites=0,
        merged=event.into,
    )


def absorbed(plan: Plan, member: MemberState, event: Absorbed, effects: list[Effect]) -> MemberState:
    """The member who stays, with all that the other one had. Decisions of the other one come to be numbered behind its
    own, and with them lots and orders. Raises `DecisionError` where both have an order of one id that may still come
    back (`merge.orders`), or a reservation of one id, or more of these than may stand (`merge.reservations`)."""
    member, gone = current(plan, member, event.at), current(plan, _renumbered(event.state, member.decisions), event.at)
    gone = _posted_together(member, gone)
    same = {record.order for record in member.records} & {record.order for record in gone.records}
    if same:
        raise DecisionError("merge.orders", f"both members have an order `{min(same)}` that may still come back")
    own, other = _reservations(member), _reservations(gone)
    if own & other:
        raise DecisionError("merge.reservations", f"both members have a reservation `{min(own & other)}` that stands")
    if len(own) + len(other) > MAX_RESERVED:
        raise DecisionError("merge.reservations", f"of both together at most {MAX_RESERVED} reservations stand")
    for purse in gone.purses:
        _told(purse, 1, gone.member, event.at, effects)
    member, gone = mergingyears.merged(plan, member, gone)
    records = _records(member, gone)
    joined = min((one for one in (member.joined, gone.joined) if one is not None), default=None)
    member, gone = (joined_at(plan, one, joined) for one in (member, gone))
    after = member._replace(
        decisions=member.decisions + gone.decisions,
        facts=tuple(sorted({**dict(gone.facts), **dict(member.facts)}.items())),
        counters=in_order(mergingdraws.merged(plan, member, gone, _counters(member, gone))),
        standings=tuple(_standings(plan, member, gone, event.at)),
        first_order=min(filter(None, (member.first_order, gone.first_order)), default=None),
        last_order=max(filter(None, (member.last_order, gone.last_order)), default=None),
        seen=_seen(member.seen, gone.seen),
        records=records,
        opted=_opted(member, gone),
        chosen=_chosen(member, gone),
        choices=_choices(member, gone, event.at, effects),
        invited=_invited(member, gone),
        invites=member.invites + gone.invites,
    )
    apart = recorded_parts(after) | recorded_parts(gone)
    both = {purse.name: purse for purse in member.purses}
    for purse in gone.purses:
        one = _purse(both.get(purse.name), purse)
        declared = plan.checked.purses[purse.name]
        if not declared.apart:
            months = spendable.months_of(plan, purse.name)
            one = lots.merged(one, event.at, apart, months, from_usable=declared.from_usable)
        both[purse.name] = one
    return after._replace(purses=tuple(both[name] for name in sorted(both)))


def _told(purse: Purse, sign: int, other: str, at: int, effects: list[Effect]) -> None:
    held = lots.total(purse)
    if held or purse.debt:
        effects.append(AccountMerged(purse.name, sign * held, sign * purse.debt, other, at))


def _reservations(member: MemberState) -> set[str]:
    return {one.id for purse in member.purses for one in purse.reserved}


# ---------- numbers of decisions


def _renumbered(member: MemberState, by: int) -> MemberState:
    """The member with its decisions, and so its lots and orders, numbered behind so many others."""
    records = (
        record._replace(
            number=record.number + by,
            payments=tuple(one._replace(debits=_debits(one.debits, by)) for one in record.payments),
        )
        for record in member.records
    )
    return member._replace(
        purses=tuple(_purse_renumbered(purse, by) for purse in member.purses), records=tuple(records)
    )


def _purse_renumbered(purse: Purse, by: int) -> Purse:
    sums = (
        one if one.posted is None else one._replace(posted=one.posted._replace(number=one.posted.number + by))
        for one in purse.sums
    )
    return purse._replace(
        lots=tuple(lot._replace(number=lot.number + by) for lot in purse.lots),
        sums=tuple(sums),
        reserved=tuple(one._replace(debits=_debits(one.debits, by)) for one in purse.reserved),
    )


def _posted_together(member: MemberState, gone: MemberState) -> MemberState:
    """The one who goes, with what was posted at an instant numbered like what was posted then to the one who stays: of
    both it is one, and goes back from the lots of either."""
    own = {(purse.name, one.at): one.number for purse in member.purses for one in _postings(purse)}
    numbers = {
        (purse.name, one.number, one.at): own[purse.name, one.at]
        for purse in gone.purses
        for one in _postings(purse)
        if (purse.name, one.at) in own
    }
    if not numbers:
        return gone

    def with_number(purse: str, one: _Numbered) -> _Numbered:
        return one._replace(number=numbers.get((purse, one.number, one.earned), one.number))

    def posted(purse: str, one: Sum) -> Sum:
        if one.posted is None:
            return one
        number = numbers.get((purse, one.posted.number, one.posted.at), one.posted.number)
        return one._replace(posted=one.posted._replace(number=number))

    purses = (
        purse._replace(
            lots=tuple(with_number(purse.name, lot) for lot in purse.lots),
            sums=tuple(posted(purse.name, one) for one in purse.sums),
            reserved=tuple(
                one._replace(debits=tuple(with_number(purse.name, debit) for debit in one.debits))
                for one in purse.reserved
            ),
        )
        for purse in gone.purses
    )
    records = (
        record._replace(
            payments=tuple(
                one._replace(debits=tuple(with_number(one.purse, debit) for debit in one.debits))
                for one in record.payments
            )
        )
        for record in gone.records
    )
    return gone._replace(purses=tuple(purses), records=tuple(records))


def _postings(purse: Purse) -> list[Posted]:
    return [one.posted for one in purse.sums if one.posted is not None]


def _debits(debits: tuple[Debit, ...], by: int) -> tuple[Debit, ...]:
    return tuple(debit._replace(number=debit.number + by) for debit in debits)


# ---------- both together


def _counters(member: MemberState, gone: MemberState) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Sums of both, date by date."""
    found = by_key(member.counters)
    for key, buckets in by_key(gone.counters).items():
        for bucket, net in buckets:
            found[key] = added(found.get(key, ()), bucket, net, min(0, bucket))
    return found


def _opted(member: MemberState, gone: MemberState) -> tuple[tuple[str, int], ...]:
    """To what either opted in, since the first of the two did."""
    since = dict(member.opted)
    for rule, at in gone.opted:
        since[rule] = min(at, since.get(rule, at))
    return tuple(sorted(since.items()))


def _choices(member: MemberState, gone: MemberState, at: int, effects: list[Effect]) -> tuple[OpenChoice, ...]:
    """What waits for either to choose; of too many, what ends first lapses."""
    waiting = sorted((*member.choices, *gone.choices))
    effects += [ChoiceLapsed(one.rule, at) for one in waiting[:-MAX_OPEN]]
    return tuple(waiting[-MAX_OPEN:])


def _chosen(member: MemberState, gone: MemberState) -> tuple[ChosenSets, ...]:
    """What either chose of product sets, in the order of time: the later one of the two holds."""
    found: list[ChosenSets] = []
    together = {(one.products, one.at): one for one in (*gone.chosen, *member.chosen)}
    for name in sorted({one.products for one in together.values()}):
        found += sorted(one for one in together.values() if one.products == name)[-MAX_CHOSEN:]
    return tuple(found)


def _invited(member: MemberState, gone: MemberState) -> Invited | None:
    """By whom either was invited, the one who stays before the other; not by one of the two."""
    found = (one for one in (member.invited, gone.invited) if one is not None)
    return next((one for one in found if one.by not in (member.member, gone.member)), None)


def _standings(plan: Plan, member: MemberState, gone: MemberState, at: int) -> Iterable[Standing]:
    """On each ladder the higher of the two levels with all that is decided of it, the one who stays before the other;
    of both the levels that rules gave and those that are still to come. What levels took of a counter adds up, as the
    counter does."""
    mine, theirs = ({one.ladder: one for one in found.standings} for found in (member, gone))
    for name in sorted({*mine, *theirs}):
        own, other = mine.get(name), theirs.get(name)
        if own is None or other is None:
            yield own or other or Standing(name, "", 0)
            continue
        ladder = plan.checked.ladders.get(name)
        higher = own
        if ladder is not None:
            if held_rank(ladder, other, at) > held_rank(ladder, own, at):
                higher = other
            floors = needed(ladder, (*own.floors, *other.floors))
            higher = higher._replace(floors=floors, scheduled=_scheduled(ladder, higher.level, own, other))
        yield higher._replace(taken=own.taken + other.taken)


def _scheduled(ladder: Ladder, level: str, own: Standing, other: Standing) -> tuple[tuple[int, str], ...]:
    """What is still to come for either, each higher than what there is by then."""
    found: list[tuple[int, str]] = []
    rank = ladder.rank(level)
    for at, name in sorted((*own.scheduled, *other.scheduled), key=lambda one: (one[0], -ladder.rank(one[1]))):
        if ladder.rank(name) > rank:
            rank = ladder.rank(name)
            found.append((at, name))
    return tuple(found)


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
    reserved = tuple(sorted((*own.reserved, *other.reserved), key=lambda one: (one.at, one.id)))
    return own._replace(
        remainders=carried, active=active, debt=debt, sums=_sums(own.sums, other.sums), reserved=reserved
    )


def _sums(own: tuple[Sum, ...], other: tuple[Sum, ...]) -> tuple[Sum, ...]:
    """The sums of periods, rule by rule; those that were posted as one, which is with the decision of the one who
    stays."""
    found = {place_of(one): one for one in own}
    for one in other:
        there = found.get(place_of(one))
        if there is None:
            found[place_of(one)] = one
            continue
        total = Fraction(there.numerator, there.denominator) + Fraction(one.numerator, one.denominator)
        posted = _posted(there.posted, one.posted)
        found[place_of(one)] = there._replace(numerator=total.numerator, denominator=total.denominator, posted=posted)
    return tuple(found[place] for place in sorted(found) if found[place].numerator or found[place].posted)


def _posted(own: Posted | None, other: Posted | None) -> Posted | None:
    if own is None or other is None:
        return own or other
    uses: dict[tuple[str, int], int] = {}
    for key, bucket, amount in (*own.uses, *other.uses):
        uses[key, bucket] = uses.get((key, bucket), 0) + amount
    return own._replace(
        granted=own.granted + other.granted,
        holds=own.holds + other.holds,
        full=own.full or other.full,
        uses=tuple((*place, uses[place]) for place in sorted(uses)),
        gone=own.gone + other.gone,
        expired=own.expired + other.expired,
        short=own.short + other.short,
        anew=own.anew or other.anew,
    )


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
