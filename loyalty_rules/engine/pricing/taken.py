"""What the parts of stage 5 hand on to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from loyalty_rules.amounts import split_with_ceilings
from loyalty_rules.decision import Entry
from loyalty_rules.engine.asking import Verdict
from loyalty_rules.engine.gifts import Use
from loyalty_rules.engine.parts import Lost
from loyalty_rules.engine.receive import Occasion
from loyalty_rules.engine.view import View
from loyalty_rules.records import AddedGift
from loyalty_rules.values import frozen


class Held(NamedTuple):
    """The most that an offer takes off and the most units that it acts on, None without a bound, and the budget that
    has no more left; "" where none is short."""

    most: int | None
    items: int | None
    budget: str


@dataclass(slots=True)
class Taken:
    """What one offer takes off, in minor units, by place of the line. `asked` before anything held it; `entries` lead
    from the exact amount to what was granted. `floors`: the lowest price of each line."""

    rule: str
    asked: int = 0
    left: int = 0
    lines: dict[int, int] = field(default_factory=dict)
    floors: dict[int, int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    used: dict[int, int] = field(default_factory=dict)  # the units of its sets
    acted: dict[int, int] = field(default_factory=dict)  # the units that it may act on
    uses: list[Use] = field(default_factory=list)  # of `skip first` and `only first`
    gift: AddedGift | None = None  # what it adds instead
    times: int = 1  # how many sets there are; 1 where none are counted
    acting: int = 1  # of how many of these there is anything to take off
    capped_by: str = ""
    lost: Lost | None = None

    @property
    def granted(self) -> int:
        return sum(self.lines.values())

    @property
    def items(self) -> dict[int, int]:
        """The units that it acts on, of each line on which something is taken off."""
        return {place: units for place, units in self.acted.items() if self.lines.get(place)}

    @property
    def gives(self) -> bool:
        """Whether it takes anything off, or adds anything."""
        return self.gift is not None or bool(self.granted)

    def cut(self, step: str, by: str, most: int) -> None:
        """Takes no more than so much off, and notes what held it."""
        if most < self.left:
            self.entries.append(Entry(step, by, Fraction(most - self.left)))
            self.left = most
            if step in ("cap", "budget"):
                self.capped_by = by

    def keep(self, step: str, by: str, lines: Mapping[int, int]) -> None:
        """Takes this much off each line, never more than before."""
        self.lines = {place: units for place, units in lines.items() if units}
        self.cut(step, by, self.granted)

    def leave(self, fewer: Taken, budget: str) -> None:
        """Takes off what is left for fewer units, since a budget has no more."""
        self.cut("budget", budget, fewer.granted)
        self.capped_by = budget
        self.lines, self.acted, self.used, self.uses = fewer.lines, fewer.acted, fewer.used, fewer.uses
        self.times, self.acting = fewer.times, fewer.acting

    def lower(self, step: str, by: str, most: int, coin: int) -> None:
        """Takes no more than so much off in all, from the lines in proportion."""
        if most < self.granted:
            places = list(self.lines)
            units = [self.lines[place] for place in places]
            self.keep(step, by, dict(zip(places, split(most, units, units, coin), strict=True)))


@frozen
class Priced:
    """An order with the prices that offers left. `refused`: why the other offers took nothing off, each with what was
    known when it was asked."""

    occasion: Occasion
    taken: tuple[Taken, ...]
    refused: Mapping[str, tuple[Verdict, View]]


def split(total: int, weights: Sequence[Fraction | int], ceilings: Sequence[int], coin: int) -> list[int]:
    """An amount shared out in whole coins, no part above its ceiling. What weighs nothing gets nothing."""
    exact = [Fraction(weight) for weight in weights]
    scale = lcm(*(weight.denominator for weight in exact))
    whole = [(weight * scale).numerator for weight in exact]
    rooms = [ceiling // coin if weight else 0 for weight, ceiling in zip(whole, ceilings, strict=True)]
    return [part * coin for part in split_with_ceilings(min(total // coin, sum(rooms)), whole, rooms)]
