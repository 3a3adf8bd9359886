"""Transfers between two members in the ledger model. The other member is one of its own, made for the event."""

from __future__ import annotations

from dataclasses import replace

from tests.models.ledger_lots import insert, pay_debt, spend
from tests.models.ledger_state import Event, Lot, RefusedError, State


def key(name: str) -> str:
    return f"transferred {name}"


def gives(state: State, event: Event) -> list[Lot]:
    """Usable units go, in the order in which the purse is spent, as far as the purse allows it."""
    purse = state.programme.purse(event.name)
    if purse.transfer is None or purse.transfer.window is None or event.amount <= 0:
        raise RefusedError
    if purse.hold and event.amount > purse.hold:  # more than the other one could hold, who has nothing
        raise RefusedError
    given = state.net(key(event.name), purse.transfer.window, state.zone.day(event.at))
    if event.amount > state.balance(event.name)[0] or given + event.amount > purse.transfer.units:
        raise RefusedError
    state.count(key(event.name), event.at, event.amount)
    return spend(state, event.name, event.amount, purse.take)


def receives(state: State, event: Event, lots: list[Lot]) -> None:
    """Lots come as they are; here this decision made them. What does not fit whole does not come."""
    purse, held = state.programme.purse(event.name), state.purses[event.name]
    if purse.hold and held.holds + event.amount > purse.hold:
        raise RefusedError
    for lot in lots:
        insert(state, held, replace(lot, number=state.decisions, order=""))
    pay_debt(state, event.name)
