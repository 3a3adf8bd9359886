"""Transfers: units of one member's purse become another's, and both are settled or neither is."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.amounts import MICRO
from loyalty_rules.decision import Effect, PointsReceived, PointsTransferred
from loyalty_rules.engine.gifts import counted
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.events import Incoming, Transfer
from loyalty_rules.lang.checked import Cap
from loyalty_rules.ledger import lots, spending, transferring
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import Lot, MemberState, Purse, Take
from loyalty_rules.settlement.knowing import joined_lots, view_at


class Given(NamedTuple):
    """The giver after a transfer, and the lots that go."""

    member: MemberState
    lots: tuple[Lot, ...]


def check(plan: Plan, event: Transfer) -> tuple[int, Cap]:
    """What is to go, in smallest units of the purse, and its ceiling. Raises `InputError` for a transfer that makes no
    sense in this programme: `purse.unknown`, `transfer.purse`, `transfer.amount`, `amount.decimals`,
    `transfer.self`."""
    purse = plan.checked.purses.get(event.purse)
    if purse is None:
        raise InputError("purse.unknown", f"the programme has no purse `{shown(event.purse)}`", "purse")
    if purse.transfer is None:
        raise InputError("transfer.purse", f"units of `{purse.name}` are not given to other members", "purse")
    if event.to == event.member:
        raise InputError("transfer.self", "a transfer goes to another member", "to")
    units, rest = divmod(event.amount * int(10**purse.decimals), MICRO)
    if rest:
        message = f"an amount of `{purse.name}` has at most {purse.decimals} decimals"
        raise InputError("amount.decimals", message, "amount")
    if units <= 0:
        raise InputError("transfer.amount", "what is transferred is above 0", "amount")
    return units, purse.transfer


def sent(plan: Plan, member: MemberState, event: Transfer, effects: list[Effect]) -> Given:
    """Usable units go, in the order in which the purse is spent. Raises `DecisionError`: `transfer.short` where the
    member has less to use, `transfer.limit` where the purse lets no more go in this window."""
    units, most = check(plan, event)
    purse = _purse(member, event.purse)
    if units > spending.available(purse, event.at) - purse.debt:
        raise DecisionError("transfer.short", f"less of `{purse.name}` can be used than is to go", "amount")
    member = _within(plan, member, most, units, event.at)
    take = plan.checked.purses[event.purse].take or Take.OLDEST
    purse, debits, moved = transferring.taken(purse, units, event.at, take)
    effects.append(PointsTransferred(purse.name, units, event.to, event.at, debits))
    return Given(_with(member, purse), moved)


def _within(plan: Plan, member: MemberState, most: Cap, units: int, at: int) -> MemberState:
    """The member with so much more that it has given away. Raises `DecisionError` (`transfer.limit`)."""
    if most.window is None:
        return member
    view = view_at(plan, member, at)
    if counted(view, most.key, most.window) + units > most.units:
        raise DecisionError("transfer.limit", "more is to go than may go in this window", "amount")
    reached = view.reach_of_window(most.window)
    counters = by_key(member.counters)
    counters[most.key] = added(counters.get(most.key, ()), reached.bucket, units, reached.low)
    return member._replace(counters=in_order(counters))


def received(plan: Plan, member: MemberState, event: Incoming, effects: list[Effect]) -> MemberState:
    """What comes lies in the purse as it lay in the other one. Raises `DecisionError` (`transfer.full`) where the purse
    cannot hold all of it."""
    purse = _purse(member, event.purse)
    units = sum(lot.left for lot in event.lots)
    most = plan.checked.purses[event.purse].hold_at_most
    if most is not None and lots.held(purse) + units > most:
        raise DecisionError("transfer.full", f"the other member's `{purse.name}` cannot hold all of it", "amount")
    purse, debits = transferring.put(purse, event.lots, member.decisions + 1)
    effects.append(PointsReceived(purse.name, units, event.giver, event.at, debits))
    return _with(member, joined_lots(plan, purse, event.at, member))


def _purse(member: MemberState, name: str) -> Purse:
    return next((one for one in member.purses if one.name == name), Purse(name, ()))


def _with(member: MemberState, purse: Purse) -> MemberState:
    others = tuple(one for one in member.purses if one.name != purse.name)
    return member._replace(purses=tuple(sorted((*others, purse), key=lambda one: one.name)))
