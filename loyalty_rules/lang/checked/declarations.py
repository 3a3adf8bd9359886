"""What a file declares beside rules: events, product sets, segments, tables."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction

from loyalty_rules.calendar import Period
from loyalty_rules.lang.conditions import (
    Condition,
    Fact,
    FactOf,
    FieldOf,
    LevelOf,
    Operand,
    Value,
    Window,
    about_line,
)
from loyalty_rules.values import frozen


@frozen
class EventKind:
    """`about_order`: each such event names an order."""

    name: str
    title: str
    facts: tuple[Fact, ...]
    about_order: bool = False


@frozen
class SetChoice:
    """What members choose of the sets that a set includes: at most so many, or as many as a `table` says (with `most`
    0); once in a window, and anew with each period."""

    most: int | None = None
    table: str = ""
    once: Window | None = None
    ends: Period | None = None
    default: tuple[str, ...] = ()


@frozen
class ProductSet:
    """Lines for which all of `where` hold, or that are in a set of `include`, but in none of `exclude`. Never
    delivery. With a `choice` only those of `include` that the member has chosen."""

    name: str
    title: str
    where: tuple[Condition, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    choice: SetChoice | None = None


@frozen
class Segment:
    """`when` is empty where the host keeps the list."""

    name: str
    title: str
    when: tuple[Condition, ...]


@frozen
class Row:
    """From `low` (included) to `high` (excluded); None is no bound. `edge` is where its part begins when amounts are
    cut at the rows (`each part`): the number written in its lower bound, be it `over 50` or `at least 50`; of counts
    the number before the first of the row; 0 without one. `keys` are parallel to those of the table."""

    low: int | None
    high: int | None
    value: Fraction
    edge: int
    keys: tuple[Value, ...] = ()


@frozen
class Table:
    """A lookup: `keys` are the columns whose cells name values, `axis` the one of ranges, if there is one. Rows ascend
    by their keys and then by their range; no value is covered twice, and none falls through unless `otherwise` says
    what is found there. Values: per cents as parts of one. A list has one key and no values: its rows say 1. `by_host`:
    the rows were handed over, and do not stand in the file."""

    name: str
    title: str
    axis: Operand | None
    percent: bool
    rows: tuple[Row, ...]
    keys: tuple[FieldOf | FactOf | LevelOf, ...] = ()
    otherwise: Fraction | None = None
    is_list: bool = False
    by_host: bool = field(default=False, compare=False)

    @property
    def asked(self) -> tuple[Operand, ...]:
        """What the columns ask about."""
        return self.keys if self.axis is None else (*self.keys, self.axis)

    @property
    def of_lines(self) -> bool:
        """Whether a column asks about a line, so that each line finds its own row."""
        return any(about_line(operand) for operand in self.asked)

    @property
    def largest(self) -> Fraction:
        """The most that it says anywhere; 0 where it says nothing."""
        return max(self.otherwise or Fraction(0), *(row.value for row in self.rows), Fraction(0))
