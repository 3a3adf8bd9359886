"""Another denomination in the ledger model: from a date on each unit of a purse is so many units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.models.ledger_awards import cap_key, takes
from tests.models.ledger_lots import clean
from tests.models.ledger_pairs import key as transferred
from tests.models.ledger_questions import Asked, block
from tests.models.ledger_redeem import cap_key as used_key
from tests.models.ledger_state import Lot, State, rounded, split

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Programme


@dataclass(frozen=True)
class Change:
    """`day`: the date on which it begins. Balances are multiplied by `times`, or divided by `over`."""

    name: str
    purse: str
    day: int
    times: int = 1
    over: int = 1
    mode: str = "down"
    per_balance: bool = False

    @property
    def rate(self) -> Fraction:
        return Fraction(self.times, self.over)

    def text(self, programme: Programme) -> str:
        lines = [f"changes {self.purse}", f"from {date.fromordinal(self.day).isoformat()}"]
        lines.append(f"balances {f'divide by {self.over}' if self.over > 1 else f'multiply by {self.times}'}")
        lines.append(f"round {self.mode} per {'balance' if self.per_balance else 'lot'}")
        return block(f"change {self.name}", lines)


def counted_anew(state: State, change: Change) -> None:
    """All that is held, owed and counted in units of the purse."""
    held = state.purses[change.purse]
    state.acted["another denomination"] += bool(held.lots)
    if change.per_balance:
        weights = [Fraction(lot.left) for lot in held.lots]
        total = rounded(sum(weights, start=Fraction(0)) * change.rate, change.mode)
        units = split(total, weights) if held.lots else []
    else:
        units = [rounded(lot.left * change.rate, change.mode) for lot in held.lots]
    for lot, left in zip(held.lots, units, strict=True):
        parted(lot, left)
    clean(held)
    held.debt = rounded(held.debt * change.rate, change.mode)
    for key in counters(state, change.purse):
        for entry in state.entries.get(key, ()):
            entry.amount = int(entry.amount * change.rate)
    for ladder in state.programme.ladders:
        test = ladder.levels[0].when
        if takes(ladder) and isinstance(test, Asked) and test.measure.name == change.purse:
            standing = state.standings[ladder.name]
            standing.taken = int(standing.taken * change.rate)


def parted(lot: Lot, units: int) -> None:
    """Shared by the rules that gave it."""
    names = sorted(lot.parts)
    shares = split(units, [Fraction(lot.parts[name]) for name in names])
    lot.parts = {name: left for name, left in zip(names, shares, strict=True) if left}


def counters(state: State, purse: str) -> Iterator[str]:
    """What is counted in units of a purse. Rates that are no whole numbers are drawn only where there is none of it."""
    yield from (f"earned {purse}", transferred(purse))
    for earn in state.programme.earns:
        yield from {cap_key(earn, cap) for cap in earn.caps if cap.purse == purse and cap.window}
    for rule in state.programme.redeems:
        yield from {used_key(rule, cap) for cap in rule.caps if rule.purse == purse and cap.points and cap.window}


def begins(state: State, day: int) -> bool:
    """What begins with a date; whether there is any."""
    found = [change for change in state.programme.changes if change.day == day]
    for change in found:
        counted_anew(state, change)
    return bool(found)


def since(state: State, at: int) -> bool:
    """Whether there was a change after an instant, which is past."""
    return any(at < state.zone.start(one.day) <= state.clock for one in state.programme.changes)
