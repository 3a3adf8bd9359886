"""Awards in integers, and what the stages after them read of one: its parts and cells in exact fractions, worked out
when they are asked for. Most orders are never asked for them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from loyalty_rules.engine.compiled.basis import Basis
from loyalty_rules.engine.compiled.gifts import Chosen, Worth
from loyalty_rules.engine.gifts import Amount, Cell, Exact
from loyalty_rules.engine.parts import Award, Part
from loyalty_rules.lang.checked import Cap, RoundingRule


@dataclass(slots=True)
class Slice:
    """What a rule or a boost contributes: tops over the bottom of the award, parallel to its places. `chosen`: the
    places that it is about, by their numbers; None for all."""

    by: str
    tops: Sequence[int]
    chosen: Chosen


class Slices:
    """The slices of one award over one bottom. `places` are those of lines, or of the order as a whole alone."""

    __slots__ = ("basis", "bottom", "kept", "line_cells", "places", "slices")

    def __init__(self, basis: Basis, places: Sequence[int], *, by_line: bool) -> None:
        self.basis = basis
        self.places = places
        self.line_cells = by_line
        self.bottom = 1
        self.kept: Sequence[int] | None = None  # of places whose others went to another rule of the group
        self.slices: list[Slice] = []

    def add(self, by: str, worth: Worth, chosen: Chosen) -> Slice:
        """One more slice; all come over one bottom."""
        tops, bottom = worth
        if not self.slices:
            self.bottom = bottom
        elif bottom != self.bottom:
            both = lcm(bottom, self.bottom)
            self.scale(both // self.bottom)
            tops = [top * (both // bottom) for top in tops]
        found = Slice(by, tops, chosen)
        self.slices.append(found)
        return found

    def scale(self, factor: int) -> None:
        """The same amounts over a bottom so many times as large."""
        if factor != 1:
            self.bottom *= factor
            for one in self.slices:
                one.tops = [top * factor for top in one.tops]

    def by_line(self) -> Exact:
        """What all slices come to, by line."""
        columns = zip(*(one.tops for one in self.slices), strict=True)
        return {place: Fraction(sum(tops), self.bottom) for place, tops in zip(self.places, columns, strict=True)}

    def keep(self, lines: Set[int]) -> None:
        """Drops what lies on other lines."""
        kept = [at for at, place in enumerate(self.places) if place in lines]
        self.kept = kept
        for one in self.slices:
            self.keep_of(one, lines)

    def keep_of(self, one: Slice, lines: Set[int]) -> None:
        """Drops what of a slice lies on other lines."""
        about = range(len(self.places)) if one.chosen is None else one.chosen
        about = [at for at in about if self.places[at] in lines]
        tops = [0] * len(self.places)
        for at in about:
            tops[at] = one.tops[at]
        one.tops, one.chosen = tops, about

    def copy(self, count: int | None = None) -> Slices:
        """Slices to try something on: all, or the first so many."""
        found = Slices(self.basis, self.places, by_line=self.line_cells)
        found.bottom = self.bottom
        found.slices = [Slice(one.by, one.tops, one.chosen) for one in self.slices[:count]]
        return found

    def exact(self, number: int) -> list[Exact]:
        """A slice in fractions, cell by cell."""
        one = self.slices[number]
        about = range(len(self.places)) if one.chosen is None else one.chosen
        found = {self.places[at]: Fraction(one.tops[at], self.bottom) for at in about}
        return [{p: found[p]} if p in found else {} for p in self.places] if self.line_cells else [found]

    def cells(self) -> list[Cell]:
        """What is rounded together."""
        amounts: dict[int, Amount] = self.basis.told()
        return [Cell(1, {line: one}) for line, one in amounts.items()] if self.line_cells else [Cell(1, amounts)]


class LatePart(Part):
    """A part whose exact amounts are worked out when they are asked for."""

    __slots__ = ("_exact", "_number", "_slices")

    def __init__(self, by: str, slices: Slices, number: int) -> None:
        self.by = by
        self._slices = slices
        self._number = number
        self._exact: list[Exact] | None = None

    @property
    def exact(self) -> list[Exact]:
        if self._exact is None:
            self._exact = self._slices.exact(self._number)
        return self._exact

    @exact.setter
    def exact(self, exact: list[Exact]) -> None:
        self._exact = exact


class LateAward(Award):
    """An award whose cells are worked out when they are asked for."""

    __slots__ = ("_slices",)

    def __init__(
        self, rule: str, purse: str, rounding: RoundingRule, slices: Slices, caps: tuple[Cap, ...], minimum: int | None
    ) -> None:
        self.rule = rule
        self.purse = purse
        self.rounding = rounding
        self._slices = slices
        self.parts = [LatePart(one.by, slices, number) for number, one in enumerate(slices.slices)]
        self.caps = caps
        self.minimum = minimum
        self.uses = []
        self.entries = []
        self.passed_over = {}
        self.of = {}

    @property
    def cells(self) -> list[Cell]:
        return self._slices.cells()

    @cells.setter
    def cells(self, cells: list[Cell]) -> None:
        raise TypeError("the cells of an award stay as they are")
