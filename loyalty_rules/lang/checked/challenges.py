"""What a challenge asks for, and how often it can be completed."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Final

from loyalty_rules.lang.conditions import Condition, Measure, Window
from loyalty_rules.records import DONE
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

#: How the key of a counter goes on, behind the name of the challenge, of what completions took of a measure.
TAKEN: Final = "TAKEN"


class Again(Enum):
    """How often a challenge is completed. The values are phrase roles."""

    ONCE = "ONCE"
    WINDOW = "ONCE_WINDOW"
    ZERO = "REPEAT_ZERO"
    CARRY = "REPEAT_CARRY"


@frozen
class Goal:
    """`window`: of its measures, with WINDOW. `restarts`: the measures of which a completion notes what it
    took, and which start again where it `repeats`. `step`:
    with CARRY, how much of the one measure a completion takes. `keeps`: a return takes no completion back. `whole`: who
    opts in completes at once what is reached by then. `forgiving`: the runs for which members may use a reward.
    `former`: the goal of those who opted in before an instant, where the clause at `started` leaves them theirs."""

    condition: Condition
    again: Again
    window: Window | None
    restarts: tuple[Measure, ...]
    step: int
    keeps: bool
    whole: bool
    forgiving: tuple[Measure, ...]
    span: Span = field(compare=False)  # of what says how often
    former: tuple[int, Goal] | None = None
    started: Span | None = field(default=None, compare=False)

    def all_of(self) -> tuple[Goal, ...]:
        """The goal, and those that members keep who started before it."""
        return (self,) if self.former is None else (self, *self.former[1].all_of())

    @property
    def repeats(self) -> bool:
        """Whether it starts again when it was completed."""
        return self.again in (Again.ZERO, Again.CARRY)

    def keys(self, challenge: str) -> tuple[str, ...]:
        """The counters of the challenge."""
        found = {done_key(challenge), done_at_key(challenge)}
        for goal in self.all_of():
            found |= {taken_key(challenge, measure.key) for measure in goal.restarts}
            found |= {forgiven_key(measure.key) for measure in goal.forgiving}
            found |= {done_in_key(challenge)} if goal.window is not None else set()
        return tuple(sorted(found))


def done_key(challenge: str) -> str:
    """The counter of all completions of a challenge."""
    return challenge + DONE


def done_in_key(challenge: str) -> str:
    """The counter of its completions in each window."""
    return f"{challenge} DONE_IN"


def done_at_key(challenge: str) -> str:
    """The counter of its completions by their instants, where something is counted since the last one."""
    return f"{challenge} DONE_AT"


def forgiven_key(measure: str) -> str:
    """The counter of the periods of a run that were missed and for which a reward was used."""
    return f"{measure} FORGIVEN"


def taken_key(challenge: str, measure: str) -> str:
    """The counter of what completions took of a measure, or of the periods of a run in which they came."""
    return f"{challenge} {TAKEN} {measure}"
