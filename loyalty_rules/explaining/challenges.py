"""Challenges in words: what was completed, what fell away with goods that came back, and how far members are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty_rules.calendar import format_date
from loyalty_rules.completions import ChallengeCompleted, CompletionTakenBack, MissForgiven
from loyalty_rules.decision import Effect
from loyalty_rules.explaining.telling import Telling
from loyalty_rules.member import MemberState
from loyalty_rules.settlement.challenging import Progress, progress


def standing(telling: Telling, member: MemberState) -> Iterator[str]:
    """How far a member has come with each challenge."""
    plan = telling.plan
    return progressed(telling, ((rule.name, progress(plan, member, rule.name)) for rule in plan.challenges))


def progressed(telling: Telling, challenges: Iterable[tuple[str, Progress]]) -> Iterator[str]:
    """What challenges that can still be completed have come to, and how often each was."""
    for name, found in challenges:
        title = telling.title(name)
        if found.open:
            for one in found.measures:
                needed = telling.measured(one.measure, one.needed)
                if one.units < 0:  # what a completion took has come back, and the completion stays
                    short = telling.measured(one.measure, -one.units)
                    yield telling.text("challenge.behind", title=title, short=short, needed=needed)
                else:
                    reached = telling.measured(one.measure, one.units)
                    yield telling.text("challenge.progress", title=title, reached=reached, needed=needed)
        if found.completed:
            yield telling.text("challenge.count", title=title, times=str(found.completed))


def told(telling: Telling, effect: Effect) -> Iterator[str]:
    """What an effect did to a challenge; nothing for an effect on anything else."""
    match effect:
        case ChallengeCompleted(rule, times, _):
            key = "done" if times == 1 else "done_times"
        case CompletionTakenBack(rule, times, _):
            key = "undone" if times == 1 else "undone_times"
        case MissForgiven(rule, purse, day, _):
            values = {"title": telling.title(rule), "reward": telling.title(purse), "day": format_date(day)}
            yield telling.text("challenge.forgiven", **values)
            return
        case _:
            return
    yield telling.text(f"challenge.{key}", title=telling.title(rule), times=str(times))
