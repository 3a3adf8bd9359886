"""Points that pay, in the ledger model: for an order, in two steps, and what comes back of them."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from tests.models.ledger_calendar import NEVER
from tests.models.ledger_levels import asked
from tests.models.ledger_lots import give_back, spend
from tests.models.ledger_spending import Ceiling, Redeem
from tests.models.ledger_state import Aside, Event, Line, Order, Payment, RefusedError, State, half_up, split
from tests.models.ledger_using import back


def redeem(state: State, rule: Redeem, lines: tuple[Line, ...], wanted: int, at: int) -> Payment | None:
    """What points pay of each line, in kopecks. `wanted` 0: as many as can be used."""
    own = {place: line.amount for place, line in enumerate(lines) if rule.category in ("", line.category)}
    whole = sum(line.amount for line in lines)
    most = [sum(own.values()), *(floor(Fraction(sum(own.values()) * percent, 100)) for percent in rule.at_most)]
    most += [max(0, whole - rule.leave)] if rule.leave else []
    units = usable(state, rule, most, wanted, at)
    if not units:
        return None
    paid = money_for(rule, units)
    away = spend(state, rule.purse, units, state.programme.purse(rule.purse).take)
    shares = dict(zip(own, split(paid, [Fraction(amount) for amount in own.values()]), strict=True))
    count(state, rule, at, units, paid)
    state.acted["order paid with points"] += 1
    if rule.limit:
        state.count(limit_key(rule), at, 1)
    return Payment(rule.name, rule.purse, units, paid, dict(shares), shares, away)


def usable(state: State, rule: Redeem, most: list[int], wanted: int, at: int) -> int:
    """How many units may be used; `most` bounds the money they pay."""
    day = state.zone.day(at)
    most = [*most, *([rule.at_most_money] if rule.at_most_money else [])]
    most += [left(state, rule, cap, day) for cap in rule.caps if not cap.points]
    units = max(0, state.balance(rule.purse)[0])
    units = min([units, *(left(state, rule, cap, day) for cap in rule.caps if cap.points)])
    if most:
        money = min(most)
        worth = money // rule.pays * rule.units if rule.how == "per full" else money * rule.units // rule.pays
        units = min(units, worth)
    units = min(units, wanted) if wanted else units
    units -= units % rule.steps if rule.steps else 0
    if not all(asked(state, test, day) for test in rule.audience):
        units = 0
    if rule.limit and state.net(limit_key(rule), rule.limit.window, day) >= rule.limit.times:
        units = 0
    units = least(rule, units)
    if units < rule.minimum:
        units = 0
    if rule.refused and wanted and units != wanted:
        raise RefusedError
    return units


def money_for(rule: Redeem, units: int) -> int:
    if rule.how == "per full":
        return units // rule.units * rule.pays
    return floor(Fraction(units * rule.pays, rule.units))


def least(rule: Redeem, units: int) -> int:
    """A point that would pay nothing stays."""
    step = rule.steps or 1
    while units >= step and money_for(rule, units - step) == money_for(rule, units):
        units -= step
    return units


# ---------- ceilings


def cap_key(rule: Redeem, cap: Ceiling) -> str:
    return f"{rule.name} CAP {cap.points} {cap.window.text() if cap.window else ''}"


def limit_key(rule: Redeem) -> str:
    return f"{rule.name} LIMIT {rule.limit.window.text() if rule.limit and rule.limit.window else ''}"


def left(state: State, rule: Redeem, cap: Ceiling, day: int) -> int:
    if cap.window is None:
        return cap.amount
    found = state.net(cap_key(rule, cap), cap.window, day)
    return max(0, cap.amount - found)


def count(state: State, rule: Redeem, at: int, units: int, paid: int) -> None:
    for cap in rule.caps:
        if cap.window:
            state.count(cap_key(rule, cap), at, units if cap.points else paid)


# ---------- goods that come back


def kept_of(order: Order, place: int) -> int:
    line = order.lines[place]
    return half_up(Fraction(line.amount * order.kept[place], line.quantity))


def refunds(state: State, order: Order) -> None:
    """What points and rewards still pay is a function of what is kept; the units that do not stay go back. What was
    held pays before what was bought."""
    kept = {place: kept_of(order, place) for one in order.payments[:1] for place in one.first}
    gone = sum(order.lines[place].amount - kept[place] for place in kept)
    paid = sum(one.value for one in order.payments)
    how, room = state.programme.refund, dict(kept)
    whole = {place: order.lines[place].amount for place in kept}
    left = max(0, paid - gone) if how == "points first" else min(paid, sum(kept.values()))
    for one in order.payments:
        if how == "tenders in proportion":
            one.shares = {
                place: half_up(Fraction(share * room[place], whole[place])) if share else 0
                for place, share in one.first.items()
            }
            room = {place: amount - one.shares[place] for place, amount in room.items()}
            whole = {place: amount - one.first[place] for place, amount in whole.items()}
        else:
            pays = min(one.value, left)
            left -= pays
            one.shares = dict(zip(room, split(pays, [Fraction(amount) for amount in room.values()]), strict=True))
            room = {place: amount - one.shares[place] for place, amount in room.items()}
    for one in order.payments:
        goes_back(state, order, one)


def goes_back(state: State, order: Order, one: Payment) -> None:
    value = sum(one.shares.values())
    before = sum(one.first.values()) if one.paying is None else one.paying
    one.paying = value
    reward = state.programme.reward(one.rule)
    if reward:
        units = back(reward, one, value, whole=order.whole)
        state.acted[f"reward {reward.how} back"] += units > 0
        give_back(state, one.purse, one.away, units)
        return
    rule = next(found for found in state.programme.redeems if found.name == one.rule)
    units = one.spent - min(one.spent, half_up(Fraction(one.used * value, one.value)))
    state.acted[f"points back, {state.programme.refund}"] += units > 0
    count(state, rule, order.at, -units, value - before)
    give_back(state, one.purse, one.away, units)


# ---------- in two steps


def set_aside(state: State, event: Event) -> None:
    rule = next(one for one in state.programme.redeems if one.name == event.name)
    held = state.purses[rule.purse]
    units = usable(state, rule, [], event.amount, event.at)
    if not units or (event.until and event.until <= event.at):
        raise RefusedError
    away = spend(state, rule.purse, units, state.programme.purse(rule.purse).take)
    state.acted["reservation"] += 1
    held.aside[event.id] = Aside(event.id, rule.name, event.at, event.until or NEVER, away)
    count(state, rule, event.at, units, money_for(rule, units))
    if rule.limit:
        state.count(limit_key(rule), event.at, 1)


def ends_aside(state: State, id: str, captured: int) -> None:
    """The first so many of what was set aside pay, the rest goes back. `captured` below 0: all of it pays."""
    name, one = next(((n, held.aside[id]) for n, held in state.purses.items() if id in held.aside), ("", None))
    if one is None or captured > one.units:
        raise RefusedError
    captured = one.units if captured < 0 else captured
    state.acted["capture" if captured == one.units else "capture of a part" if captured else "release or lapse"] += 1
    rule = next(found for found in state.programme.redeems if found.name == one.rule)
    count(state, rule, one.at, captured - one.units, money_for(rule, captured) - money_for(rule, one.units))
    if rule.limit and not captured:
        state.count(limit_key(rule), one.at, -1)
    give_back(state, name, one.away, one.units - captured)
    del state.purses[name].aside[id]


def lapses(state: State, at: int) -> bool:
    """What is over at an instant goes back; whether there was anything."""
    lapsed = False
    for held in state.purses.values():
        over = [one for one in held.aside.values() if one.until <= at]
        for one in sorted(over, key=lambda one: (one.at, one.id)) if over else ():
            ends_aside(state, one.id, 0)
            state.acted["lapse"] += 1
            lapsed = True
    return lapsed
