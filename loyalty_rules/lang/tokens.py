"""Tokens of one line, and what a line is. Made by the lexer, read by the parser and the formatter."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Duration:
    """A length of calendar time: `30 days`, `1 month`. `unit` is a role: MINUTES, HOURS, DAYS, WEEKS, MONTHS, YEARS."""

    number: int
    unit: str


@frozen
class YearDay:
    """A day of the year: `30 september`. Day 0 is the last day of the month."""

    month: int
    day: int


TokenValue = str | int | Fraction | Duration | YearDay | None


class _Token(NamedTuple):
    role: str
    text: str
    span: Span
    value: TokenValue = None


class Token(_Token):
    """A phrase, a name, a literal or a mark.

    `role` is a role of the phrase table or NAME, STRING, NUMBER, PERCENT, DATE, TIME, ZONE, DURATION, YEARDAY, COMMA,
    LPAR, RPAR, LSQB, RSQB. Dates are ordinals, times minutes after midnight, numbers fractions.
    """

    __slots__ = ()

    #: What lark calls the role. The field itself: lark asks for it again at every step of a parse.
    type = _Token.role


class LineKind(Enum):
    BLANK = "blank"
    VERSION = "version"
    CLAUSE = "clause"  # a header, a clause or `end`
    ROW = "row"
    FAULTY = "faulty"  # its problem was reported


@frozen
class Cell:
    """A cell of a table row: its text without the blanks around it."""

    text: str
    span: Span


class Line(NamedTuple):
    """One line of a file. `comment` holds the comment with its `#`, or is empty; `role` is that of the first token, ""
    without one."""

    number: int
    kind: LineKind
    span: Span
    tokens: Sequence[Token] = ()
    cells: tuple[Cell, ...] = ()
    comment: str = ""
    role: str = ""
