"""What is kept like an order without goods falls as a whole: gifts for a friend, and what a member chose."""

from __future__ import annotations

from loyalty_rules.engine.ceilings import in_order
from loyalty_rules.engine.keeping import bucket_of
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.returning import Granted
from loyalty_rules.lang.conditions import WindowKind
from loyalty_rules.ledger.counters import added, by_key
from loyalty_rules.ledger.counters import in_order as by_name
from loyalty_rules.member import MemberState
from loyalty_rules.records import Record, RecordedAward
from loyalty_rules.settlement.returning.returns import earned, moved_to
from loyalty_rules.settlement.returning.takeback import TakeBack
from loyalty_rules.settlement.sharing import Effects, freed

#: What stands of an order that came back.
_NOTHING = Granted({}, {}, {}, {})


def undone(plan: Plan, side: Plan, member: MemberState, place: int, at: int, effects: Effects) -> MemberState:
    """The member without what a record without goods gave. `plan`: the programme that gave it; `side`: with its one
    rule."""
    record = member.records[place]
    purses = {purse.name: purse for purse in member.purses}
    back = TakeBack(side, at, purses, list(member.records), place, effects)
    counts = {(key, bucket): amount for key, bucket, amount in record.counts}
    held = {counter.key: dict(counter.buckets) for counter in member.counters}
    falls: dict[tuple[str, int], int] = {}
    for award in record.awards:
        units, asked = _fall(side, record, award, counts, held)
        falls |= asked
        if units:
            back.fall(award.rule, award.purse, units)
    freed(side, back.records, member.records, place, _NOTHING, effects, at)
    caps = {cap.key for rule in side.checked.earns.values() for cap in rule.caps}
    falls |= {spent: amount for spent, amount in counts.items() if spent[0] not in caps}
    touched = {place, *(where for where, one in enumerate(back.records) if one != member.records[where])}
    member = member._replace(
        purses=tuple(back.purses[name] for name in sorted(back.purses)), records=tuple(back.records)
    )
    for where in sorted(touched):  # under a cap others may give for it, and it goes on holding what they were granted
        stands = earned(plan, member.records[where])
        member = moved_to(plan, member, where, stands)
        falls = {spent: amount for spent, amount in falls.items() if where != place or spent not in stands}
    left = member.records[place]
    own = (left._replace(chosen_for="", counts=_less(left, falls)),) if any(one.holds for one in left.awards) else ()
    member = member._replace(records=(*member.records[:place], *own, *member.records[place + 1 :]))
    counters = by_key(member.counters)
    for (key, bucket), amount in falls.items():
        now = dict(counters.get(key, ())).get(bucket, 0)
        counters[key] = added(counters.get(key, ()), bucket, -min(amount, now), min(0, bucket))
    return member._replace(counters=by_name(counters))


def _less(record: Record, falls: dict[tuple[str, int], int]) -> tuple[tuple[str, int, int], ...]:
    """What a record still counts."""
    found = ((key, bucket, amount - falls.get((key, bucket), 0)) for key, bucket, amount in record.counts)
    return tuple(one for one in found if one[2] > 0)


def _fall(
    side: Plan,
    record: Record,
    award: RecordedAward,
    counts: dict[tuple[str, int], int],
    held: dict[str, dict[int, int]],
) -> tuple[int, dict[tuple[str, int], int]]:
    """How much less is granted without this award, and what each cap is asked less: what a cap has granted is the
    lesser of it and of what it was asked, and the next one is asked what the one before granted."""
    caps = [cap for cap in in_order(side.checked.earns[award.rule].caps) if cap.purse == award.purse]
    if not caps:
        return award.holds, {}
    asked: dict[tuple[str, int], int] = {}
    units: int | None = None
    for cap in caps:
        if cap.window is None:
            continue
        place = (cap.key, bucket_of(side, record, cap.window))
        if cap.window.kind is WindowKind.LAST:  # it counts what was granted, and leaves room for later friends
            asked[place] = counts.get(place, 0)
            continue
        less = counts.get(place, 0) if units is None else units
        total = held.get(place[0], {}).get(place[1], 0)
        units = min(cap.units, total) - min(cap.units, max(0, total - less))
        asked[place] = less
    return (award.holds if units is None else units), asked
