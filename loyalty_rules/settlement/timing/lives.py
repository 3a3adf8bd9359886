"""The life of what a rule gives: when it becomes usable and when it expires; and what moves its end."""

from __future__ import annotations

from typing import Final, NamedTuple

from loyalty_rules.decision import Effect, ExpiryMoved, PointsCaptured, PointsRedeemed, PointsReleased, PointsTaken
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion
from loyalty_rules.engine.reference import Result, gave
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Conversion, Earn, Expiry, Prolong, Usable
from loyalty_rules.lang.checked import Purse as PurseClauses
from loyalty_rules.lang.conditions import CounterKind, Measure
from loyalty_rules.ledger import lots
from loyalty_rules.member import CONFIRMATION, NEVER, Lot, MemberState, Purse
from loyalty_rules.records import Debit, Record
from loyalty_rules.settlement.knowing import joined_lots

_HOUR: Final = 3_600 * 1_000_000
#: What a member spends units by. Of conversions those alone count that a member asks for.
_SPENT: Final = (PointsRedeemed, PointsCaptured, PointsTaken)


class Life(NamedTuple):
    """From `usable` until `expires`; the other two are those of `member.Lot`."""

    usable: int
    expires: int
    idle: tuple[tuple[int, int], ...] = ()
    latest: int = NEVER
    waits: tuple[str, ...] = ()  # of `member.Waits`


def life(plan: Plan, purse: Purse, rule: object, at: int, order: str = "") -> Life:
    """The life of units given at an instant: by the rule's own clauses, else by the purse's. What waits for an event
    about its `order` is not usable yet; without an order there is nothing to wait for."""
    ticket = purse.name in plan.checked.draws  # it lives until it is drawn, whatever a rule says of what else it gives
    own = rule if isinstance(rule, Earn | Conversion) and not ticket else None
    declared = plan.checked.purses[purse.name]
    clause, expire = _clauses(declared, own)
    if clause.event and order:
        whose = own.name if own is not None and has_own_life(own) else ""
        lived = Life(NEVER, NEVER) if declared.from_usable else _until(plan, purse, expire, NEVER, at)
        return lived._replace(waits=(clause.event, order, whose))
    usable = _usable(plan, clause, at)
    return _until(plan, purse, expire, usable, usable if declared.from_usable else at)


def has_own_life(rule: object) -> bool:
    """Whether a rule says itself how long what it gives lives; the others give what lives as their purses say."""
    return isinstance(rule, Earn | Conversion) and (rule.usable is not None or rule.expire is not None)


def life_given(plan: Plan, purse: Purse, result: Result, posting: Posting, occasion: Occasion) -> Life:
    """The life of what an award posts: of what a boost takes away, that of the first rule that it takes from."""
    lowers = lowered(plan, result, posting)
    rule = lowers[0][0] if lowers else posting.award.rule
    return life(plan, purse, plan.rules.get(rule), occasion.at, occasion.order)


def lowered(plan: Plan, result: Result, posting: Posting) -> list[tuple[str, int]]:
    """Where a boost after rounding takes units away: the rules of which it takes them, and what each of them gave."""
    boost = plan.checked.boosts.get(posting.award.rule)
    if boost is None or posting.granted >= 0:
        return []
    gave = ((name, one) for name in boost.changes for one in result.postings.get(name, ()))
    return [(name, one.granted) for name, one in gave if one.award.purse == posting.award.purse and one.granted > 0]


def _clauses(declared: PurseClauses, own: Earn | Conversion | None) -> tuple[Usable, tuple[Expiry, ...]]:
    usable = own.usable if own is not None and own.usable is not None else declared.usable
    return usable, own.expire if own is not None and own.expire is not None else declared.expire


def waited_for(plan: Plan, member: MemberState, occasion: Occasion, effects: list[Effect]) -> MemberState:
    """What waited for an event about an order, or for its confirmation, gets its life when that comes."""
    if occasion.kind not in ("event", "confirmation") or not occasion.order:
        return member
    name = CONFIRMATION if occasion.kind == "confirmation" else occasion.name
    purses = []
    for purse in member.purses:
        found = []
        for lot in purse.lots:
            if lot.waits is None or (lot.waits.event, lot.waits.order) != (name, occasion.order):
                found.append(lot)
                continue
            lot = _released(plan, purse, lot, lot.waits.rule, occasion.at)
            effects.append(PointsReleased(purse.name, lot.left, occasion.at, lot.usable, lot.expires))
            found.append(lot)
        purses.append(joined_lots(plan, purse._replace(lots=tuple(found)), occasion.at, member))
    records = tuple(
        _told_lives(plan, record, name, occasion.at) if record.order == occasion.order else record
        for record in member.records
    )
    return member._replace(purses=tuple(purses), records=records)


