"""Changes: from an instant on, all that a member holds of a purse is counted in another denomination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty_rules.decision import Effect, PointsRedenominated
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Change
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.redenominating import Denomination, award_in, buckets_in, purse_in
from loyalty_rules.member import NEVER, Counter, MemberState, Standing
from loyalty_rules.records import Record
from loyalty_rules.settlement.editions import Edition


def next_change(plan: Plan, member: MemberState) -> int:
    """The next instant after the member's clock from which something that is counted for it is counted anew."""
    if not (member.purses or member.counters or member.standings or member.records):
        return NEVER
    return min((one.at for one in plan.checked.changes.values() if one.at > member.clock), default=NEVER)


def change_due(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """The changes that begin at an instant."""
    return _changed(plan, member, (one for one in plan.checked.changes.values() if one.at == at), at, effects)


def missed(before: Edition, after: Edition, member: MemberState, until: int, effects: list[Effect]) -> MemberState:
    """What an edition that takes over has changed before `until`, and the one before it did not know: it was loaded
    later than that, so it happens now."""
    known = {after.names.get(name, name) for name in before.plan.checked.changes}
    found = [one for name, one in after.plan.checked.changes.items() if name not in known and one.at < until]
    return _changed(after.plan, member, sorted(found, key=lambda one: one.at), until, effects)


def counted_in(key: str) -> str:
    """The purse whose units a counter counts; "" where it counts anything else."""
    words = key.split(" ")
    if len(words) > 3 and words[1] == "CAP" and words[3].startswith("S_"):
        return words[2]
    words = words[1:] if words[0] == "TIERS" else words
    return words[1] if words[0] == "EARNED" else ""


def _changed(plan: Plan, member: MemberState, changes: Iterable[Change], at: int, effects: list[Effect]) -> MemberState:
    for change in changes:
        new = Denomination(change.rate, change.rounding)
        for purse in change.purses:
            member = _in_purses(member, purse, new, change, at, effects)
            member = member._replace(
                counters=tuple(_counters(member.counters, purse, new)),
                standings=tuple(_standing(plan, one, purse, new) for one in member.standings),
                records=tuple(_record(one, purse, new) for one in member.records),
            )
    return member


def _in_purses(
    member: MemberState, name: str, new: Denomination, change: Change, at: int, effects: list[Effect]
) -> MemberState:
    purses = []
    for purse in member.purses:
        if purse.name == name:
            now = purse_in(purse, new, per_lot=change.per_lot)
            held = lots.total(purse), lots.total(now)
            if any(held) or purse.debt:
                effects.append(PointsRedenominated(change.name, name, *held, purse.debt, now.debt, at))
            purse = now
        purses.append(purse)
    return member._replace(purses=tuple(purses))


def _counters(counters: Iterable[Counter], purse: str, new: Denomination) -> Iterator[Counter]:
    for counter in counters:
        if counted_in(counter.key) == purse:
            counter = counter._replace(buckets=buckets_in(counter.buckets, new))
        if counter.buckets:
            yield counter


def _standing(plan: Plan, standing: Standing, purse: str, new: Denomination) -> Standing:
    """What levels have taken of a counter of these units."""
    ladder = plan.checked.ladders.get(standing.ladder)
    counter = None if ladder is None else ladder.counter
    if not standing.taken or counter is None or counted_in(counter.key) != purse:
        return standing
    return standing._replace(taken=new.units(standing.taken))


def _record(record: Record, purse: str, new: Denomination) -> Record:
    """An order that may come back: what it gave, and what it counts for."""
    counts = tuple(
        (key, bucket, new.units(amount) if counted_in(key) == purse else amount)
        for key, bucket, amount in record.counts
    )
    awards = tuple(award_in(one, record.lines, new) if one.purse == purse else one for one in record.awards)
    return record._replace(counts=tuple(one for one in counts if one[2]), awards=awards)
