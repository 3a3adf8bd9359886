"""Challenges: whether a goal is reached on an occasion, how often, and what its counters then hold.

A goal that starts again counts what came after its last completion. Completions take from the measures of the goal
what they had come to, or with a surplus that counts on what was asked for; of a run they take the periods up to their
own. So nothing is reset, and a return lowers what is left.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from loyalty_rules.engine import periods
from loyalty_rules.lang.checked import Again, Earn, Goal, done_at_key, done_in_key, done_key, taken_key
from loyalty_rules.lang.conditions import EVER, IN_A_ROW, Compare, Compared, Measure, WindowKind
from loyalty_rules.lang.walking import parts_of

if TYPE_CHECKING:
    from loyalty_rules.engine.view import View


class Moved(NamedTuple):
    """What completions add to a bucket of a counter; buckets before `kept` are read no more."""

    key: str
    bucket: int
    amount: int
    kept: int


def goal_for(opted: Mapping[str, int], rule: Earn, goal: Goal) -> Goal:
    """The goal that a challenge has for the member: an older one for who started before it changed. `opted`: by rule to
    which the member has opted in, when."""
    while goal.former is not None and rule.name in opted:
        since, old = goal.former
        if opted[rule.name] >= since:
            break
        goal = old
    return goal


def completed(view: View, challenge: str) -> bool:
    """Whether the member has completed a challenge, be it in this decision."""
    return challenge in view.completed or bool(done(view, challenge))


def done(view: View, challenge: str) -> int:
    """How often the member has completed a challenge before this decision."""
    return sum(net for _, net in view.known.counters.get(done_key(challenge), ()))


def over(view: View, rule: Earn, goal: Goal) -> bool:
    """Whether a challenge cannot be completed again, for now or for good."""
    if goal.again is Again.ONCE:
        return completed(view, rule.name)
    if goal.window is None:
        return False
    reached = view.reach_of_window(goal.window)
    counted = view.known.counters.get(done_in_key(rule.name), ())
    return any(net > 0 for bucket, net in counted if reached.low <= bucket <= reached.high)


def times(view: View, rule: Earn, goal: Goal) -> int:
    """How often the goal is reached with this occasion; 0 while it is not."""
    with starting(view, rule, goal):
        if not view.holds(goal.condition):
            return 0
        if goal.again is not Again.CARRY:
            return 1
        return view.measure(goal.restarts[0]) // goal.step


def parts(view: View, rule: Earn, goal: Goal) -> Iterator[tuple[Measure, int, int]]:
    """The measures of which a goal asks at least so much: what each has come to as the goal counts it, and how much is
    asked."""
    with starting(view, rule, goal):
        for test in parts_of(goal.condition):
            match test:
                case Compared(Measure() as measure, Compare.AT_LEAST, bound):
                    needed = view.bound(bound)
                    if needed is not None and measure.window.kind not in (WindowKind.THIS_ORDER, WindowKind.EACH):
                        yield measure, view.measure(measure), int(-(-needed // 1))
                case _:
                    pass


@contextmanager
def starting(view: View, rule: Earn, goal: Goal) -> Iterator[None]:
    """While measures are asked as the goal counts them: without what its completions took."""
    restarts = goal.restarts if goal.repeats else ()
    before, view.taken = view.taken, {one.key: _taken(view, rule.name, one) for one in restarts}
    try:
        yield
    finally:
        view.taken = before


def _taken(view: View, challenge: str, measure: Measure) -> int:
    kept = view.known.counters.get(taken_key(challenge, measure.key), ())
    if measure.counter in IN_A_ROW:
        last = max((bucket for bucket, net in kept if net > 0), default=None)
        run = periods.run(view, measure, now=not measure.before_this_order)
        return 0 if last is None else bisect_right(run, last)
    _, low, high = view.reach_of(measure)
    return sum(net for bucket, net in kept if low <= bucket <= high)


def moved(view: View, completions: Mapping[str, int]) -> Iterator[Moved]:
    """What the counters of challenges hold more once they were completed so often."""
    for name in sorted(completions):
        rule, count = view.plan.checked.earns[name], completions[name]
        if rule.goal is not None:
            yield Moved(done_key(name), view.reach_of_window(EVER).bucket, count, 0)
            if name in view.plan.counted_since:
                yield Moved(done_at_key(name), view.occasion.at, count, view.since.done[name][0])
            yield from _of_goal(view, rule, goal_for(view.known.opted, rule, rule.goal), count)


def _of_goal(view: View, rule: Earn, goal: Goal, count: int) -> Iterator[Moved]:
    if goal.window is not None:
        reached = view.reach_of_window(goal.window)
        yield Moved(done_in_key(rule.name), reached.bucket, count, reached.low)
    for measure in goal.restarts:
        key, bucket = taken_key(rule.name, measure.key), view.reach_of(measure).bucket
        if measure.counter in IN_A_ROW:
            yield Moved(key, bucket, 1, periods.began(view, measure))
            continue
        with starting(view, rule, goal):
            amount = goal.step * count if goal.again is Again.CARRY else view.measure(measure)
        yield Moved(key, bucket, amount, view.reach_of(measure).low)