def _told_lives(plan: Plan, record: Record, event: str, at: int) -> Record:
    """The record of an order with the lives of what waited: what a return takes and gives again has them."""
    awards = []
    for award in record.awards:
        purse = Purse(award.purse, ())
        lived = life(plan, purse, plan.rules.get(award.today), record.at, record.order)
        if award.usable == NEVER and lived.waits and lived.waits[0] == event:
            lot = Lot(0, record.at, NEVER, award.expires, 0, (), lived.idle, lived.latest)
            lot = _released(plan, purse, lot, lived.waits[2], at)
            award = award._replace(usable=lot.usable, expires=lot.expires)
        awards.append(award)
    return record._replace(awards=tuple(awards))


def _released(plan: Plan, purse: Purse, lot: Lot, rule: str, at: int) -> Lot:
    """The lot once its event has come: usable so long after it, and, where lives count from there, with its end."""
    declared = plan.checked.purses[purse.name]
    clause, expire = _clauses(declared, plan.checked.earns.get(rule))
    usable = _usable(plan, clause, at)
    lot = lot._replace(usable=usable, waits=None)
    if not declared.from_usable:
        return lot
    lived = _until(plan, purse, expire, usable, usable)
    return lot._replace(expires=lived.expires, idle=lived.idle, latest=lived.latest)


def life_of_usable(plan: Plan, purse: Purse, at: int) -> Life:
    """The life of units that became usable at an instant, by the purse's clauses."""
    return _until(plan, purse, plan.checked.purses[purse.name].expire, at, at)


def life_since(plan: Plan, purse: Purse, usable: int, since: int) -> Life:
    """The life, by the purse's clauses, of units that are usable from one instant and live from another."""
    return _until(plan, purse, plan.checked.purses[purse.name].expire, usable, since)


def _usable(plan: Plan, usable: Usable, at: int) -> int:
    timeline = plan.timeline
    day = timeline.day(at)
    if usable.day is not None:
        return max(at, timeline.start(timeline.next_such_day(*usable.day, day)))
    if usable.next is not None:
        day = timeline.first(usable.next, timeline.number(usable.next, day) + 1)
        at = timeline.start(day)
    if usable.days or usable.months:
        return timeline.start(timeline.moved(day, usable.days, usable.months))
    return at + usable.hours * _HOUR


def _until(plan: Plan, purse: Purse, expire: tuple[Expiry, ...], usable: int, since: int) -> Life:
    day = plan.timeline.day(since)
    latest = min((_expiry(plan, expiry, day) for expiry in expire if not expiry.idle), default=NEVER)
    idle = tuple(sorted({(expiry.days, expiry.months) for expiry in expire if expiry.idle}))
    last_active = day if purse.active is None else max(day, purse.active)
    return Life(usable, min(latest, idle_end(plan, idle, last_active)), idle, latest if idle else NEVER)


def _expiry(plan: Plan, expiry: Expiry, day: int) -> int:
    """Lengths count local dates, and the last one counts: gone at the first instant after it."""
    timeline = plan.timeline
    if expiry.at is not None:
        return expiry.at
    if expiry.through is not None:
        return timeline.start(expiry.through + 1)
    last = timeline.moved(day, expiry.days, expiry.months)
    if expiry.same_day:
        return timeline.start(last)
    if expiry.end is not None:
        return timeline.next_start(expiry.end, last)
    if expiry.day is not None:
        last = timeline.next_such_day(*expiry.day, last)
    return timeline.start(last + 1)


def idle_end(plan: Plan, idle: tuple[tuple[int, int], ...], day: int) -> int:
    """When units expire whose last activity was on a date."""
    timeline = plan.timeline
    return min((timeline.start(timeline.moved(day, *length) + 1) for length in idle), default=NEVER)


