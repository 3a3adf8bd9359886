"""The record of an order that may come back: made when the order is decided, dropped when its time is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter, itemgetter
from typing import Final

from loyalty_rules.decision import Effect, PointsExpired, PointsRedeemed
from loyalty_rules.engine.budgets import most_of
from loyalty_rules.engine.funding import funding_of
from loyalty_rules.engine.paying import payable_places
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.receive import Occasion, OrderLine
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.returning import asking_of
from loyalty_rules.engine.sameness import counter_in
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Returns
from loyalty_rules.lang.conditions import PERIODS, Field, WindowKind
from loyalty_rules.ledger import lots
from loyalty_rules.member import NEVER, FactValue, Lot, MemberState, Purse
from loyalty_rules.records import (
    Record,
    RecordedAward,
    RecordedLine,
    RecordedMember,
    RecordedOrder,
    RecordedPayment,
    key_and_value,
    rule_in,
)
from loyalty_rules.settlement.giving import periods
from loyalty_rules.settlement.knowing import joined_lots
from loyalty_rules.settlement.progress import Count, kept_from
from loyalty_rules.settlement.timing.lives import life_given

_UNTIL: Final = itemgetter(Record._fields.index("until"))
_NUMBER: Final = attrgetter("number")
#: How many orders of a member may come back at a time; of more the oldest are forgotten.
MAX_RECORDS: Final = 500


def current(plan: Plan, member: MemberState, at: int, before: MemberState | None = None) -> MemberState:
    """The member without the records of orders that may no longer come back, nor be told late to have come back in
    time; lots that nothing tells apart any more are one. `before`: the member as it was current at this very instant:
    then only what came after its lots is looked at, and those that a record told apart which is gone since."""
    timeline, late = plan.timeline, plan.checked.late_days
    first = timeline.start(timeline.day(at) - late) if late and member.records else at
    unchanged, records = member is before, member.records
    if min(map(_UNTIL, records), default=NEVER) <= first:
        member = member._replace(records=tuple([record for record in records if record.until > first]))
    elif unchanged:
        return member
    member = _without_settled_sums(plan, member)
    known = {} if before is None else {purse.name: purse for purse in before.purses}
    if unchanged:
        gone = frozenset([record.number for record in records if record.until <= first])
    else:
        gone = frozenset() if before is None else _gone(before, member)
    purses = tuple(_joined(plan, purse, known.get(purse.name), at, member, gone) for purse in member.purses)
    return member if purses == member.purses else member._replace(purses=purses)


def _without_settled_sums(plan: Plan, member: MemberState) -> MemberState:
    """The member without what was posted for periods of which no order may come back."""
    purses = tuple(periods.unsettled(plan, purse, member.records) for purse in member.purses)
    return member if purses == member.purses else member._replace(purses=purses)


def _gone(before: MemberState, member: MemberState) -> frozenset[int]:
    """The decisions whose records are gone or others now, and with them what told lots apart. Any may be: each has its
    own time."""
    if member.records[: len(before.records)] == before.records:
        return frozenset()
    now = set(map(id, member.records))
    return frozenset([record.number for record in before.records if id(record) not in now])


def _joined(plan: Plan, purse: Purse, known: Purse | None, at: int, member: MemberState, gone: frozenset[int]) -> Purse:
    if known is purse and not gone:
        return purse
    if known is None or purse.lots[: len(known.lots)] != known.lots:
        return joined_lots(plan, purse, at, member)
    if known.sums and any(one.posted is not None and one not in purse.sums for one in known.sums):
        return joined_lots(plan, purse, at, member)
    places = [place for place, number in enumerate(map(_NUMBER, known.lots)) if number in gone]
    since = places[0] if places else len(known.lots)
    if since == len(purse.lots):
        return purse
    if len(purse.lots) > len(known.lots):
        return joined_lots(plan, purse, at, member, since)
    return joined_lots(plan, purse, at, member, since, gone, places[-1] + 2)


def recorded(
    plan: Plan,
    fingerprint: str,
    member: MemberState,
    order: str,
    view: View,
    result: Result,
    counts: Iterable[Count],
    effects: Iterable[Effect],
) -> MemberState:
    """The member with the record of an order that was decided just now. `counts`: what it added to which counter;
    `effects`: what it did so far, of which what points paid is kept."""
    returns = plan.checked.returns
    if returns is None:
        return member
    occasion = view.occasion
    lasting = plan.referral_limits  # spent for good
    moved = (count for count in counts if count.amount and count.key not in lasting)
    added = tuple((count.key, count.bucket, count.amount) for count in moved)
    spent = plan.limit_keys | plan.base_limit_keys | plan.goal_keys
    record = Record(
        order=order,
        number=member.decisions + 1,
        at=occasion.at,
        day=occasion.day,
        until=plan.timeline.start(_last_day(plan, returns, occasion.day) + 1),
        programme=fingerprint,
        told=_told(plan, occasion),
        lines=tuple(_line(plan, line) for line in occasion.lines),
        known=read_of(plan, view),
        awards=tuple(awards_of(plan, member, view, result)),
        counts=(*added, (ORDERS_EVER, 0, 1)),
        used=tuple(one for one in added if one[0] in spent or key_and_value(one[0])[0] in plan.limit_keys),
        previous=view.known.last_order,
        budgets=() if result.draw is None else result.draw.recorded(),
        gifts=occasion.gifts,
        currency=plan.checked.other_currency,
        payments=tuple(_payment(plan, view, one) for one in effects if isinstance(one, PointsRedeemed) and one.units),
    )
    return with_record(member, record)


def with_record(member: MemberState, record: Record) -> MemberState:
    """The member with one record more; of too many the oldest is forgotten."""
    records = (*member.records, record)
    if member.records and _turn(member.records[-1]) > _turn(record):
        records = tuple(sorted(records, key=_turn))
    return member._replace(records=records[-MAX_RECORDS:])


def _turn(record: Record) -> tuple[int, int]:
    return record.at, record.number


def record_of_gift(
    plan: Plan, fingerprint: str, member: MemberState, view: View, result: Result, counts: Iterable[Count]
) -> Record:
    """What was given without goods and may fall all the same, kept like an order: its lots stay apart, and what expires
    of them is noted. By which id and until when is for the caller to say."""
    return Record(
        order="",
        number=member.decisions + 1,
        at=view.occasion.at,
        day=view.occasion.day,
        until=0,
        programme=fingerprint,
        told=RecordedOrder("", "", "", None, ()),
        lines=(),
        known=read_of(plan, view),
        awards=tuple(awards_of(plan, member, view, result)),
        counts=tuple((one.key, one.bucket, one.amount) for one in counts if one.amount),
        used=(),
        previous=None,
        budgets=() if result.draw is None else result.draw.recorded(),
    )


def _last_day(plan: Plan, returns: Returns, day: int) -> int:
    return plan.timeline.moved(day, returns.days, returns.months)


def expired(member: MemberState, purse: Purse, over: Iterable[Lot]) -> tuple[MemberState, Purse]:
    """Notes what expires: with the orders that gave it, and with the sums of periods in which it was posted."""
    over = tuple(over)
    return _noted(member, purse.name, over), periods.note_expired(purse, over)


def _noted(member: MemberState, purse: str, over: Iterable[Lot]) -> MemberState:
    gone: dict[tuple[int, int, str], int] = {}
    for lot in over:
        for part, units in lot.parts:
            own = (lot.number, lot.earned, rule_in(part))
            gone[own] = gone.get(own, 0) + units
    if not gone or not member.records:
        return member
    return member._replace(records=tuple(_less(record, purse, gone) for record in member.records))


def gone_when_released(member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """What waited for an event that came after its end is gone when it comes: by then everything else has expired."""
    for purse in member.purses:
        over = [lot for lot in purse.lots if lot.expires <= at and not lot.overdue]
        if over:
            left, end = lots.ended(purse, at, end_of_day=False)
            effects.append(PointsExpired(purse.name, end.expired, at, end.parts))
            member, left = expired(member, left, over)
            purses = tuple(left if one.name == purse.name else one for one in member.purses)
            member = member._replace(purses=purses)
    return member


def _less(record: Record, purse: str, gone: Mapping[tuple[int, int, str], int]) -> Record:
    left = {rule: units for (number, at, rule), units in gone.items() if (number, at) == (record.number, record.at)}
    if not left:
        return record
    awards = []
    for award in record.awards:
        if award.purse == purse and left.get(award.today):
            units = min(left[award.today], award.holds - award.gone)
            left[award.today] -= units
            award = award._replace(gone=award.gone + units)
        awards.append(award)
    return record._replace(awards=tuple(awards))


# ---------- what is kept of an order


def _told(plan: Plan, occasion: Occasion) -> RecordedOrder:
    read = plan.reads.fields
    return RecordedOrder(
        occasion.store if Field.STORE in read else "",
        occasion.channel if Field.CHANNEL in read else "",
        occasion.merchant if Field.MERCHANT in read else "",
        None if occasion.tenders is None else tuple(sorted(occasion.tenders)),
        _facts(plan, occasion.facts),
        tuple(sorted(occasion.codes & plan.reads.codes)),
    )


def _facts(plan: Plan, facts: Mapping[str, FactValue]) -> tuple[tuple[str, FactValue], ...]:
    return tuple(sorted((name, value) for name, value in facts.items() if name in plan.reads.facts))


def _payment(plan: Plan, view: View, paid: PointsRedeemed) -> RecordedPayment:
    rule = plan.payers[paid.rule]
    places, pieces, rights = payable_places(view, rule), 0, 0
    if rule.right is not None and rule.right.whole:
        price = rule.right.price(paid.purse)
        pieces = paid.rights if rule.right.counted and (price is None or price.started == 1) else 1
        rights = paid.rights if rule.right.handed_over and paid.rights != pieces else 0
    kept = (paid.units, paid.value, places, paid.lines, paid.debits, pieces, rights)
    return RecordedPayment(paid.rule, paid.purse, *kept)


def _line(plan: Plan, line: OrderLine) -> RecordedLine:
    read = plan.reads.fields
    return RecordedLine(
        line.id,
        line.sku if Field.SKU in read else "",
        line.category if Field.CATEGORY in read else "",
        line.brand if Field.BRAND in read else "",
        line.tags if Field.TAG in read else (),
        line.quantity,
        line.quantity,
        line.unit_price == (line.list_price, 1),
        line.unit_price,
        line.list_price,
        line.after_discounts,
        line.tax,
        line.payable,
        line.delivery,
        _facts(plan, line.facts),
        line.paid if plan.reads.tenders else (),
        line.discounts,
    )


def awards_of(plan: Plan, member: MemberState, view: View, result: Result) -> Iterable[RecordedAward]:
    """What an occasion gave, but for gifts of referrals that stay whatever comes back."""
    purses = {purse.name: purse for purse in member.purses}
    for name in sorted(result.postings.keys() - plan.kept_gifts):
        for posting in sorted(result.postings[name], key=lambda one: one.award.purse):
            asking = asking_of(posting)
            if asking.grid:
                purse = purses.get(asking.purse, Purse(asking.purse, ()))
                lived = life_given(plan, purse, result, posting, view.occasion)
                given = posting.granted
                gone = given if lived.expires <= view.occasion.at else 0
                found = RecordedAward(*asking, lived.usable, lived.expires, given, given, gone)
                found = found._replace(funding=funding_of(plan, posting))
                yield found._replace(most=most_of(posting)) if posting.short else found


# ---------- what was read of the member


def read_of(plan: Plan, view: View) -> RecordedMember:
    """What may be read of the member when an order is decided again."""
    known = view.known
    held = (name for name, purse in plan.checked.purses.items() if purse.hold_at_most is not None)
    carrying = {name for name, purse in plan.checked.purses.items() if purse.carry}
    supplied = (name for name in known.segments if name in plan.checked.segments)
    levels = plan.checked.ladders
    return RecordedMember(
        facts=_facts(plan, known.facts),
        segments=tuple(sorted(supplied)),
        joined=known.joined,
        first_order=known.first_order,
        last_order=known.last_order,
        counters=tuple(sorted(_counters(plan, view).items())),
        balances=_positive(known.balances, plan.reads.balances),
        held=_positive(known.held, held),
        levels=tuple(sorted((name, levels[name].level_name(rank)) for name, rank in known.ranks.items() if rank)),
        changed=tuple(sorted((ladder, since) for ladder, since in known.changed.items() if ladder in levels)),
        stood=tuple(sorted((ladder, *stood) for ladder, stood in known.stood.items() if any(stood))),
        remainders=tuple(
            (purse, rule, carried.numerator, carried.denominator)
            for (purse, rule), carried in sorted(known.remainders.items())
            if purse in carrying and carried
        ),
        sums=tuple((*key, one.numerator, one.denominator) for key, one in sorted(known.sums.items()) if one),
        memberships=tuple((name, int(counts), year) for name, (counts, year) in sorted(known.years.items()) if year),
        opted=tuple((rule, since) for rule, since in sorted(known.opted.items()) if rule in plan.opt_ins),
        chosen=tuple(sorted(known.chosen.items())),
        buckets=tuple(sorted(known.buckets.items())),
        invited=None if known.invited is None else tuple(sorted(known.invited)),
    )


def _positive(units: Mapping[str, int], names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, units[name]) for name in sorted(names) if units.get(name))


def _counters(plan: Plan, view: View) -> dict[str, tuple[tuple[int, int], ...]]:
    """What each window counted, as one sum; period by period where periods are counted."""
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    counters = view.known.counters
    values = plan.values_counted
    for ceiling, window in plan.windows_of_rules.items():
        key = counter_in(view, ceiling, values[ceiling]) if ceiling in values else ceiling
        if key in counters:
            _, low, high = view.reach_of_window(window)
            _add_sum(found, key, counters, (low, high))
    first = kept_from(plan, view)
    for measure in plan.kept_measures:
        if measure.key not in counters:
            continue
        if measure.counter in PERIODS or measure.window.kind is WindowKind.EACH:
            each = tuple(entry for entry in counters[measure.key] if entry[0] >= first[measure.key])
            if each:
                found[measure.key] = each
        else:
            _, low, high = view.reach_of(measure)
            _add_sum(found, measure.key, counters, (low, high))
    found |= {key: counters[key] for key in plan.goal_keys if key in counters}
    if ORDERS_EVER in counters:
        found[ORDERS_EVER] = counters[ORDERS_EVER]
    return found


def _add_sum(
    found: dict[str, tuple[tuple[int, int], ...]],
    key: str,
    counters: Mapping[str, tuple[tuple[int, int], ...]],
    reached: tuple[int, int],
) -> None:
    low, high = reached
    total = sum([net for bucket, net in counters[key] if low <= bucket <= high])
    if total:
        found[key] = ((high, total),)
