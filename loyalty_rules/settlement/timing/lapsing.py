"""Reservations that are over: by themselves at their end, or because their points paid or were released."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.decision import Effect, PointsExpired, ReservationReleased
from loyalty_rules.engine.plan import Plan
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.ledger.restoring import lot_of
from loyalty_rules.member import NEVER, MemberState, Purse, Reserved
from loyalty_rules.settlement.recording import expired
from loyalty_rules.settlement.returning import debts
from loyalty_rules.settlement.returning.givingback import in_lots
from loyalty_rules.settlement.spending.spent import uses
from loyalty_rules.settlement.timing.waiting import holds_off


def with_purse(member: MemberState, purse: Purse) -> MemberState:
    """The member with this purse instead of the one of its name."""
    others = tuple(one for one in member.purses if one.name != purse.name)
    return member._replace(purses=tuple(sorted((*others, purse), key=lambda one: one.name)))


def counted(member: MemberState, counts: Iterable[tuple[str, int, int, int]]) -> MemberState:
    """The member with counters moved: (key, bucket, amount, the first bucket that is kept)."""
    counters = by_key(member.counters)
    for key, bucket, amount, low in counts:
        counters[key] = added(counters.get(key, ()), bucket, amount, min(low, bucket))
    return member._replace(counters=in_order(counters))


def over(plan: Plan, member: MemberState, purse: Purse, one: Reserved, units: int) -> MemberState:
    """The member without a reservation of which so many units paid: the ceilings of its rule count those alone."""
    left = tuple(other for other in purse.reserved if other.id != one.id)
    member = with_purse(member, purse._replace(reserved=left))
    rule = plan.payers.get(one.rule)
    kept = {} if rule is None else {use.key: use.amount for use in uses(rule, units, one.worth(units))}
    now = {counter.key: dict(counter.buckets) for counter in member.counters}
    moved = ((key, at, max(kept.get(key, was) - was, -now.get(key, {}).get(at, 0))) for key, at, was in one.counts)
    return counted(member, ((key, at, amount, min(0, at)) for key, at, amount in moved))


def next_lapse(plan: Plan, member: MemberState) -> int:
    """The next instant at which a reservation is over by itself."""
    ends = (one.until for purse in member.purses for one in purse.reserved)
    return min((end for end in ends if end > member.clock), default=NEVER)


def lapse(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Reservations that are over by themselves: units go back to their lots, and expire with them where their end has
    come."""
    due = [(purse.name, one) for purse in member.purses for one in purse.reserved if one.until <= at]
    for name, one in due:
        effects.append(ReservationReleased(one.id, one.rule, name, one.units, at, True, one.debits))
        member = over(plan, member, next(purse for purse in member.purses if purse.name == name), one, 0)
        member = _back(plan, member, name, one, at, effects)
    return member


def _back(plan: Plan, member: MemberState, name: str, one: Reserved, at: int, effects: list[Effect]) -> MemberState:
    """What has ended by then expires before it could be converted, or pay a debt that it was not borrowed as."""
    purse, back = debts.cancelled(next(purse for purse in member.purses if purse.name == name), one.debits, at, effects)
    member = with_purse(member, purse)
    lots = [lot_of(debit) for debit in back]
    over = [lot for lot in lots if lot.expires <= at]
    if over and holds_off(plan, member, name, at):
        over = []
    for lot in over:
        effects.append(PointsExpired(name, lot.left, at, lot.parts))
        member, purse = expired(member, purse, [lot])
    debits = tuple(debit for debit, lot in zip(back, lots, strict=True) if lot not in over)
    return with_purse(member, in_lots(purse, debits))
