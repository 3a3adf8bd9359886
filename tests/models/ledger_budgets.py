"""Budgets in the ledger model: what they are, and what they leave of what rules give. Goods of such a programme do not
come back here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from tests.models.ledger_calendar import period_start
from tests.models.ledger_questions import Window, block

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Programme
    from tests.models.ledger_state import Award, State

TIMES = "times"
WIDTHS = ("calendar day", "calendar week", "calendar month", "calendar quarter", "calendar year", "programme year")


@dataclass(frozen=True)
class Most:
    units: int
    window: Window | None = None  # None: for ever

    @property
    def width(self) -> int:
        return WIDTHS.index(self.window.period) if self.window else len(WIDTHS)


@dataclass(frozen=True)
class Budget:
    """`counts`: units of a purse, or times. `whole`: all that is asked for or nothing."""

    name: str
    covers: tuple[str, ...]
    counts: str
    caps: tuple[Most, ...]
    whole: bool = False

    def text(self, programme: Programme) -> str:
        lines = [f"covers {', '.join(self.covers)}"]
        for cap in self.caps:
            units = f"{cap.units} times" if self.counts == TIMES else programme.units(self.counts, cap.units)
            lines.append(f"cap {units}{f' {cap.window.text()}' if cap.window else ''}")
        lines.append(f"when short give {'nothing' if self.whole else 'what is left'}")
        return block(f"budget {self.name}", lines)

    def cost(self, units: list[int]) -> int:
        return min(1, sum(units)) if self.counts == TIMES else sum(units)


def lower(state: State, awards: list[Award], day: int, before: Sequence[Award] = ()) -> None:
    """The last ceiling: one budget after another, those of shorter periods first; each counts what is given in the
    end. `before`: what this occasion has given already, which has used up its time."""
    if not state.programme.budgets:
        return
    asked: list[tuple[Budget, list[Award]]] = []
    for budget in sorted(state.programme.budgets, key=lambda one: (min(cap.width for cap in one.caps), one.name)):
        mine = [one for one in awards if one.rule in budget.covers and budget.counts in (TIMES, one.purse)]
        mine.sort(key=lambda one: (one.rule, one.purse))
        timed = budget.counts == TIMES and any(one.granted for one in before if one.rule in budget.covers)
        if timed or not sum(one.granted for one in mine):
            continue
        asked.append((budget, mine))
        for cap in sorted(budget.caps, key=lambda one: one.width):
            units = [one.granted for one in mine]
            for one, kept in zip(mine, kept_of(state, budget, cap, units, day), strict=True):
                one.cut = one.cut or kept < one.granted
                one.granted = kept
    for budget, mine in asked:
        cost = budget.cost([one.granted for one in mine])
        state.shared.setdefault(budget.name, []).append((day, cost))
        state.acted[f"budget {'short' if any(one.cut for one in mine) else 'enough'}"] += 1


def kept_of(state: State, budget: Budget, cap: Most, units: list[int], day: int) -> list[int]:
    left = max(0, cap.units - used(state, budget, cap, day))
    if budget.cost(units) <= left:
        return units
    if budget.whole or budget.counts == TIMES:
        return [0] * len(units)
    return shared_out(left, units)


def shared_out(total: int, weights: list[int]) -> list[int]:
    """Largest remainder, of equals the earlier first."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def used(state: State, budget: Budget, cap: Most, day: int) -> int:
    found = state.shared.get(budget.name, [])
    if cap.window is None:
        return sum(amount for _, amount in found)
    year = state.programme.year_starts
    first = period_start(day, cap.window.period, year)
    return sum(amount for on, amount in found if period_start(on, cap.window.period, year) == first)
