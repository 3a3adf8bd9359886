"""Lots of the ledger model: lives, spending, what comes in and goes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from tests.models.ledger_calendar import HOUR, NEVER, later, next_period, next_such_day, period_start
from tests.models.ledger_levels import asked
from tests.models.ledger_lives import Ends, Usable
from tests.models.ledger_state import HAND, Held, Life, Lot, State, split


def usable_from(state: State, usable: Usable, at: int) -> int:
    """When units that count from an instant can be used."""
    day = state.zone.day(at)
    match usable.how:
        case "at once" | "confirmation":
            return at
        case "after" | "event" if usable.length[1] == "hours":
            return at + usable.length[0] * HOUR
        case "after" | "event" if not usable.length[0]:
            return at
        case "after" | "event":
            return state.zone.start(later(day, usable.length))
        case "next":
            begins = next_period(day, usable.period, state.programme.year_starts)
            if usable.length[1] == "hours":
                return state.zone.start(begins) + usable.length[0] * HOUR
            return state.zone.start(later(begins, usable.length))
        case _:
            such = next_such_day(day, *usable.day)
            return at if such == day else state.zone.start(such)


def last_of(state: State, end: Ends, start: int) -> int:
    """The last date of a life that counts from a date; of one without activity, where there is none."""
    year = state.programme.year_starts
    match end.how:
        case "after":
            last = later(start, end.length)
            if end.period:
                return next_period(last, end.period, year) - 1
            return next_such_day(last, *end.day) if end.day else last
        case "same day":
            return later(start, end.length) - 1
        case "end":
            return next_period(period_start(start, end.period, year), end.period, year) - 1
        case "day":
            return next_such_day(start, *(end.day or (1, 1)))
        case "through":
            return end.through
        case _:
            return later(start, end.length)


def ends_of(
    state: State, life: Life, earned: int, usable: int | None, active: int | None
) -> tuple[int | None, int | None]:
    """The last date, and the last one to which activity can move it; None for never."""
    if life.from_usable and usable is None:
        return None, None
    counted = usable if life.from_usable and usable is not None else earned
    start = state.zone.day(counted)
    fixed = [last_of(state, end, start) for end in life.ends if end.how != "idle"]
    latest = min(fixed) if fixed else None
    begun = start if active is None else max(start, active)
    idle = [last_of(state, end, begun) for end in life.ends if end.how == "idle"]
    both = [*([] if latest is None else [latest]), *idle]
    return (min(both) if both else None), latest


# ---------- in and out


def new_lot(state: State, at: int, life: Life, name: str, parts: dict[str, int], order: str = "") -> Lot:
    """What has no order to wait for counts from now."""
    usable = None if life.usable.how in ("event", "confirmation") and order else usable_from(state, life.usable, at)
    last, latest = ends_of(state, life, at, usable, state.purses[name].active)
    return Lot(state.decisions, at, usable, last, latest, parts, life, order)


def put(state: State, name: str, lot: Lot) -> None:
    """What can be used pays the debt first."""
    held = state.purses[name]
    if state.end(lot) <= (lot.earned if state.late else state.clock):
        return  # gone in the same decision
    insert(state, held, lot)
    if state.is_usable(lot):
        state.brought = state.clock
    if not state.late:
        pay_debt(state, name)


def insert(state: State, held: Held, lot: Lot) -> None:
    """In the order in which lots were earned, of one decision in that in which they become usable and end."""

    def turn(one: Lot) -> tuple[int, ...]:
        return one.earned, one.number, one.usable or NEVER, state.end(one)

    place = len(held.lots)
    while place and turn(held.lots[place - 1]) > turn(lot):
        place -= 1
    held.lots.insert(place, lot)


def pay_debt(state: State, name: str) -> None:
    held = state.purses[name]
    paid = min(held.debt, sum(lot.left for lot in held.lots if state.is_usable(lot)))
    if paid:
        spend(state, name, paid, "oldest")
        held.debt -= paid


def spending_order(state: State, name: str, take: str) -> list[Lot]:
    usable = [lot for lot in state.purses[name].lots if state.is_usable(lot)]
    match take:
        case "newest":
            return sorted(usable, key=lambda lot: (-lot.earned, lot.number))
        case "soonest to expire":
            return sorted(usable, key=lambda lot: (state.end(lot), lot.earned, lot.number))
        case _:
            return sorted(usable, key=lambda lot: (lot.earned, lot.number))


def spend(state: State, name: str, units: int, take: str) -> list[Lot]:
    """Takes usable units in the order of the purse; there are so many. What was taken, as lots of its own."""
    away = []
    for lot in spending_order(state, name, take):
        taken = min(units, lot.left)
        units -= taken
        if taken:
            away.append(replace(lot, parts=lot.take(taken)))
    clean(state.purses[name])
    return away


def waits(state: State, name: str) -> bool:
    """Whether what is past its end stays, asked of the instant before."""
    return any(asked(state, test, state.zone.day(state.clock - 1)) for test in state.programme.purse(name).waits)


def catches_up(state: State) -> None:
    """After what came late: first the ends that are past, then debts are paid."""
    for name, held in state.purses.items():
        over = [lot for lot in held.lots if not lot.overdue and state.end(lot) <= state.clock]
        stay = bool(over) and waits(state, name)
        for lot in over:
            state.acted["late and past its end"] += 1
            lot.overdue = stay
            if not stay:
                state.notes_expiry(name, replace(lot, parts=dict(lot.parts)))
                lot.parts = {}
        clean(held)
        pay_debt(state, name)


def give_back(state: State, name: str, away: list[Lot], units: int) -> None:
    """So many of what was taken go back to their lots, the last of them first; what is past its end is gone, or waits
    as any lot does."""
    held, waiting = state.purses[name], waits(state, name)
    for lot in reversed(away):
        back = min(units, lot.left)
        units -= back
        if not back:
            continue
        before = lot.parts
        stays = lot.take(lot.left - back)
        parts = {rule: n - stays.get(rule, 0) for rule, n in before.items() if n > stays.get(rule, 0)}
        lot.parts = stays
        lot.overdue = state.end(lot) <= state.clock
        if lot.overdue and not waiting:
            state.acted["back after its end"] += 1
            state.notes_expiry(name, replace(lot, parts=parts))
            continue
        for one in held.lots:
            if (one.number, one.usable, one.last, one.latest) == (lot.number, lot.usable, lot.last, lot.latest):
                one.parts = {rule: one.parts.get(rule, 0) + parts.get(rule, 0) for rule in {**one.parts, **parts}}
                one.order = one.order or lot.order  # a level that the order lifted may have given the other part
                break
        else:
            insert(state, held, replace(lot, parts=parts))
    away[:] = [lot for lot in away if lot.left]
    merge(state)
    pay_debt(state, name)


def clean(held: Held) -> None:
    held.lots = [lot for lot in held.lots if lot.left]


def merge(state: State) -> None:
    """Neighbours that are usable and end together, whatever moves or holds off the end, become one; lots of an order
    that may come back stay apart."""
    for name, held in state.purses.items():
        if not any(one.last == other.last for one, other in pairwise(held.lots)) or state.programme.purse(name).apart:
            continue
        merged: list[Lot] = []
        for lot in held.lots:
            if merged and _same(state, merged[-1], lot):
                for rule, units in lot.parts.items():
                    merged[-1].parts[rule] = merged[-1].parts.get(rule, 0) + units
            else:
                merged.append(lot)
        held.lots = merged


def _same(state: State, one: Lot, other: Lot) -> bool:
    if one.last != other.last or one.overdue != other.overdue or one.life.idles != other.life.idles:
        return False
    if one.life.idles and one.latest != other.latest:
        return False
    if not (state.is_usable(one) and state.is_usable(other)):
        return False
    return not state.apart(one.order) and not state.apart(other.order)


# ---------- what happens to lots


def active(state: State, name: str, day: int) -> None:
    """Activity of a purse on a date: moves ends, and none to an earlier date, also of what is set aside or paid and may
    come back. What came from another member since the last activity counts from this one, though it is told late."""
    held = state.purses[name]
    held.active = day if held.active is None else max(day, held.active)
    paid = [lot for order in state.orders.values() for one in order.payments if one.purse == name for lot in one.away]
    for lot in (*held.lots, *(lot for one in held.aside.values() for lot in one.away), *paid):
        moves(state, day, lot)


def moves(state: State, active: int, lot: Lot) -> None:
    """Activity on a date moves the end of a lot."""
    idle = [last_of(state, end, active) for end in lot.life.ends if end.how == "idle"]
    if not idle or lot.last is None:
        return
    moved = min([*idle, *([] if lot.latest is None else [lot.latest])])
    if moved > lot.last:
        lot.last = moved
        lot.overdue = lot.overdue and state.end(lot) <= state.clock


def adjust(state: State, name: str, at: int, units: int) -> None:
    """By hand: gives with the life of the purse, as far as it can hold it, or takes what is usable."""
    purse, held = state.programme.purse(name), state.purses[name]
    if units < 0:
        there = sum(lot.left for lot in held.lots if state.is_usable(lot))
        spend(state, name, min(-units, there), purse.take)
        return
    if purse.hold:
        units = max(0, min(units, purse.hold - held.holds))
    if units:
        life = Life(purse.life.usable, purse.life.ends, purse.from_usable)
        put(state, name, new_lot(state, at, life, name, {HAND: units}))


def shared(units: int, weights: dict[str, int]) -> dict[str, int]:
    names = sorted(weights)
    return dict(zip(names, split(units, [Fraction(weights[name]) for name in names]), strict=True))
