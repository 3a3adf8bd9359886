"""Challenges: whether an order completes one, how often, and what their counters then hold; `engine.goals`, written
out."""

from __future__ import annotations

import ast
from functools import partial
from typing import NamedTuple

from loyalty_rules.completions import ChallengeCompleted
from loyalty_rules.engine.plan import Plan
from loyalty_rules.fused.asking import Questions
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.measures import OF_GOALS, Buckets, Measures
from loyalty_rules.fused.posting import Posting
from loyalty_rules.fused.quoting import constant, listed, name, number, told
from loyalty_rules.lang.checked import Again, Earn, Goal, TriggerKind, done_in_key, done_key, taken_key
from loyalty_rules.lang.conditions import EVER, IN_A_ROW, Measure

made_completion = partial(tuple.__new__, ChallengeCompleted)


class Completing(NamedTuple):
    """A challenge whose goal is asked: how often it is completed, and how much of which measures that takes."""

    rule: Earn
    times: str
    taken: tuple[tuple[Measure, str], ...]


class Goals:
    """The challenges of a programme."""

    def __init__(self, plan: Plan, code: Code, asking: Questions, measures: Measures, posting: Posting) -> None:
        self.plan = plan
        self.code = code
        self.asking = asking
        self.measures = measures
        self.posting = posting
        self.found: list[Completing] = []

    def prepare(self, rule: Earn, goal: Goal) -> Completing:
        """The variables of a challenge, which are 0 while it is not completed; its counters move by them."""
        known = goal.again in (Again.ONCE, Again.WINDOW, Again.ZERO, Again.CARRY)
        if goal.former is not None or goal.forgiving or not known or rule.name in self.plan.counted_since:
            raise LeftError(goal.span)
        taken = tuple((measure, self.posting.zero("taken")) for measure in goal.restarts)
        found = Completing(rule, self.posting.zero("times"), taken)
        self.found.append(found)
        move, times = partial(self.measures.move, OF_GOALS), name(found.times)
        move(done_key(rule.name), times, number(0), number(0))
        if goal.window is not None:
            counting = self.measures.window(goal.window, goal.span)
            move(done_in_key(rule.name), times, counting.bucket, counting.kept)
        for measure, variable in taken:
            key = taken_key(rule.name, measure.key)
            if measure.counter in IN_A_ROW:
                kept = self.measures.kept_of_run(measure, goal.span)
                move(key, name(variable), self.measures.today_of(measure), kept)
            else:
                counting = self.measures.window(measure.window, goal.span)
                move(key, name(variable), counting.bucket, counting.kept)
        return found

    def over(self, rule: Earn, goal: Goal) -> ast.expr:
        """Whether a challenge may still be completed."""
        if goal.again is Again.ONCE:
            before = self.measures.before(done_key(rule.name), EVER, goal.span)
            return told("not BEFORE", BEFORE=before)
        if goal.window is None:
            return constant(True)
        return told("BEFORE <= 0", BEFORE=self.measures.before(done_in_key(rule.name), goal.window, goal.span))

    def emit(self, found: Completing, goal: Goal) -> ast.expr:
        """Statements that ask the goal; whether it is reached."""
        code, rule = self.code, found.rule
        taken = {one.key: self._taken(rule, goal, one) for one in goal.restarts} if goal.repeats else {}
        with self.measures.without(taken):
            reached = self.asking.holds(goal.condition)
            if goal.again is Again.CARRY:
                whole = self.measures.value(goal.restarts[0], goal.span)
                times = told("WHOLE // STEP", WHOLE=whole, STEP=number(goal.step))
            else:
                times = number(1)
            values = [
                number(1) if one.counter in IN_A_ROW else self.measures.value(one, goal.span) for one in goal.restarts
            ]
        code.add("TIMES = MADE if REACHED else 0", TIMES=found.times, MADE=times, REACHED=reached)
        for limit in rule.limits:
            before = self.measures.before(limit.key, limit.window, limit.span)
            left = told("min(TIMES, MOST - BEFORE)", TIMES=found.times, MOST=number(limit.times), BEFORE=before)
            code.add("if TIMES:\n    TIMES = LEFT", TIMES=found.times, LEFT=left)
        with code.block() as inner:
            for (measure, variable), value in zip(found.taken, values, strict=True):
                if goal.again is Again.CARRY and measure.counter not in IN_A_ROW:
                    value = told("STEP * TIMES", STEP=number(goal.step), TIMES=found.times)
                code.add("TAKEN = VALUE", TAKEN=variable, VALUE=value)
            for other in self.plan.checked.earns.values():
                if other.event == rule.name and other.trigger is TriggerKind.COMPLETING:
                    code.add("return None")
                    break
        code.when(told("TIMES > 0", TIMES=found.times), inner)
        return told("TIMES > 0", TIMES=found.times)

    def _taken(self, rule: Earn, goal: Goal, measure: Measure) -> ast.expr:
        """What completions took of a measure, as the goal counts it."""
        key = taken_key(rule.name, measure.key)
        if measure.counter not in IN_A_ROW:
            return self.measures.before(key, measure.window, goal.span)
        kept, first = self.measures.buckets(key), self.measures.began(measure, goal.span)
        length, of = self.measures.run(measure, goal.span), self.code.value(taken_of_run)
        made = told("OF(KEPT, FIRST, LENGTH)", OF=of, KEPT=kept, FIRST=first, LENGTH=length)
        return name(self.code.once(("taken", key), lambda: made, "taken"))

    def effects(self) -> None:
        """Statements that tell which challenges were completed."""
        for one in self.found:
            told_of = [constant(one.rule.name), name(one.times), name("at"), constant("challenge_completed")]
            made = self.code.value(made_completion)
            with self.code.block() as inner:
                self.code.add("effects.append(MADE(WHOLE))", MADE=made, WHOLE=listed(told_of))
            self.code.when(name(one.times), inner)


# ---------- while orders are decided


def taken_of_run(kept: Buckets, first: int, length: int) -> int:
    """How many periods of a run completions took: those up to the last one in which one came."""
    for bucket, net in reversed(kept):
        if net > 0:
            return max(0, min(bucket - first + 1, length))
    return 0
