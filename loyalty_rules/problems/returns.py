"""Mistakes about goods that come back."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class NothingReturned(Problem):
    """A clause about goods that come back, where the programme leaves it nothing to say."""

    code: ClassVar[str] = "L190"
    slug: ClassVar[str] = "returns.idle"
    clause: Role
    other: Role


@frozen
class ReturnHead(Problem):
    """A column that a return cannot have, or one that it lacks."""

    code: ClassVar[str] = "L191"
    slug: ClassVar[str] = "example.return"
    text: str


@frozen
class NothingRefunded(Problem):
    """How what was paid with points comes back, where nothing is paid with points."""

    code: ClassVar[str] = "L192"
    slug: ClassVar[str] = "returns.refund"
    clause: Role
