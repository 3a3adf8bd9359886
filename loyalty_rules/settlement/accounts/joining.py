"""Joining: a member gets a date from which things are counted, by an enrolment or by a merge."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction

from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import DecisionError
from loyalty_rules.lang.checked import Place
from loyalty_rules.lang.conditions import ACTIVE, WindowKind
from loyalty_rules.ledger.redenominating import exact_in
from loyalty_rules.member import MemberState, Purse, Sum
from loyalty_rules.records import Record, RecordedAward
from loyalty_rules.settlement.giving.periods import period_of, place_of

#: By purse and place, what is left of a sum that was posted, as a part of it.
_Left = dict[tuple[str, tuple[str, int]], Fraction]


def joined(plan: Plan, member: MemberState, at: int) -> MemberState:
    """The member joins: what counts since joining begins."""
    if member.joined is not None:
        raise DecisionError("member.joined", "the member has joined already")
    return joined_at(plan, member, at)


def joined_at(plan: Plan, member: MemberState, joined: int | None) -> MemberState:
    """The member as one who joined then, without what was counted from another date of joining."""
    keys = counted_anew(plan, *(None if at is None else plan.timeline.day(at) for at in (member.joined, joined)))
    if not keys:
        return member._replace(joined=joined)
    left: _Left = {}
    purses = tuple(_purse(purse, keys, left) for purse in member.purses)
    counters = tuple(one for one in member.counters if one.key not in keys)
    records = tuple(_record(plan, record, left) for record in member.records) if left else member.records
    return member._replace(joined=joined, purses=purses, counters=counters, records=records)


def counted_anew(plan: Plan, then: int | None, now: int | None) -> frozenset[str]:
    """The counters to which nothing belongs that was counted while the date of joining was `then`, once it is `now`:
    years since joining are other ones, and who had none was not counted since joining. Active days have dates of their
    own."""
    if then == now:
        return frozenset()
    kinds = {WindowKind.YEAR_JOINED} if then is not None else {WindowKind.YEAR_JOINED, WindowKind.SINCE_JOINING}
    dated = {measure.key for measure in plan.kept_measures if measure.counter in ACTIVE}
    return frozenset(key for key, window in plan.windows.items() if window.kind in kinds and key not in dated)


def elsewhere(plan: Plan, member: MemberState, record: Record) -> frozenset[str]:
    """The counters to which an order does not belong, since the date of joining is another one by now."""
    return counted_anew(plan, record.known.joined, None if member.joined is None else plan.timeline.day(member.joined))


def _purse(purse: Purse, keys: Set[str], left: _Left) -> Purse:
    """The purse without what it counts for in these counters."""
    reserved = (one._replace(counts=tuple(c for c in one.counts if c[0] not in keys)) for one in purse.reserved)
    sums = (_as_it_stands(purse.name, one, keys, left) for one in purse.sums)
    return purse._replace(reserved=tuple(reserved), sums=tuple(sums))


def _as_it_stands(purse: str, one: Sum, keys: Set[str], left: _Left) -> Sum:
    """A sum that was posted under a cap which counts it no more is from now on what stands of it."""
    posted = one.posted
    if posted is None or keys.isdisjoint(key for key, _, _ in posted.uses):
        return one
    exact = Fraction(one.numerator, one.denominator)
    left[purse, place_of(one)] = posted.holds / exact if exact > 0 else Fraction(0)
    uses = tuple(use for use in posted.uses if use[0] not in keys)
    return one._replace(
        numerator=posted.holds, denominator=1, posted=posted._replace(granted=posted.holds, uses=uses, anew=True)
    )


def _record(plan: Plan, record: Record, left: _Left) -> Record:
    return record._replace(awards=tuple(_award(plan, record, one, left) for one in record.awards))


def _award(plan: Plan, record: Record, award: RecordedAward, left: _Left) -> RecordedAward:
    """What an order added to such a sum stays the same part of it."""
    number = period_of(plan, award.purse, record.day)
    rate = None if number is None else left.get((award.purse, (award.today, number)))
    return award if rate is None or award.place != Place.POSTING.value else exact_in(award, rate)
