"""Mistakes in memberships. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class FeeNeeded(Problem):
    """A clause about the fee of a membership that costs nothing."""

    code: ClassVar[str] = "L310"
    slug: ClassVar[str] = "membership.fee"
    clause: Role


@frozen
class FeeOfYear(Problem):
    """What a rule gave in a year is set against a fee that is not for a year."""

    code: ClassVar[str] = "L311"
    slug: ClassVar[str] = "membership.year"
    every: str


@frozen
class ShiftPastYear(Problem):
    """The start or the end of a year, moved by a year or more."""

    code: ClassVar[str] = "L312"
    slug: ClassVar[str] = "membership.shift"
    length: str
