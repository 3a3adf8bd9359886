"""A purse below zero: what becomes usable pays its debt first."""

from __future__ import annotations

from loyalty_rules.decision import DebtPaid, Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.ledger import taking
from loyalty_rules.member import MemberState, Purse


def paid(purse: Purse, at: int, effects: list[Effect]) -> Purse:
    """The purse with its debt paid as far as there are usable units."""
    taken = taking.pay(purse, at)
    if taken.units:
        effects.append(DebtPaid(purse.name, taken.units, at))
    return taken.purse


def pay(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """The debts of a member paid as far as there are usable units."""
    if not any(purse.debt for purse in member.purses):
        return member
    return member._replace(purses=tuple(paid(purse, at, effects) for purse in member.purses))
