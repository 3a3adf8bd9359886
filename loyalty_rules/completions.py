"""What became of challenges in a decision."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias


class ChallengeCompleted(NamedTuple):
    """A challenge was completed, so many times at once."""

    rule: str
    times: int
    at: int
    kind: Literal["challenge_completed"] = "challenge_completed"


class CompletionTakenBack(NamedTuple):
    """With goods that came back, so many completions fell away: the challenge can be completed again."""

    rule: str
    times: int
    at: int
    kind: Literal["completion_taken_back"] = "completion_taken_back"


class MissForgiven(NamedTuple):
    """A day, week or month without what a run asks for: one of a reward was used up for it, and the run goes on. `day`:
    its first date."""

    rule: str
    purse: str
    day: int
    at: int
    kind: Literal["miss_forgiven"] = "miss_forgiven"


ChallengeEffect: TypeAlias = ChallengeCompleted | CompletionTakenBack | MissForgiven
