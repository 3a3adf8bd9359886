"""Redemption in two steps: points are set aside, and later they pay, in part or whole, or go back to their lots."""

from __future__ import annotations

from typing import Final, TypeAlias

from loyalty_rules.decision import Effect, PointsCaptured, PointsReserved, ReservationReleased
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import minor
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.events import Capture, RedeemRequest, Release, Reservation
from loyalty_rules.ledger.restoring import split
from loyalty_rules.member import NEVER, MemberState, Purse, Reserved
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.returning.givingback import put_back
from loyalty_rules.settlement.spending import overdraft
from loyalty_rules.settlement.spending.redemption import asked_of, set_aside_room
from loyalty_rules.settlement.spending.spent import uses
from loyalty_rules.settlement.timing.lapsing import counted, over, with_purse

Step: TypeAlias = Reservation | Capture | Release

#: How many reservations of a member may stand at a time.
MAX_RESERVED: Final = 500


def settled(plan: Plan, member: MemberState, event: Step, effects: list[Effect]) -> MemberState:
    """The member after a step of a redemption. Raises `InputError` (`redeem.unknown`, `reservation.until`,
    `reservation.unknown`, `choice.amount`) and `DecisionError` (`redeem.refused`, `reservation.refused`)."""
    match event:
        case Reservation():
            return _reserved(plan, member, event, effects)
        case Capture():
            purse, one = _found(member, event.reservation)
            units = one.units
            if event.amount is not None:
                units = minor(event.amount, plan.checked.purses[purse.name].decimals, "amount")
            if units > one.units:
                message = f"`{one.id}` reserves {one.units} smallest units, not {units}"
                raise DecisionError("reservation.refused", message, "amount")
            return _ended(plan, member, purse, one, units, event.at, effects)
        case Release():
            purse, one = _found(member, event.reservation)
            return _ended(plan, member, purse, one, 0, event.at, effects)


def _found(member: MemberState, id: str) -> tuple[Purse, Reserved]:
    for purse in member.purses:
        for one in purse.reserved:
            if one.id == id:
                return purse, one
    raise InputError("reservation.unknown", f"no reservation `{shown(id)}` stands", "reservation")


# ---------- setting aside


def _reserved(plan: Plan, member: MemberState, event: Reservation, effects: list[Effect]) -> MemberState:
    rule = plan.payers.get(event.rule)
    if rule is None or (rule.right is not None and rule.right.whole):
        raise InputError("redeem.unknown", f"no redeem rule is called `{shown(event.rule)}`", "rule")
    if event.until is not None and event.until <= event.at:
        raise InputError("reservation.until", "a reservation ends later than it begins", "until")
    standing = {one.id for purse in member.purses for one in purse.reserved}
    if event.id in standing:  # of a time whose ids are forgotten
        raise DecisionError("event.conflict", f"a reservation `{event.id}` stands: another one has another id")
    if len(standing) >= MAX_RESERVED:
        raise DecisionError("reservation.refused", f"at most {MAX_RESERVED} reservations stand at a time")
    view = view_at(plan, member, event.at)
    room = set_aside_room(view, rule, member)
    asked, found = asked_of(plan, rule, room, RedeemRequest(rule.name, event.amount))
    if not found.units:
        raise DecisionError("redeem.refused", f"`{rule.name}` lets nothing be used: {found.limited_by}", "rule")
    purse = next((one for one in member.purses if one.name == rule.purse), Purse(rule.purse, ()))
    purse, debits = overdraft.spend(plan, purse, found.units, event.at, member.decisions + 1)
    until = NEVER if event.until is None else event.until
    counts = tuple(
        (use.key, view.reach_of_window(use.window).bucket, use.amount) for use in uses(rule, found.units, found.value)
    )
    one = Reserved(event.id, rule.name, event.at, until, rule.value, rule.size, rule.full, debits, counts)
    effects.append(
        PointsReserved(
            *(event.id, rule.name, rule.purse, asked, found.units, found.value, found.limited_by, until, event.at),
            debits,
        )
    )
    purse = purse._replace(reserved=tuple(sorted((*purse.reserved, one), key=lambda each: (each.at, each.id))))
    lows = {use.key: view.reach_of_window(use.window).low for use in uses(rule, 0, 0)}
    return counted(with_purse(member, purse), ((*count, lows[count[0]]) for count in counts))


# ---------- the end


def _ended(
    plan: Plan, member: MemberState, purse: Purse, one: Reserved, units: int, at: int, effects: list[Effect]
) -> MemberState:
    """So many units of a reservation pay, the first of those that were taken; the rest goes back."""
    paid, rest = split(one.debits, units)
    if units:
        effects.append(PointsCaptured(one.id, one.rule, purse.name, units, one.worth(units), at, paid))
    member = over(plan, member, purse, one, units)
    if not rest:
        return member
    effects.append(ReservationReleased(one.id, one.rule, purse.name, one.units - units, at, False, rest))
    return put_back(plan, member, purse.name, rest, at, effects)
