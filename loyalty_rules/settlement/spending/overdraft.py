"""What a member may pay with points without having them, where the purse says how far it may go below zero."""

from __future__ import annotations

from loyalty_rules.engine.plan import Plan
from loyalty_rules.ledger import spending, taking
from loyalty_rules.member import OVERDRAFT, Purse
from loyalty_rules.records import Debit
from loyalty_rules.settlement.spending import spendable
from loyalty_rules.settlement.timing.lives import life


def most(plan: Plan, purse: Purse, at: int) -> spendable.Most:
    """The most that one payment may use of a purse now: what is there, and what may still be owed."""
    held = spendable.most(plan, purse, at)
    return held._replace(units=held.units + credit(plan, purse))


def credit(plan: Plan, purse: Purse) -> int:
    """How much more a purse may owe."""
    return max(0, plan.checked.purses[purse.name].overdraft - purse.debt)


def spend(plan: Plan, purse: Purse, units: int, at: int, number: int) -> tuple[Purse, tuple[Debit, ...]]:
    """Takes what is usable, and borrows what is missing. `number`: of the decision. Raises `DecisionError`
    (`purse.short`)."""
    missing = max(0, units - spending.available(purse, at))
    after, owed = borrow(plan, purse, missing, at, number)
    after, debits = spendable.spend(plan, after, units - sum(one.units for one in owed), at)
    return after, (*debits, *owed)


def borrow(plan: Plan, purse: Purse, units: int, at: int, number: int) -> tuple[Purse, tuple[Debit, ...]]:
    """The purse with so much more debt, as far as it may owe more; told as units that begin to live now, so that they
    have an end if they come back."""
    owed = min(units, credit(plan, purse))
    if not owed:
        return purse, ()
    lived = life(plan, purse, None, at)
    debit = Debit(number, at, at, lived.expires, owed, ((OVERDRAFT, owed),), lived.idle, lived.latest)
    return taking.owe(purse, owed), (debit,)
