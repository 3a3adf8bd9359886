"""Mistakes in tables and ladders. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class TableColumns(Problem):
    """A table without exactly one column that is asked and one of values."""

    code: ClassVar[str] = "L090"
    slug: ClassVar[str] = "table.columns"
    table: str


@frozen
class CellCount(Problem):
    """A row with another number of cells than the first row."""

    code: ClassVar[str] = "L091"
    slug: ClassVar[str] = "table.cells"
    found: int
    expected: int


@frozen
class TableHole(Problem):
    """A value that no row of a table covers."""

    code: ClassVar[str] = "L092"
    slug: ClassVar[str] = "table.hole"
    value: str


@frozen
class TableOverlap(Problem):
    """A value that two rows of a table cover."""

    code: ClassVar[str] = "L093"
    slug: ClassVar[str] = "table.overlap"
    value: str


@frozen
class NoRows(Problem):
    """A table without rows."""

    code: ClassVar[str] = "L094"
    slug: ClassVar[str] = "table.empty"
    table: str


@frozen
class CellKind(Problem):
    """A cell that its column does not take."""

    code: ClassVar[str] = "L095"
    slug: ClassVar[str] = "table.cell"
    text: str
    expected: Role


@frozen
class QuotedCell(Problem):
    """Data in a cell that reads as a phrase of the language."""

    code: ClassVar[str] = "L096"
    slug: ClassVar[str] = "table.quotes"
    text: str


@frozen
class ColumnAsked(Problem):
    """A column of a table asks about something that no cell can name."""

    code: ClassVar[str] = "L313"
    slug: ClassVar[str] = "table.asked"
    words: str
    kind: Role


@frozen
class NoList(Problem):
    """A table that is asked for a value and is no list of such values."""

    code: ClassVar[str] = "L315"
    slug: ClassVar[str] = "table.list"
    table: str
    words: str


@frozen
class TableOfLines(Problem):
    """A table that asks about lines where no line is asked."""

    code: ClassVar[str] = "L314"
    slug: ClassVar[str] = "table.lines"
    table: str


@frozen
class RowsNotGiven(Problem):
    """A table of the host whose rows were not handed over."""

    code: ClassVar[str] = "L381"
    slug: ClassVar[str] = "table.not_given"
    table: str


@frozen
class GivenCell(Problem):
    """A cell that the host handed over and its column does not take."""

    code: ClassVar[str] = "L382"
    slug: ClassVar[str] = "table.given_cell"
    table: str
    row: int
    text: str
    expected: Role


@frozen
class GivenHeads(Problem):
    """Heads that the host handed over and that are not those of the table, each once."""

    code: ClassVar[str] = "L396"
    slug: ClassVar[str] = "table.given_heads"
    table: str
    given: str
    columns: str


@frozen
class GivenTwice(Problem):
    """A value that two rows cover which the host handed over."""

    code: ClassVar[str] = "L383"
    slug: ClassVar[str] = "table.given_twice"
    table: str
    row: int
    other: int
    value: str


@frozen
class OtherwiseMissing(Problem):
    """A table that names texts and does not say what holds for all others."""

    code: ClassVar[str] = "L384"
    slug: ClassVar[str] = "table.otherwise"
    words: str


@frozen
class LowestLevel(Problem):
    """Two levels without `above`."""

    code: ClassVar[str] = "L100"
    slug: ClassVar[str] = "tiers.lowest"
    level: str
    other: str


@frozen
class LevelCircle(Problem):
    """Levels that stand above each other in a circle."""

    code: ClassVar[str] = "L101"
    slug: ClassVar[str] = "tiers.circle"
    level: str


@frozen
class LevelFork(Problem):
    """Two levels directly above one."""

    code: ClassVar[str] = "L102"
    slug: ClassVar[str] = "tiers.fork"
    level: str
    below: str


@frozen
class DowngradeNever(Problem):
    """What lowers levels, or keeps them from it, where they are never reviewed."""

    code: ClassVar[str] = "L103"
    slug: ClassVar[str] = "tiers.downgrade"


@frozen
class PartAbove(Problem):
    """A level whose condition does not split an order."""

    code: ClassVar[str] = "L104"
    slug: ClassVar[str] = "tiers.part"
    level: str


@frozen
class PointsCircle(Problem):
    """A level that holds from this order and rests on points that it decides."""

    code: ClassVar[str] = "L105"
    slug: ClassVar[str] = "tiers.points"
    ladder: str
    rule: str


@frozen
class BaseNamed(Problem):
    """`no level` where the base level has a name."""

    code: ClassVar[str] = "L106"
    slug: ClassVar[str] = "tiers.base"
    ladder: str
    base: str


@frozen
class PartRule(Problem):
    """A rule that asks for a level of the part above and cannot be split there."""

    code: ClassVar[str] = "L107"
    slug: ClassVar[str] = "tiers.part_rule"
    rule: str
    ladder: str


@frozen
class TakenCounter(Problem):
    """A level of a ladder that takes, and is not judged by one sum since the beginning alone."""

    code: ClassVar[str] = "L108"
    slug: ClassVar[str] = "tiers.counter"
    level: str


@frozen
class TakesMore(Problem):
    """A level takes more than it asks for."""

    code: ClassVar[str] = "L109"
    slug: ClassVar[str] = "tiers.takes"
    level: str
