"""What the stages of giving hand on to each other: awards in exact amounts, postings in whole units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from loyalty_rules.amounts import sum_exact
from loyalty_rules.decision import Entry
from loyalty_rules.engine.gifts import Cell, Exact, Use
from loyalty_rules.lang.checked import Boost, Cap, Place, Policy, RoundingRule

#: The boosts that act on an occasion, by name.
Boosts = Mapping[str, Boost]


class Lost(NamedTuple):
    """Who decided against a rule, who won, and with how much."""

    group: str
    winner: str
    amount: int


@dataclass(slots=True)
class Part:
    """What one rule contributes to an award: the rule itself, or a boost. `exact` is parallel to the award's cells."""

    by: str
    exact: list[Exact]

    def by_line(self, cells: list[Cell]) -> Exact:
        """The exact amounts by line."""
        return summed([_times(cell.times, exact) for cell, exact in zip(cells, self.exact, strict=True)])

    def total(self, cells: list[Cell]) -> Fraction:
        return sum_exact(self.by_line(cells).values())


@dataclass(slots=True)
class Award:
    """What a rule gives into one purse on this occasion, before it is rounded: its own part first, then those of its
    boosts. `passed_over` says which boosts lost to others in a group. `of`: what a boost after rounding is asked on,
    the units of each of its rules by line."""

    rule: str
    purse: str
    rounding: RoundingRule
    cells: list[Cell]
    parts: list[Part]
    caps: tuple[Cap, ...]
    minimum: int | None = None
    uses: list[Use] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    passed_over: dict[str, Lost] = field(default_factory=dict)
    of: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def by_line(self) -> Exact:
        """The exact amounts by line, all parts together."""
        return summed([part.by_line(self.cells) for part in self.parts])

    def total(self) -> Fraction:
        return sum_exact(part.total(self.cells) for part in self.parts)

    def keep_lines(self, lines: frozenset[int]) -> None:
        """What the rule gives on other lines is dropped: they went to another rule of its group."""
        for part in self.parts:
            part.exact = [{p: a for p, a in exact.items() if p in lines} for exact in part.exact]

    def copy(self) -> Award:
        """An award to try something on."""
        parts = [Part(part.by, list(part.exact)) for part in self.parts]
        return replace(self, parts=parts, uses=list(self.uses), entries=list(self.entries))


@dataclass(slots=True)
class Posting:
    """An award in whole units: `grid` holds them by line (or under ORDER), parallel to the award's parts.

    `lines` says what each line carries at the end. `remainder` is what rounding cut off and the purse carries. `sum` is
    what the award adds, exactly, to the sum of the period in which it is rounded.
    `rounded` is what each part came to before caps over whole units, `uncapped` the grid of it.
    `short` is the budget that had not enough left, `cut` the places of the parts that it lowered; `counted` what
    each cap counts of it. `shares`: what a boost after rounding adds to, or takes of, each rule and line."""

    award: Award
    grid: dict[int, list[int]]
    asked: int
    remainder: Fraction | None = None
    uses: list[Use] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)
    capped_by: str = ""
    lost_to: Lost | None = None
    full: bool = False
    rounded: list[int] = field(default_factory=list)
    uncapped: dict[int, list[int]] = field(default_factory=dict)
    sum: Fraction | None = None
    short: str = ""
    cut: set[int] = field(default_factory=set)
    counted: dict[str, int] = field(default_factory=dict)
    shares: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def accrues(self) -> bool:
        """Whether it gave something that is posted later."""
        return self.award.rounding.place is Place.POSTING and bool(self.sum)

    @property
    def names(self) -> list[str]:
        """The rule, then its boosts."""
        return [part.by for part in self.award.parts]

    @property
    def units(self) -> list[int]:
        """Whole units, parallel to `names`."""
        rows = self.grid.values()
        return [sum([row[place] for row in rows]) for place in range(len(self.award.parts))]

    def by_line(self) -> Exact:
        """The exact amounts by line as far as caps left them: a part that was lowered weighs less."""
        found = []
        for part, units, rounded in zip(self.award.parts, self.units, self.rounded, strict=True):
            kept = Fraction(units, rounded) if rounded else 1
            found.append(_times(kept, part.by_line(self.award.cells)))
        return summed(found)

    @property
    def granted(self) -> int:
        return sum(map(sum, self.grid.values()))


def summed(amounts: list[Exact]) -> Exact:
    """Exact amounts by line, added up."""
    found: Exact = {}
    for exact in amounts:
        for line, amount in exact.items():
            found[line] = found[line] + amount if line in found else amount
    return found


def _times(factor: Fraction | int, exact: Exact) -> Exact:
    return exact if factor == 1 else {line: factor * amount for line, amount in exact.items()}


def choose(policy: Policy, amounts: list[Fraction]) -> int | None:
    """Which of the listed candidates wins: one that gives nothing excludes nobody, of equals the first listed wins."""
    giving = [place for place, amount in enumerate(amounts) if amount]
    if not giving:
        return None
    match policy:
        case Policy.LARGEST:
            return max(giving, key=lambda place: (amounts[place], -place))
        case Policy.SMALLEST:
            return min(giving, key=lambda place: (amounts[place], place))
        case _:
            return giving[0]
