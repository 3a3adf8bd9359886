"""Challenges as JSON: what became of them in a decision."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from loyalty_rules.adapters.wire.fields import Document, Instant, Text
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.completions import ChallengeEffect


class ChallengeCompletedModel(Document):
    """A challenge was completed, so many times at once."""

    kind: Literal["challenge_completed"]
    rule: Text
    times: int
    at: Instant


class CompletionTakenBackModel(Document):
    """With goods that came back, so many completions fell away: the challenge can be completed again."""

    kind: Literal["completion_taken_back"]
    rule: Text
    times: int
    at: Instant


ChallengeEffectModel: TypeAlias = ChallengeCompletedModel | CompletionTakenBackModel


def effect_data(effect: ChallengeEffect, zone: Zone) -> dict[str, Any]:
    """What became of a challenge."""
    return {"rule": effect.rule, "times": effect.times, "at": format_instant(effect.at, zone)}
