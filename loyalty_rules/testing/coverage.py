"""Which rules and clauses of a file ever made a difference: in its examples, and in random histories beside them.

A point of a file is a place and what may become of it there: a rule that gives something, a condition that holds or
fails, a ceiling that cuts, a level that is reached, a guardrail that blocks, a group that chooses, a promise that is
asked. What a decision reached is read from its trace and its effects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from loyalty_rules.decision import (
    LevelChanged,
    Outcome,
    PointsConverted,
    PointsRedeemed,
    PointsReserved,
    RuleTrace,
)
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Purchase
from loyalty_rules.lang.checked import Cap, Example, Limit, Rule
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.settlement.deciding import settle_event
from loyalty_rules.source import Span
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.drawing import draw_history
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from loyalty_rules.testing.stepping import Members

#: What becomes of a rule whose conditions hold.
_ASKED_ON: Final = frozenset(
    {
        Outcome.AWARDED,
        Outcome.REDUCED_BY_CAP,
        Outcome.ZERO_AFTER_ROUNDING,
        Outcome.LOST_IN_GROUP,
        Outcome.CAP_USED_UP,
        Outcome.LIMIT_REACHED,
        Outcome.PURSE_FULL,
        Outcome.ACCRUED,
    }
)
_MOST_EVENTS: Final = 12


class Point(NamedTuple):
    """A place in a file and what may become of it: `gave`, `held`, `failed`, `cut`, `reached`, `blocked`, `chose` or
    `asked`."""

    block: str
    span: Span
    what: str


class Reached(NamedTuple):
    """A point, and in how many decisions of examples and of random histories it was reached."""

    point: Point
    line: int
    text: str
    examples: int
    random: int

    @property
    def never(self) -> bool:
        return not self.examples and not self.random


class Coverage(NamedTuple):
    """All points of a file in the order of the file, and how often each rule came to which outcome: (rule, outcome,
    examples, random)."""

    seed: int
    events: int
    points: tuple[Reached, ...]
    outcomes: tuple[tuple[str, Outcome, int, int], ...]

    @property
    def missed(self) -> tuple[Reached, ...]:
        return tuple(one for one in self.points if one.never)


def coverage(programme: Programme, *, events: int = 500, seed: int = 0) -> Coverage:
    """Runs the examples of a programme and so many random events. The same seed runs the same events."""
    points = list(_points(programme))
    in_examples, in_random = _Counts(points), _Counts(points)
    for example in programme.checked.examples:
        in_examples.count(_example(programme, example))
    interest, number = Interest(programme), 0
    while in_random.decisions < events and number < events:
        in_random.count(played(draw_history(Chance(seed + number), interest, _MOST_EVENTS)))
        number += 1
    source = programme.source
    found = [
        Reached(
            point,
            source.position(point.span.start).line,
            " ".join(source.slice(point.span).split()),
            in_examples.points[point],
            in_random.points[point],
        )
        for point in points
    ]
    keys = sorted({*in_examples.outcomes, *in_random.outcomes}, key=lambda key: (key[0], key[1].value))
    outcomes = tuple((*key, in_examples.outcomes[key], in_random.outcomes[key]) for key in keys)
    return Coverage(seed, in_random.decisions, tuple(sorted(found, key=lambda one: one.point.span.start)), outcomes)


def _example(programme: Programme, example: Example) -> Iterator[Decision]:
    """The decisions of an example; what is refused leaves the member as it was."""
    if not example.steps:
        return
    members = Members(programme, example)
    for step in example.steps:
        try:
            found = members.decide(step)
        except (InputError, DecisionError):
            continue
        yield from found


# ---------- what there is to reach


def _points(programme: Programme) -> Iterator[Point]:
    checked = programme.checked
    for rule in (*checked.earns.values(), *checked.boosts.values()):
        yield from _of_rule(rule)
    for redeem in checked.redeems.values():
        yield Point(redeem.name, redeem.span, "gave")
    for conversion in checked.conversions.values():
        yield Point(conversion.name, conversion.span, "gave")
    for group in checked.groups.values():
        if group.policy.chooses:
            yield Point(group.name, group.span, "chose")
        yield from (Point(group.name, cap.span, "cut") for cap in group.caps)
    for ladder in checked.ladders.values():
        yield from (Point(f"{ladder.name} {level.name}", level.span, "reached") for level in ladder.levels)
    for never in checked.nevers.values():
        yield Point(never.name, never.span, "blocked")
    for promise in checked.promises.values():
        yield Point(promise.name, promise.span, "asked")


def _of_rule(rule: Rule) -> Iterator[Point]:
    yield Point(rule.name, rule.span, "gave")
    for condition in (*rule.audience, *rule.occasion):
        yield Point(rule.name, condition.span, "held")
        yield Point(rule.name, condition.span, "failed")
    yield from (Point(rule.name, one.span, "cut") for one in _bounds(rule))


def _bounds(rule: Rule) -> tuple[Cap | Limit, ...]:
    return (*rule.caps, *rule.limits)


# ---------- what was reached


def _blocking(decision: Decision) -> Iterator[str]:
    """The guardrails that hold for an order: for all of it, or for one of its lines."""
    programme, order = decision.programme, decision.event
    if not programme.checked.nevers or not isinstance(order, Purchase) or decision.outcome != "decided":
        return
    view = settle_event(programme.succession, decision.before, order, decision.shared_before).view
    for never in programme.plan.nevers:
        lines = range(len(order.lines)) if view is not None and view.in_force(never) else range(0)
        if any(never.lines is None or (view is not None and view.selected(never.lines, place)) for place in lines):
            yield never.name


class _Counts:
    """In how many decisions each point was reached, and each outcome of a rule."""

    def __init__(self, points: Iterable[Point]) -> None:
        self.by_block: dict[str, list[Point]] = {}
        for point in points:
            self.by_block.setdefault(point.block, []).append(point)
        self.points: Counter[Point] = Counter()
        self.outcomes: Counter[tuple[str, Outcome]] = Counter()
        self.decisions = 0

    def count(self, decisions: Iterable[Decision]) -> None:
        for decision in decisions:
            self.decisions += 1
            self.points.update(set(self._reached(decision)))
            self.outcomes.update({(record.rule, record.outcome) for record in decision.trace})

    def _named(self, block: str, what: str) -> Iterator[Point]:
        return (point for point in self.by_block.get(block, ()) if point.what == what)

    def _reached(self, decision: Decision) -> Iterator[Point]:
        for record in decision.trace:
            yield from self._of_record(decision.programme, record)
        for effect in decision.effects:
            match effect:
                case LevelChanged(ladder=ladder, after=after):
                    yield from self._named(f"{ladder} {after}", "reached")
                case PointsRedeemed(rule=rule) | PointsReserved(rule=rule) | PointsConverted(rule=rule):
                    yield from self._named(rule, "gave")
                case _:
                    pass
        for promise in decision.promises:
            yield from self._named(promise.promise, "asked")
        for name in _blocking(decision):
            yield from self._named(name, "blocked")

    def _of_record(self, programme: Programme, record: RuleTrace) -> Iterator[Point]:
        if record.granted:
            yield from self._named(record.rule, "gave")
        failed = [one.clause for one in record.conditions]
        for point in self.by_block.get(record.rule, ()):
            inside = any(point.span.start <= one.start and one.end <= point.span.end for one in failed)
            if point.what == "failed" and inside:
                yield point
            if point.what == "held" and (record.granted or record.outcome in _ASKED_ON):
                yield point
            if point.what == "cut" and point.span == record.clause:
                yield point
        if record.outcome is Outcome.LOST_IN_GROUP:
            yield from self._named(record.decided_by, "chose")
        keys = {record.decided_by, *(entry.by for entry in record.entries if entry.amount < 0)}
        yield from self._cut(programme, keys - {""})

    def _cut(self, programme: Programme, keys: set[str]) -> Iterator[Point]:
        """The ceilings with these keys."""
        checked = programme.checked
        for rule in (*checked.earns.values(), *checked.boosts.values()):
            spans = [one.span for one in _bounds(rule) if one.key in keys]
            yield from (point for point in self._named(rule.name, "cut") if point.span in spans)
        for group in checked.groups.values():
            spans = [one.span for one in group.caps if one.key in keys]
            yield from (point for point in self._named(group.name, "cut") if point.span in spans)
