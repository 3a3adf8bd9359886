"""A change that gives a purse another life, also to what is held: its ends are counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from loyalty_rules.decision import Effect, ExpiryMoved
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Scheduled
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.restoring import lot_of
from loyalty_rules.member import NEVER, Lot, MemberState, Purse, Sum
from loyalty_rules.records import Debit, Record, RecordedAward, rule_in
from loyalty_rules.settlement.editions import Edition
from loyalty_rules.settlement.recording import current
from loyalty_rules.settlement.timing.lives import life_since


def relived(before: Edition, after: Edition, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """The member whose units have the lives of the edition that takes over, where a change says so that the edition
    before did not know or had for later. What ends by this has not expired yet. Units become one before it that would
    have if anything had been decided just before."""
    changes = _begun(before, after)
    if changes:
        member = current(before.plan, member, at)
    for change in changes:
        own = _living_apart(before, after)
        for name in change.names:
            member = _in_purse(after.plan, member, name, own, change.name, at, effects)
    return member


def _begun(before: Edition, after: Edition) -> list[Scheduled]:
    done = {after.names.get(one.name, one.name) for one in before.plan.checked.schedule if one.at <= before.since}
    found = (one for one in after.plan.checked.schedule if one.existing and one.at <= after.since)
    return [one for one in found if one.name not in done]


def _living_apart(before: Edition, after: Edition) -> frozenset[str]:
    """The rules that say themselves when their units expire."""
    both = (before.plan.checked, after.plan.checked)
    earns = (rule for checked in both for rule in checked.earns.values())
    conversions = (rule for checked in both for rule in checked.conversions.values())
    own = {rule.name for rule in earns if rule.expire is not None}
    return frozenset(own | {rule.name for rule in conversions if rule.expire is not None})


def _in_purse(
    plan: Plan, member: MemberState, name: str, own: Set[str], change: str, at: int, effects: list[Effect]
) -> MemberState:
    purse = next((one for one in member.purses if one.name == name), Purse(name, ()))
    after = purse._replace(lots=())
    moved = until = 0
    for lot in purse.lots:
        for part in _split(lot, own):
            new = part if {rule_in(name) for name, _ in part.parts} <= own else _with_life(plan, purse, part)
            if new.expires != part.expires:
                moved, until = moved + new.left, max(until, new.expires)
            after = lots.post(after, new)
    reserved = (one._replace(debits=tuple(_debits(plan, purse, one.debits, own))) for one in purse.reserved)
    sums = (one if one.rule in own else _sum(plan, purse, one) for one in purse.sums)
    after = after._replace(reserved=tuple(reserved), sums=tuple(sums))
    if moved:
        effects.append(ExpiryMoved(name, moved, at, until, change))
    return member._replace(
        purses=tuple(after if one.name == name else one for one in member.purses),
        records=tuple(_record(plan, purse, one, own) for one in member.records),
    )


def _split(lot: Lot, own: Set[str]) -> Iterator[Lot]:
    """What rules gave that live by themselves, and what lives by the purse."""
    for parts in (
        tuple(part for part in lot.parts if rule_in(part[0]) in own),
        tuple(part for part in lot.parts if rule_in(part[0]) not in own),
    ):
        if parts:
            yield lot._replace(left=sum(units for _, units in parts), parts=parts)


def _with_life(plan: Plan, purse: Purse, lot: Lot) -> Lot:
    """A lot with the end that the clauses of the purse give it now, counted from the day from which it always was: of
    its youngest units, where it holds those of several days. What waits for an event has its end from that."""
    declared = plan.checked.purses[purse.name]
    since = lot.since or (lot.usable if declared.from_usable else lot.earned)
    if since == NEVER:
        return lot
    lived = life_since(plan, purse, lot.usable, since)
    return lot._replace(expires=lived.expires, idle=lived.idle, latest=lived.latest, overdue=False)


def _debits(plan: Plan, purse: Purse, debits: Iterable[Debit], own: Set[str]) -> Iterator[Debit]:
    """Units that may come back: they do so with the life that they would have had."""
    for debit in debits:
        for lot in _split(lot_of(debit), own):
            new = lot if {rule_in(name) for name, _ in lot.parts} <= own else _with_life(plan, purse, lot)
            life = (new.expires, lot.left, lot.parts, new.idle, new.latest, lot.since)
            yield Debit(debit.number, debit.earned, debit.usable, *life)


def _record(plan: Plan, purse: Purse, record: Record, own: Set[str]) -> Record:
    """An order that may come back: what points paid for it, and the ends of what it gave."""
    return record._replace(
        payments=tuple(
            one._replace(debits=tuple(_debits(plan, purse, one.debits, own))) if one.purse == purse.name else one
            for one in record.payments
        ),
        awards=tuple(
            _award(plan, purse, record, one) if one.purse == purse.name and one.rule not in own else one
            for one in record.awards
        ),
    )


def _sum(plan: Plan, purse: Purse, one: Sum) -> Sum:
    """What was posted of orders that may come back."""
    if one.posted is None or one.posted.usable == NEVER:
        return one
    since = one.posted.usable if plan.checked.purses[purse.name].from_usable else one.posted.at
    ends = life_since(plan, purse, one.posted.usable, since).expires
    return one._replace(posted=one.posted._replace(expires=ends))


def _award(plan: Plan, purse: Purse, record: Record, award: RecordedAward) -> RecordedAward:
    since = award.usable if plan.checked.purses[purse.name].from_usable else record.at
    if since == NEVER:
        return award
    return award._replace(expires=life_since(plan, purse, award.usable, since).expires)
