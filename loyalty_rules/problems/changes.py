"""Mistakes in what changes from a date on.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class ChangesMeet(Problem):
    """Two changes give one purse another denomination at the same moment."""

    code: ClassVar[str] = "L230"
    slug: ClassVar[str] = "change.meet"
    name: str
    other: str
    purse: str


@frozen
class MoneyRedenominated(Problem):
    """A change of a purse that holds money: money in another denomination is another currency."""

    code: ClassVar[str] = "L231"
    slug: ClassVar[str] = "change.money"
    purse: str
    currency: str


@frozen
class LastDayIdle(Problem):
    """A last day of earning or redeeming on which the programme is not in force any more, or not yet."""

    code: ClassVar[str] = "L330"
    slug: ClassVar[str] = "programme.last_day"
    clause: Role


@frozen
class ClauseElsewhere(Problem):
    """A change puts a clause into a block that cannot have it."""

    code: ClassVar[str] = "L331"
    slug: ClassVar[str] = "change.clause"
    clause: Role
    name: str
    kind: Role


@frozen
class ClauseChangedTwice(Problem):
    """Two changes put clauses in the place of the same ones at the same moment."""

    code: ClassVar[str] = "L332"
    slug: ClassVar[str] = "change.twice"
    clause: Role
    name: str
    change: str
    other: str


@frozen
class LevelDropped(Problem):
    """A change leaves out a level that members may hold."""

    code: ClassVar[str] = "L333"
    slug: ClassVar[str] = "change.level"
    level: str
    ladder: str


@frozen
class TooManyChanges(Problem):
    """Changes of clauses at more moments than one file may have."""

    code: ClassVar[str] = "L334"
    slug: ClassVar[str] = "change.many"
    most: int


@frozen
class ChangeIdle(Problem):
    """A clause of a change that says nothing without another one."""

    code: ClassVar[str] = "L335"
    slug: ClassVar[str] = "change.idle"
    clause: Role
    other: Role


@frozen
class GiftElsewhere(Problem):
    """A change lets a rule give into a purse into which it did not give before."""

    code: ClassVar[str] = "L336"
    slug: ClassVar[str] = "change.gift"
    rule: str
    purse: str


@frozen
class LotsOfRule(Problem):
    """A change of a rule says that what is held gets its new life too: that is said of a purse or a reward."""

    code: ClassVar[str] = "L345"
    slug: ClassVar[str] = "change.lots"
    rule: str
    kind: Role
