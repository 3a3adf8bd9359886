"""Challenges as JSON: what became of them in a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias

from loyalty_rules.adapters.wire.fields import Document, Instant, Text
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_date, format_instant
from loyalty_rules.completions import ChallengeEffect, MissForgiven
from loyalty_rules.lang.conditions import Measure
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Programme
from loyalty_rules.settlement.challenging import Progress


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


class MissForgivenModel(Document):
    """A day, week or month without what a run asks for: one of the reward `purse` was used up for it, and the run goes
    on. `day`: its first date."""

    kind: Literal["miss_forgiven"]
    rule: Text
    purse: Text
    day: Text
    at: Instant


ChallengeEffectModel: TypeAlias = ChallengeCompletedModel | CompletionTakenBackModel | MissForgivenModel


def progress_of(programme: Programme, member: MemberState) -> Iterator[tuple[str, Progress]]:
    """How far the member has come with each challenge."""
    return ((rule.name, programme.progress(member, rule.name)) for rule in programme.plan.challenges)


def progress_data(
    found: Iterable[tuple[str, Progress]], programme: Programme, decimals_of: Callable[[Measure, Programme], int]
) -> dict[str, Any]:
    """The same as JSON. `decimals_of`: those in which amounts of a measure are written."""
    return {
        name: {
            "completed": one.completed,
            "open": one.open,
            "measures": [
                {
                    "reached": format_units(part.units, decimals_of(part.measure, programme)),
                    "needed": format_units(part.needed, decimals_of(part.measure, programme)),
                }
                for part in one.measures
            ],
        }
        for name, one in found
    }


def effect_data(effect: ChallengeEffect, zone: Zone) -> dict[str, Any]:
    """What became of a challenge."""
    at = format_instant(effect.at, zone)
    if isinstance(effect, MissForgiven):
        return {"rule": effect.rule, "purse": effect.purse, "day": format_date(effect.day), "at": at}
    return {"rule": effect.rule, "times": effect.times, "at": at}
