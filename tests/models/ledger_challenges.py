"""Challenges of the ledger model: goals as plain values, how often an occasion completes one, and what becomes of that
when goods come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.models.ledger_questions import Asked, Window

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Programme

EVER = Window("ever")
HOW = {
    "once": "once",
    "window": "once per window",
    "zero": "repeat from zero",
    "carry": "repeat with carry",
}


@dataclass(frozen=True)
class Goal:
    """All of the `tests`, each a measure that is to come to so much. `how`: "once", once per "window", again from
    "zero" or with what is left ("carry"). `keeps`: also where goods come back."""

    tests: tuple[Asked, ...]
    how: str
    keeps: bool = True

    @property
    def repeats(self) -> bool:
        return self.how in ("zero", "carry")

    @property
    def window(self) -> Window | None:
        """The one in which it is completed once."""
        return self.tests[0].measure.window if self.how == "window" else None

    def lines(self, programme: Programme) -> list[str]:
        return [f"goal {' and '.join(test.text(programme) for test in self.tests)}", HOW[self.how]]


def done_key(name: str) -> str:
    return f"{name} DONE"


def taken_key(name: str, test: Asked) -> str:
    """Of what a completion took it matters in which window it was counted."""
    return f"{name} TAKEN {test.measure.text()}"


def reached(goal: Goal, come: Mapping[Asked, int], done: tuple[int, int]) -> int:
    """How often it is completed now. `come`: what each measure has come to since it last started again; `done`: how
    often it was completed, ever and in its window."""
    if (goal.how == "once" and done[0] > 0) or (goal.how == "window" and done[1] > 0):
        return 0
    if any(come[test] < test.amount for test in goal.tests):
        return 0
    return come[goal.tests[0]] // goal.tests[0].amount if goal.how == "carry" else 1


def taken(goal: Goal, come: Mapping[Asked, int], times: int) -> dict[Asked, int]:
    """What so many completions take of each measure."""
    if not times:
        return dict.fromkeys(goal.tests, 0)
    return {test: test.amount * times if goal.how == "carry" else come[test] for test in goal.tests}
