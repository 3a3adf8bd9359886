"""Mistakes in the list of clauses of a block: what is missing, what stands twice.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class ClauseMissing(Problem):
    """A block lacks a clause: one of `clauses`."""

    code: ClassVar[str] = "L040"
    slug: ClassVar[str] = "clause.missing"
    block: Role
    name: str
    clauses: tuple[Role, ...]


@frozen
class ClauseTwice(Problem):
    """A clause that stands once in a block stands there again."""

    code: ClassVar[str] = "L041"
    slug: ClassVar[str] = "clause.twice"
    clause: Role
    block: Role


@frozen
class DatesInTwoLines(Problem):
    """A block says in one line when it begins and in another when it ends."""

    code: ClassVar[str] = "L124"
    slug: ClassVar[str] = "dates.two_lines"
    end: Role


@frozen
class ClausesExclude(Problem):
    """Two clauses of one block of which only one may stand."""

    code: ClassVar[str] = "L042"
    slug: ClassVar[str] = "clause.exclude"
    clause: Role
    other: Role


@frozen
class NoProgramme(Problem):
    """The file has no programme block."""

    code: ClassVar[str] = "L043"
    slug: ClassVar[str] = "programme.missing"


@frozen
class SecondProgramme(Problem):
    """The file has a second programme block."""

    code: ClassVar[str] = "L044"
    slug: ClassVar[str] = "programme.twice"


@frozen
class UnknownCurrency(Problem):
    """A code that is no currency."""

    code: ClassVar[str] = "L045"
    slug: ClassVar[str] = "currency.unknown"
    code_given: str
    suggestion: str | None


@frozen
class UnknownZone(Problem):
    """A time zone that there is not."""

    code: ClassVar[str] = "L046"
    slug: ClassVar[str] = "zone.unknown"
    zone: str
    suggestion: str | None


@frozen
class StartMissing(Problem):
    """A calendar week or a programme year is used and the programme does not say when it starts."""

    code: ClassVar[str] = "L047"
    slug: ClassVar[str] = "period.start"
    clause: Role


@frozen
class DecimalsOfMoney(Problem):
    """`decimals` in a purse that is counted in money."""

    code: ClassVar[str] = "L048"
    slug: ClassVar[str] = "purse.decimals"
    currency: str
    decimals: int


@frozen
class WholeNumber(Problem):
    """A number that is not whole, or outside what is possible here."""

    code: ClassVar[str] = "L049"
    slug: ClassVar[str] = "number.whole"
    text: str
    low: int
    high: int


@frozen
class LateTooLong(Problem):
    """Late events for longer than a member document can tell what was decided."""

    code: ClassVar[str] = "L256"
    slug: ClassVar[str] = "programme.late"
    days: str
