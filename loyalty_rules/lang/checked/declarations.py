"""What a file declares beside rules: events, product sets, segments, tables."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.lang.conditions import BaseTotal, Condition, Fact, Measure
from loyalty_rules.values import frozen


@frozen
class EventKind:
    """`about_order`: each such event names an order."""

    name: str
    title: str
    facts: tuple[Fact, ...]
    about_order: bool = False


@frozen
class ProductSet:
    """Lines for which all of `where` hold, or that are in a set of `include`, but in none of `exclude`. Never
    delivery."""

    name: str
    title: str
    where: tuple[Condition, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]


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
    the number before the first of the row; 0 without one."""

    low: int | None
    high: int | None
    value: Fraction
    edge: int


@frozen
class Table:
    """A ladder: one range column over an operand, ascending rows without hole or overlap. Values: per cents as parts
    of one."""

    name: str
    title: str
    axis: BaseTotal | Measure
    percent: bool
    rows: tuple[Row, ...]
