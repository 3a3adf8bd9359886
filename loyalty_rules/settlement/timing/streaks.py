"""Runs of days, weeks or months at the end of each: what was missed breaks a run, unless one of a reward is used up for
it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from loyalty_rules.completions import MissForgiven
from loyalty_rules.decision import Effect, PointsTaken
from loyalty_rules.engine import goals, periods
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Earn, Goal, forgiven_key
from loyalty_rules.lang.conditions import IN_A_ROW, Measure
from loyalty_rules.ledger import spending
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import NEVER, MemberState, Purse
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.spending.rights import taken_from


class _Run(NamedTuple):
    """A run for which members may use up a reward."""

    rule: Earn
    goal: Goal
    measure: Measure
    reward: str


def next_missed(plan: Plan, member: MemberState) -> int:
    """The next end of a day, week or month that would break a run, and for which the member holds a reward."""
    due = NEVER
    for one in _runs(plan, member, member.clock):
        view = view_at(plan, member, member.clock)
        run = periods.run(view, one.measure, now=False)
        if run and _counts(view, one):
            unit, timeline = IN_A_ROW[one.measure.counter], plan.timeline
            open_until = timeline.number(unit, view.occasion.day) + 1
            due = min(due, timeline.start(timeline.first(unit, open_until + (run[-1] + 1 == open_until))))
    return due


def forgiven(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """At the end of a period that was missed, one of the reward is used up for each run that it would break."""
    for one in _runs(plan, member, at):
        unit, timeline = IN_A_ROW[one.measure.counter], plan.timeline
        number = timeline.number(unit, timeline.day(at)) - 1
        first = timeline.first(unit, number + 1)
        if timeline.start(first) != at or not _held(member, one.reward, at):
            continue  # the last one may have gone to the run before
        before = view_at(plan, member, at, day=first - 1)
        run = periods.run(before, one.measure, now=False)
        if number in run or not _counts(before, one):
            continue
        if len(periods.run(view_at(plan, member, at), one.measure, now=False)) == len(run):
            continue  # it is forgiven without a reward
        member, debits = taken_from(plan, member, one.reward, 1, at)
        key, counters = forgiven_key(one.measure.key), by_key(member.counters)
        counters[key] = added(counters.get(key, ()), number, 1, min(run))
        member = member._replace(counters=in_order(counters))
        effects.append(PointsTaken(one.rule.name, one.reward, 1, at, debits))
        effects.append(MissForgiven(one.rule.name, one.reward, timeline.first(unit, number), at))
    return member


def _runs(plan: Plan, member: MemberState, at: int) -> Iterator[_Run]:
    """The runs for which the member holds a reward at an instant."""
    opted = {rule: since for rule, since in member.opted if since <= member.clock}
    for rule, declared in plan.having.forgiving:
        goal = goals.goal_for(opted, rule, declared)
        for measure in goal.forgiving:
            if measure.forgives is not None and _held(member, measure.forgives.reward, at):
                yield _Run(rule, goal, measure, measure.forgives.reward)


def _held(member: MemberState, reward: str, at: int) -> bool:
    purse = next((one for one in member.purses if one.name == reward), Purse(reward, ()))
    return spending.available(purse, at) > 0


def _counts(view: View, one: _Run) -> bool:
    """Whether the run counts for a challenge that the member can still complete."""
    rule, last = one.rule, view.occasion.at - 1
    ends = [dates.end for dates in (view.plan.checked.earning, rule.dates) if dates.end is not None]
    if any(last >= end for end in ends) or (rule.opt_in and rule.name not in view.known.opted):
        return False
    if not view.all_hold(rule.audience) or goals.over(view, rule, one.goal):
        return False
    with goals.starting(view, rule, one.goal):
        return view.measure(one.measure) > 0
