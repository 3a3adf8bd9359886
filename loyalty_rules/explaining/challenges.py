"""Challenges in words: what was completed, and what fell away with goods that came back."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_rules.completions import ChallengeCompleted, CompletionTakenBack
from loyalty_rules.decision import Effect
from loyalty_rules.explaining.telling import Telling


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What an effect did to a challenge; nothing for an effect on anything else."""
    match effect:
        case ChallengeCompleted(rule, times, _):
            key = "done" if times == 1 else "done_times"
        case CompletionTakenBack(rule, times, _):
            key = "undone" if times == 1 else "undone_times"
        case _:
            return
    yield telling.text(f"challenge.{key}", title=telling.title(rule), times=str(times))