def prolonged(
    plan: Plan, member: MemberState, view: View, result: Result, effects: list[Effect], *, number: int
) -> MemberState:
    """Rules that prolong move the ends of what was usable before this occasion, one rule after another. `number`: under
    which it gives."""
    for rule in plan.having.prolonging:
        for longer in rule.prolongs:
            if gave(result, rule.name):
                purses = (
                    _prolonged(plan, member, purse, longer, rule.name, view.occasion.at, effects, number)
                    if purse.name == longer.purse
                    else purse
                    for purse in member.purses
                )
                member = member._replace(purses=tuple(purses))
    return member


def _prolonged(
    plan: Plan, member: MemberState, purse: Purse, by: Prolong, rule: str, at: int, effects: list[Effect], number: int
) -> Purse:
    given = [(lot.number, lot.earned) == (number, at) for lot in purse.lots]  # by this occasion
    moved = [
        _moved(plan, lot, by, at) if lot.usable <= at and not new else lot
        for lot, new in zip(purse.lots, given, strict=True)
    ]
    longer = [new for new, old in zip(moved, purse.lots, strict=True) if new.expires > old.expires]
    if longer:
        units, until = sum(lot.left for lot in longer), max(lot.expires for lot in longer)
        effects.append(ExpiryMoved(purse.name, units, at, until, rule))
    return joined_lots(plan, purse._replace(lots=tuple(moved)), at, member)


def _moved(plan: Plan, lot: Lot, by: Prolong, at: int) -> Lot:
    """The last date of a lot is moved like any date; where activity moves it too, so is the latest end."""
    if lot.expires == NEVER:
        return lot
    ends = [NEVER if end == NEVER else _later(plan, end, by) for end in (lot.expires, lot.latest)]
    return lots.put_off(lot._replace(latest=ends[1]), ends[0], at)


def _later(plan: Plan, end: int, by: Prolong) -> int:
    timeline = plan.timeline
    return timeline.start(timeline.moved(timeline.day(end - 1), by.days, by.months) + 1)


# ---------- activity


def kept_alive(plan: Plan, member: MemberState, view: View, effects: list[Effect]) -> MemberState:
    """An occasion that is activity of a purse moves the ends of what it holds, and of what is set aside or paid and may
    go back to it, and is remembered. Only what was held before is told of: what this decision gave was told with its
    end."""
    if not plan.having.alive:
        return member
    at, day = view.occasion.at, view.occasion.day
    spent = {effect.rule for effect in effects if isinstance(effect, _SPENT) and effect.units}
    purses = {purse.name: purse for purse in member.purses}
    for name in plan.having.alive:
        if not any(_counts(view, measure, spent) for measure in plan.checked.purses[name].activity):
            continue
        purse = purses.get(name, Purse(name, ()))
        moved = [
            lots.put_off(lot, min(lot.latest, idle_end(plan, lot.idle, day)), at) if lot.idle else lot
            for lot in purse.lots
        ]
        units = sum(new.left for new, old in zip(moved, purse.lots, strict=True) if new.expires > old.expires)
        if units:
            effects.append(ExpiryMoved(name, units, at, max(lot.expires for lot in moved if lot.idle)))
        active = day if purse.active is None else max(purse.active, day)
        reserved = tuple(one._replace(debits=_spent_alive(plan, one.debits, day)) for one in purse.reserved)
        alive = purse._replace(lots=tuple(moved), active=active, reserved=reserved)
        purses[name] = joined_lots(plan, alive, at, member)
        member = member._replace(records=tuple(_record_alive(plan, one, name, day) for one in member.records))
    return member._replace(purses=tuple(purses[name] for name in sorted(purses)))


def _record_alive(plan: Plan, record: Record, purse: str, day: int) -> Record:
    """What paid for an order that may come back: activity moves its end, too."""
    if not any(one.purse == purse and any(debit.idle for debit in one.debits) for one in record.payments):
        return record
    payments = (
        one._replace(debits=_spent_alive(plan, one.debits, day)) if one.purse == purse else one
        for one in record.payments
    )
    return record._replace(payments=tuple(payments))


def _spent_alive(plan: Plan, debits: tuple[Debit, ...], day: int) -> tuple[Debit, ...]:
    return tuple(
        debit._replace(expires=max(debit.expires, min(debit.latest, idle_end(plan, debit.idle, day))))
        if debit.idle
        else debit
        for debit in debits
    )


def _counts(view: View, measure: Measure, spent: set[str]) -> bool:
    """Whether an occasion, or what points were spent by in it, counts for a measure."""
    uses = measure.counter is CounterKind.TIMES and measure.of in spent
    return uses or view.contribution(measure) > 0
