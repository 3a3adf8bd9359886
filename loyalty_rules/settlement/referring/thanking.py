"""What an inviter is given for a friend, and what is taken back when the order of the friend came back.

What may fall again is kept like an order without goods: its lots stay apart, and what expires of them is noted.
"""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.engine.ceilings import in_order
from loyalty_rules.engine.keeping import bucket_of
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import occasion_at
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.returning import Granted
from loyalty_rules.engine.view import View
from loyalty_rules.errors import InputError, shown
from loyalty_rules.events import Referred, Withdrawn
from loyalty_rules.lang.conditions import WindowKind
from loyalty_rules.ledger.counters import added, by_key
from loyalty_rules.ledger.counters import in_order as by_name
from loyalty_rules.member import MemberState
from loyalty_rules.records import Record, RecordedAward, RecordedOrder
from loyalty_rules.referrals import follow_up_id
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.progress import Count
from loyalty_rules.settlement.recording import MAX_RECORDS, awards_of, read_of
from loyalty_rules.settlement.returning.takeback import TakeBack
from loyalty_rules.settlement.sharing import Effects, freed

#: What stands of an order that came back.
_NOTHING = Granted({}, {}, {}, {})


def side_of(plan: Plan, rule: str) -> tuple[str, Plan]:
    """The referral of a follow-up, under the name it has by now, and its inviter's side. Raises `InputError`
    (`referral.unknown`)."""
    name = next((now for now, former in plan.checked.was.items() if former == rule), rule)
    side = plan.inviters.get(rule) or plan.inviters.get(name)
    if side is None:
        raise InputError("referral.unknown", f"the programme has no referral `{shown(rule)}`", "rule")
    return (rule if rule in plan.inviters else name), side


def view_of(plan: Plan, member: MemberState, event: Referred) -> View:
    """The occasion of an inviter."""
    name, side = side_of(plan, event.rule)
    occasion = occasion_at(plan, event.at)._replace(kind="referral", name=name)
    return View(side, occasion, known(plan, member, event.at))


def remembered(
    plan: Plan,
    fingerprint: str,
    member: MemberState,
    event: Referred,
    view: View,
    result: Result,
    moved: Iterable[Count],
) -> MemberState:
    """The member with what may fall again."""
    if event.until is None:
        return member
    record = Record(
        order=event.id,
        number=member.decisions + 1,
        at=event.at,
        day=view.occasion.day,
        until=event.until,
        programme=fingerprint,
        told=RecordedOrder("", "", "", None, ()),
        lines=(),
        known=read_of(plan, view),
        awards=tuple(awards_of(plan, member, view, result)),
        counts=tuple((one.key, one.bucket, one.amount) for one in moved),
        used=(),
        previous=None,
        budgets=() if result.draw is None else result.draw.recorded(),
    )
    records = sorted((*member.records, record), key=lambda one: (one.at, one.number))
    return member._replace(records=tuple(records[-MAX_RECORDS:]))


def is_kept(member: MemberState, event: Referred) -> bool:
    """Whether what a friend did was decided before, as long as it may fall: it is never late, so that ids which are
    forgotten do not keep it from giving twice."""
    return any(one.order == event.id and not one.lines for one in member.records)


def is_withdrawn(member: MemberState, event: Referred) -> bool:
    """Whether what a friend did was told after what withdraws it: then it gives nothing."""
    other = follow_up_id("withdrawn", event.friend, event.event, event.rule)
    return any(seen.id == other for seen in member.seen)


def place_of(member: MemberState, event: Withdrawn) -> int | None:
    """Where the member keeps what may fall; None where nothing was given, or its time is over."""
    found = (place for place, one in enumerate(member.records) if one.order == event.referral and not one.lines)
    return next(found, None)


def taken_back(plan: Plan, member: MemberState, place: int, event: Withdrawn, effects: Effects) -> MemberState:
    """The member without what was given for the friend. `plan`: of the programme that gave it."""
    record, side = member.records[place], side_of(plan, event.rule)[1]
    purses = {purse.name: purse for purse in member.purses}
    back = TakeBack(side, event.at, purses, list(member.records), place, effects)
    counts = {(key, bucket): amount for key, bucket, amount in record.counts}
    held = {counter.key: dict(counter.buckets) for counter in member.counters}
    falls: dict[tuple[str, int], int] = {}
    for award in record.awards:
        units, asked = _fall(side, record, award, counts, held)
        falls |= asked
        if units:
            back.fall(award.rule, award.purse, units)
    freed(side, back.records, member.records, place, _NOTHING, effects, event.at)
    caps = {cap.key for rule in side.checked.earns.values() for cap in rule.caps}
    falls |= {place: amount for place, amount in counts.items() if place[0] not in caps}
    records = tuple(one for at, one in enumerate(back.records) if at != place)
    member = member._replace(purses=tuple(back.purses[name] for name in sorted(back.purses)), records=records)
    counters = by_key(member.counters)
    for (key, bucket), amount in falls.items():
        now = dict(counters.get(key, ())).get(bucket, 0)
        counters[key] = added(counters.get(key, ()), bucket, -min(amount, now), min(0, bucket))
    return member._replace(counters=by_name(counters))


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
