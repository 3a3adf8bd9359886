"""How far a member has come with a challenge. Nothing is decided by it."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.engine import goals
from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import InputError, shown
from loyalty_rules.lang.conditions import Measure
from loyalty_rules.member import MemberState
from loyalty_rules.settlement.knowing import view_at


class Reached(NamedTuple):
    """What one measure of a goal has come to since it last started again, and what is asked of it, in its smallest
    unit."""

    measure: Measure
    units: int
    needed: int

    @property
    def missing(self) -> int:
        """How much is still to come; 0 where there is enough."""
        return max(0, self.needed - self.units)


class Progress(NamedTuple):
    """How often a challenge was completed, whether it can be completed now (not before the member has opted in
    to it, where it waits for that), and what its measures have come to: those
    of which the goal asks at least so much, in the order of the file."""

    completed: int
    open: bool
    measures: tuple[Reached, ...]


def progress(plan: Plan, member: MemberState, challenge: str) -> Progress:
    """How far a member has come at its clock. Raises `InputError` (`challenge.unknown`)."""
    rule = plan.checked.earns.get(challenge)
    if rule is None or rule.goal is None:
        raise InputError("challenge.unknown", f"the programme has no challenge `{shown(challenge)}`")
    view = view_at(plan, member, member.clock)
    goal = goals.goal_for(view.known.opted, rule, rule.goal)
    parts = tuple(Reached(*part) for part in goals.parts(view, rule, goal))
    waits = rule.opt_in and challenge not in view.known.opted
    return Progress(goals.done(view, challenge), not waits and not goals.over(view, rule, goal), parts)
