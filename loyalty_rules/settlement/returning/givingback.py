"""Points that paid for goods that come back: to their lots, with the old end. Where it is past, they expire at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from loyalty_rules.decision import Effect, PointsExpired, PointsGivenBack
from loyalty_rules.engine.paying import kept_covered, kept_units
from loyalty_rules.engine.plan import Plan
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.restoring import lot_of, restored, split
from loyalty_rules.member import MemberState, Purse
from loyalty_rules.records import Debit
from loyalty_rules.settlement.knowing import joined_lots
from loyalty_rules.settlement.recording import expired
from loyalty_rules.settlement.returning import debts
from loyalty_rules.settlement.timing import waiting


def given_back(
    plan: Plan, member: MemberState, place: int, kept: Sequence[int], at: int, effects: list[Effect]
) -> MemberState:
    """The member with the points back that pay for nothing that is kept of an order. What is kept keeps the first of
    the units that were taken for it."""
    record = member.records[place]
    before = kept_covered(plan, record, tuple(line.kept for line in record.lines))
    after = kept_covered(plan, record, kept)
    payments = []
    for payment, now, then in zip(record.payments, before, after, strict=True):
        stay, back = split(payment.debits, kept_units(plan, record, payment, sum(then), kept))
        value = sum(now) - sum(then)
        if back or value:
            units = sum(debit.units for debit in back)
            effects.append(PointsGivenBack(payment.rule, payment.purse, units, value, at, back))
            member = put_back(plan, member, payment.purse, back, at, effects)
        payments.append(payment._replace(debits=stay))
    records = list(member.records)
    records[place] = records[place]._replace(payments=tuple(payments))
    return member._replace(records=tuple(records))


def put_back(
    plan: Plan, member: MemberState, name: str, debits: tuple[Debit, ...], at: int, effects: list[Effect]
) -> MemberState:
    """The member with spent units in their lots again, less those whose end is past."""
    purse = next((one for one in member.purses if one.name == name), Purse(name, ()))
    purse, debits = debts.cancelled(purse, debits, at, effects)
    purse = in_lots(purse, debits)
    holds_off = partial(waiting.holds_off, plan, member, name, at)
    changed, end = lots.ended(purse, at, holds_off, end_of_day=False)
    if end.expired:
        effects.append(PointsExpired(name, end.expired, at, end.parts))
        member, changed = expired(member, changed, [lot for lot in purse.lots if lot.expires <= at and not lot.overdue])
    changed = debts.paid(joined_lots(plan, changed, at, member), at, effects)
    others = tuple(one for one in member.purses if one.name != name)
    return member._replace(purses=tuple(sorted((*others, changed), key=lambda one: one.name)))


def in_lots(purse: Purse, debits: tuple[Debit, ...]) -> Purse:
    """The purse with spent units in their lots again, whatever their end."""
    for debit in debits:
        purse = restored(purse, lot_of(debit))
    return purse
