"""A purse below zero: what becomes usable pays its debt first."""

from __future__ import annotations

from loyalty_rules.decision import DebtPaid, Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.ledger import taking
from loyalty_rules.member import OVERDRAFT, REPAID, MemberState, Purse
from loyalty_rules.records import Debit


def paid(purse: Purse, at: int, effects: list[Effect]) -> Purse:
    """The purse with its debt paid as far as there are usable units."""
    taken = taking.pay(purse, at)
    if taken.units:
        effects.append(DebtPaid(purse.name, taken.units, at))
    return taken.purse


def cancelled(
    purse: Purse, debits: tuple[Debit, ...], at: int, effects: list[Effect]
) -> tuple[Purse, tuple[Debit, ...]]:
    """What was borrowed for something that is undone pays the debt, whatever its end; what is left of it goes into
    lots with all else."""
    left: list[Debit] = []
    for debit in debits:
        if debit.parts != ((OVERDRAFT, debit.units),):
            left.append(debit)
            continue
        owed = min(purse.debt, debit.units)
        repaid = debit.units - owed
        if owed:
            purse = purse._replace(debt=purse.debt - owed)
            effects.append(DebtPaid(purse.name, owed, at))
        left += [debit._replace(units=repaid, parts=((REPAID, repaid),))] if repaid else []
    return purse, tuple(left)


def pay(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """The debts of a member paid as far as there are usable units."""
    if not any(purse.debt for purse in member.purses):
        return member
    return member._replace(purses=tuple(paid(purse, at, effects) for purse in member.purses))
