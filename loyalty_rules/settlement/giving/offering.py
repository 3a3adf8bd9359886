"""Gifts of which the member chooses one: they wait with their deadline, and lapse.

What was offered stands: a level that changes, or an edition with other amounts, changes nothing of it.
"""

from __future__ import annotations

from typing import Final

from loyalty_rules.choices import ChoiceLapsed, ChoiceOffered, OpenChoice
from loyalty_rules.decision import Effect
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Choosing
from loyalty_rules.member import NEVER, MemberState

#: How many choices of a member wait at a time; of more the first to end lapses.
MAX_OPEN: Final = 100

_HOUR: Final = 3_600 * 1_000_000


def offered(plan: Plan, member: MemberState, view: View, result: Result, effects: list[Effect]) -> MemberState:
    """The member with what rules left to choose from on an occasion, once for each completion that they wait for."""
    occasion = view.occasion
    at, order = occasion.at, occasion.order if occasion.kind == "purchase" else ""
    waiting = list(member.choices)
    for name, gifts in sorted(result.offered.items()):
        rule = view.plan.checked.earns[name]
        until = NEVER if rule.choosing is None else _until(plan, rule.choosing, at)
        times = view.completed.get(rule.completion, 1)
        for _ in range(min(times, MAX_OPEN)):
            effects.append(ChoiceOffered(name, gifts, at, until, order))
            if until > member.clock:
                waiting.append(OpenChoice(until, at, name, gifts, order))
            else:  # it came late
                effects.append(ChoiceLapsed(name, until))
    waiting.sort()
    while len(waiting) > MAX_OPEN:
        effects.append(ChoiceLapsed(waiting.pop(0).rule, at))
    return member._replace(choices=tuple(waiting))


def _until(plan: Plan, within: Choosing, at: int) -> int:
    """Through the date so many days or months later, or so many hours later to the microsecond."""
    if within.hours:
        return at + within.hours * _HOUR
    if not within.days and not within.months:
        return NEVER
    timeline = plan.timeline
    return timeline.start(timeline.moved(timeline.day(at), within.days, within.months) + 1)


# ---------- lapsed


def next_lapse(plan: Plan, member: MemberState) -> int:
    """The next instant at which the time to choose is over."""
    return min((one.until for one in member.choices if one.until > member.clock), default=NEVER)


def lapse(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """What was not chosen in time is gone."""
    over = [one for one in member.choices if one.until <= at]
    if not over:
        return member
    effects += [ChoiceLapsed(one.rule, at) for one in over]
    return member._replace(choices=tuple(one for one in member.choices if one.until > at))
