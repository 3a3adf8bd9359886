"""Whether the rows of a table cover every value once; the first that falls through or is covered twice is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, product
from typing import Final

from loyalty_rules.amounts import format_units
from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.amounts import NUMBER_DECIMALS
from loyalty_rules.lang.checker.context import Context, PurseHead
from loyalty_rules.lang.checker.values import Typed
from loyalty_rules.problems.ladders import GivenTwice, OtherwiseMissing, TableHole, TableOverlap
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: From this many digits on, digits are shown in groups of three.
_GROUPED_FROM = 5
_DAYS: Final = 7
_MONTHS: Final = 12


@frozen
class Column:
    """A column that is asked, and which cell of a row is its own."""

    place: int
    typed: Typed


@frozen
class KeyColumn(Column):
    """A column that names values: what it asks about is never an amount or a measure, which have ranges."""

    asked: c.FieldOf | c.FactOf | c.LevelOf


@frozen
class Columns:
    """`keys` name values, `axis` has ranges, `value` is the place of what the table says; a list says nothing."""

    keys: tuple[KeyColumn, ...]
    axis: Column | None
    value: int | None
    percent: bool

    @property
    def is_list(self) -> bool:
        return self.value is None


@frozen
class Placed:
    """A row, and where it stands: in the file, or by its number among the rows of the host."""

    row: k.Row
    at: Span | int


def ordered(rows: Iterable[Placed]) -> list[Placed]:
    """Rows by their keys, then by their range."""
    return sorted(rows, key=lambda one: (one.row.keys, -1 if one.row.low is None else one.row.low))


def covered(ctx: Context, rows: list[Placed], columns: Columns, name: s.Name, *, otherwise: bool) -> bool:
    """Whether every value is covered once, or with `otherwise` at most once."""
    sweep = _Sweep(ctx, columns, name, otherwise)
    found: set[tuple[c.Value, ...]] = set()
    for keys, group in groupby(rows, key=lambda one: one.row.keys):
        found.add(keys)
        if not sweep.group(keys, list(group)):
            return False
    return otherwise or sweep.all_named(found)


def _domain(typed: Typed) -> tuple[c.Value, ...] | None:
    """All that a column can name, or None where that has no end."""
    match typed.kind:
        case c.Kind.LEVEL if typed.ladder is not None:
            return tuple(range(len(typed.ladder.levels) + 1))
        case c.Kind.YES_NO:
            return (False, True)
        case c.Kind.WEEKDAY:
            return tuple(range(_DAYS))
        case c.Kind.MONTH:
            return tuple(range(1, _MONTHS + 1))
        case _:
            choices = typed.fact.choices if typed.fact is not None else ()
            return tuple(sorted(choices)) or None


@frozen
class _Sweep:
    ctx: Context
    columns: Columns
    name: s.Name
    otherwise: bool

    def group(self, keys: tuple[c.Value, ...], rows: list[Placed]) -> bool:
        """Whether the rows with these keys cover every value from 0 on once."""
        reached: int | None = 0  # every value below is covered; None: every value
        before: Placed | None = None
        for one in rows:
            low = max(one.row.low or 0, 0)
            if reached is None or low < reached:
                self._twice(keys, low, one, before)
                return False
            hole = low > reached and not self.otherwise
            if hole or (one.row.high is not None and one.row.high <= low):
                self._hole(keys, reached if hole else low, one, before)
                return False
            reached, before = one.row.high, one
        if reached is not None and before is not None and not self.otherwise:
            self._hole(keys, reached, before, None)
            return False
        return True

    def all_named(self, found: set[tuple[c.Value, ...]]) -> bool:
        """Whether every combination of what columns can name has rows; a text can always be another one."""
        domains: list[tuple[c.Value, ...]] = []
        for column in self.columns.keys:
            domain = _domain(column.typed)
            if domain is None:
                self.ctx.report(OtherwiseMissing(column.typed.words), self.name.span)
                return False
            domains.append(domain)
        missing = next((keys for keys in product(*domains) if keys not in found), None)
        if missing is not None:
            self.ctx.report(TableHole(self._value(missing, 0)), self.name.span)
        return missing is None

    def _value(self, keys: tuple[c.Value, ...], units: int) -> str:
        axis = self.columns.axis
        words = list(_named(self.ctx, self.columns, keys))
        return ", ".join([*words, shown(self.ctx, units, axis.typed)] if axis is not None else words)

    def _hole(self, keys: tuple[c.Value, ...], units: int, one: Placed, before: Placed | None) -> None:
        at = one.at if isinstance(one.at, Span) else self.name.span
        self.ctx.report(TableHole(self._value(keys, units)), at, *_related(before))

    def _twice(self, keys: tuple[c.Value, ...], units: int, one: Placed, before: Placed | None) -> None:
        value = self._value(keys, units)
        if isinstance(one.at, Span):
            self.ctx.report(TableOverlap(value), one.at, *_related(before))
        elif before is not None and isinstance(before.at, int):
            rows = sorted((one.at, before.at))
            self.ctx.report(GivenTwice(self.name.text, rows[1], rows[0], value), self.name.span)


def _related(before: Placed | None) -> tuple[Related, ...]:
    return (Related(before.at, "row_before"),) if before is not None and isinstance(before.at, Span) else ()


# ---------- values as an author would write them


def _named(ctx: Context, columns: Columns, keys: tuple[c.Value, ...]) -> Iterator[str]:
    """What columns name, each with the words of its head."""
    for column, key in zip(columns.keys, keys, strict=True):
        yield f"{column.typed.words} {_key(ctx, column.typed, key)}"


def _key(ctx: Context, typed: Typed, key: c.Value) -> str:
    match typed.kind:
        case c.Kind.LEVEL if typed.ladder is not None:
            levels = (typed.ladder.base or ctx.table.text("NO_LEVEL"), *typed.ladder.levels)
            return levels[int(key)] if isinstance(key, int) else ""
        case c.Kind.YES_NO:
            return ctx.table.text("YES" if key else "NO")
        case c.Kind.WEEKDAY:
            return ctx.table.text(f"WD{key}")
        case c.Kind.MONTH:
            return ctx.table.month(f"MO{key:02}", of_day=False)
        case _:
            return f'"{key}"'


def shown(ctx: Context, units: int, axis: Typed) -> str:
    """A value in smallest units as an author would write it."""
    match axis.kind:
        case c.Kind.MONEY:
            return f"{grouped(format_units(units, ctx.settings.exponent))} {ctx.settings.currency}"
        case c.Kind.POINTS if axis.purse is not None:
            return shown_points(units, axis.purse)
        case c.Kind.NUMBER | c.Kind.PERCENT:
            return grouped(format_units(units, NUMBER_DECIMALS))
        case _:
            return grouped(str(units))


def shown_points(units: int, purse: PurseHead) -> str:
    """An amount of a purse as an author would write it."""
    return f"{grouped(format_units(units, purse.decimals))} {purse.currency or purse.name}"


def grouped(text: str) -> str:
    """A canonical decimal as files write it: no trailing zeros behind the point, long ones in groups of three."""
    whole, _, fraction = text.partition(".")
    if len(whole) >= _GROUPED_FROM:
        first = len(whole) % 3
        parts = [whole[:first]] if first else []
        whole = " ".join([*parts, *(whole[place : place + 3] for place in range(first, len(whole), 3))])
    fraction = fraction.rstrip("0") if not fraction.strip("0") else fraction
    return f"{whole}.{fraction}" if fraction else whole
