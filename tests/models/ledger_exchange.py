"""Conversions in the ledger model."""

from __future__ import annotations

from fractions import Fraction

from tests.models.ledger_levels import asked
from tests.models.ledger_lots import new_lot, put, spend
from tests.models.ledger_spending import Conversion, Exchange
from tests.models.ledger_state import Life, RefusedError, State, rounded


def convert(state: State, found: list[Conversion], at: int, day: int) -> None:
    """Conversions of one instant, all from the balances before any of them."""
    if not found:
        return
    balances = {name: state.balance(name)[0] for name in state.purses}
    before = [(one, taken_by(state, one, balances, None)) for one in found if meant(state, one, day)]
    for one, taken in before:
        if taken:
            exchange(state, one, taken, at)


def meant(state: State, conversion: Conversion, day: int) -> bool:
    return all(asked(state, test, day) for test in conversion.audience)


def taken_by(state: State, conversion: Conversion, balances: dict[str, int], wanted: int | None) -> dict[str, int]:
    """What a conversion takes, by purse; nothing where it is not made."""
    if conversion.all_of:
        name = conversion.all_of
        units = max(0, balances[name]) if wanted is None else wanted
        if all(gift.how == "per full" for gift in conversion.gives):
            size = conversion.gives[0].size
            units = units // size * size
        taken = {name: units}
    else:
        times = min(max(0, balances[name]) // units for name, units in conversion.uses)
        if wanted is not None:
            times = min(times, wanted // conversion.uses[0][1])
        taken = {name: units * times for name, units in conversion.uses}
    first = next(iter(taken.values()))
    return taken if first and first >= conversion.minimum else {}


def exchange(state: State, conversion: Conversion, taken: dict[str, int], at: int) -> None:
    for name, units in taken.items():
        spend(state, name, units, state.programme.purse(name).take)
    times = 0 if conversion.all_of else next(iter(taken.values())) // conversion.uses[0][1]
    for gift in conversion.gives:
        units = given(state, gift, taken.get(conversion.all_of, 0), times)
        purse, held = state.programme.purse(gift.purse), state.purses[gift.purse]
        if purse.hold:
            units = max(0, min(units, purse.hold - held.holds))
        if units:
            usable = conversion.usable or purse.life.usable
            life = Life(usable, purse.life.ends if conversion.ends is None else conversion.ends, purse.from_usable)
            put(state, gift.purse, new_lot(state, at, life, gift.purse, {conversion.name: units}))


def given(state: State, gift: Exchange, units: int, times: int) -> int:
    match gift.how:
        case "":
            return gift.units * times
        case "per full":
            return units // gift.size * gift.units
        case "percent":
            # Whole units match: a half of three points is 1.50 RUB.
            exact = Fraction(units * gift.units, 1 if state.programme.purse(gift.purse).counted else 100)
        case _:
            exact = Fraction(units * gift.units, gift.size)
    mode, _, _ = state.programme.purse(gift.purse).round.partition(" per ")
    return rounded(exact, mode)


def ask_to_convert(state: State, name: str, amount: int, at: int) -> None:
    """On request: made whole or refused."""
    conversion = next(one for one in state.programme.conversions if one.name == name)
    balances = {purse: state.balance(purse)[0] for purse in state.purses}
    if not meant(state, conversion, state.zone.day(at)):
        raise RefusedError
    purse = conversion.all_of or conversion.uses[0][0]
    if amount > balances[purse]:
        raise RefusedError
    taken = taken_by(state, conversion, balances, amount or None)
    if not taken:
        raise RefusedError
    exchange(state, conversion, taken, at)
