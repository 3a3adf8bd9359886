"""Mistakes in challenges. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class GoalCountsNothing(Problem):
    """A goal that asks for nothing that is counted."""

    code: ClassVar[str] = "L357"
    slug: ClassVar[str] = "goal.measure"
    text: str


@frozen
class NeverStartsAgain(Problem):
    """A goal that is to start again, and measures what cannot."""

    code: ClassVar[str] = "L358"
    slug: ClassVar[str] = "goal.restart"
    measure: str
    again: Role


@frozen
class CarryOfOne(Problem):
    """A surplus that counts on, and not one measure of which so much is asked."""

    code: ClassVar[str] = "L359"
    slug: ClassVar[str] = "goal.carry"
    text: str


@frozen
class OneWindow(Problem):
    """Once per window, where the measures of the goal have no window in common that comes again."""

    code: ClassVar[str] = "L360"
    slug: ClassVar[str] = "goal.window"
    text: str


@frozen
class RateInChallenge(Problem):
    """A gift of a challenge that grows with something."""

    code: ClassVar[str] = "L361"
    slug: ClassVar[str] = "challenge.rate"
