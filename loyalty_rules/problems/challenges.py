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


@frozen
class ForgivenWindow(Problem):
    """Missed periods that are forgiven in windows which cannot hold several of them."""

    code: ClassVar[str] = "L346"
    slug: ClassVar[str] = "challenge.forgiven"
    text: str


@frozen
class NobodyStarts(Problem):
    """Members who started keep the old goal, and nobody starts the challenge."""

    code: ClassVar[str] = "L349"
    slug: ClassVar[str] = "challenge.started"
    clause: Role


@frozen
class NothingMissed(Problem):
    """Missed periods are forgiven, and the goal counts none that follow one another."""

    code: ClassVar[str] = "L347"
    slug: ClassVar[str] = "challenge.run"
    clause: Role


@frozen
class ForgivenInMoney(Problem):
    """A reward that is held as money is to be used up by missed periods."""

    code: ClassVar[str] = "L348"
    slug: ClassVar[str] = "challenge.reward"
    reward: str


@frozen
class SinceItself(Problem):
    """A goal that counts since the challenge itself was last completed."""

    code: ClassVar[str] = "L428"
    slug: ClassVar[str] = "goal.since_itself"
    challenge: str
    again: Role
