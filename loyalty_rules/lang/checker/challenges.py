"""Challenges: rules that give when a goal is reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import assigned, conditions, measures
from loyalty_rules.lang.checker.choosing import choosing_of
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counting import Counting, counting
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.forgiving import forgiven
from loyalty_rules.lang.checker.funding import funders
from loyalty_rules.lang.checker.gifts import GiftPlace, is_rate
from loyalty_rules.lang.checker.lives import check_activity, expiries, prolongs, usable
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.programme import dates
from loyalty_rules.lang.checker.returns import of_challenge
from loyalty_rules.lang.checker.rules import Tables, gives_of, purses_of, shared, zone_name, zone_of_an_order
from loyalty_rules.problems.challenges import (
    CarryOfOne,
    GoalCountsNothing,
    NeverStartsAgain,
    NobodyStarts,
    OneWindow,
    RateInChallenge,
    SinceItself,
)
from loyalty_rules.source import Span

_AGAIN: Final = ("ONCE", "ONCE_WINDOW", "REPEAT_ZERO", "REPEAT_CARRY")
#: Windows in which a counter has one sum, from which something can be taken.
_ONE_SUM: Final = frozenset(
    {c.WindowKind.EVER, c.WindowKind.SINCE_JOINING, c.WindowKind.IN_FORCE, c.WindowKind.PERIOD}
    | {c.WindowKind.YEAR_JOINED, c.WindowKind.YEAR_OF, c.WindowKind.SINCE_CHANGE, c.WindowKind.SINCE_DONE}
)
#: Windows that come again.
_COMING_AGAIN: Final = frozenset(
    {c.WindowKind.PERIOD, c.WindowKind.YEAR_JOINED, c.WindowKind.YEAR_OF}
    | {c.WindowKind.SINCE_CHANGE, c.WindowKind.SINCE_DONE}
)


def challenges(ctx: Context, tables: Tables) -> dict[str, k.Earn]:
    """The challenges by name."""
    found = (_challenge(ctx, block, block.name, tables) for block in named(ctx, "H_CHALLENGE") if block.name)
    return {rule.name: rule for rule in found if rule is not None}


def _challenge(ctx: Context, block: s.Block, name: s.Name, tables: Tables) -> k.Earn | None:
    in_force = dates(ctx, block)
    place = Place("WHEN", _basis(ctx, block), frozenset(), in_force, zone=zone_name(ctx, block))
    zone_of_an_order(ctx, block, place)
    for clause in all_of(block, s.Give):
        if is_rate(clause.gift):
            ctx.report(RateInChallenge(), clause.gift.span)
    gives = gives_of(ctx, block, GiftPlace(place.basis, tables, place), None)
    given = [clause for clause in block.clauses if isinstance(clause, s.Give)]
    purses = purses_of(ctx, block) if given else set()
    rule = shared(ctx, block, name, place, purses, None)
    check_activity(ctx, block, purses)
    levels, life, ends = assigned.levels(ctx, block), usable(ctx, block), expiries(ctx, block)
    goal = _goal(ctx, block, name.text, place)
    if goal is None:
        return None
    return k.Earn(
        **rule,
        trigger=k.TriggerKind.GOAL,
        event="",
        base=place.basis,
        base_limits=(),
        gives=gives,
        minimum=None,
        rounding=None,
        usable=life,
        expire=ends,
        prolongs=prolongs(ctx, block),
        levels=levels,
        goal=goal,
        funders=funders(ctx, block),
        choosing=choosing_of(ctx, block),
    )


def _basis(ctx: Context, block: s.Block) -> c.Base:
    """The amount that spending is counted in."""
    clause = first_of(block, s.Basis)
    if clause is None or not isinstance(clause.base, s.BaseAmount):
        return ctx.settings.basis
    return measures.base_of(clause.base)


# ---------- the goal


def _goal(ctx: Context, block: s.Block, name: str, place: Place) -> k.Goal | None:
    clause = first_of(block, s.ConditionClause, lambda one: one.role == "GOAL")
    how, kept = simple(block, *_AGAIN), of_challenge(ctx, block)
    if clause is None or how is None:
        return None
    found = conditions.clauses(ctx, [clause.condition], place)
    if not found:
        return None
    condition, again = counting(found[0], _counting(ctx, block, name, found[0])), k.Again(how.role)
    asked = tuple(measures_in(condition))
    if not asked:
        ctx.report(GoalCountsNothing(ctx.words(clause.condition.span)), clause.condition.span)
        return None
    if any(one.window == c.Window(c.WindowKind.SINCE_DONE, of=name) for one in asked):
        ctx.report(SinceItself(name, Role("REPEAT_ZERO")), clause.condition.span)
        return None
    window: c.Window | None = None
    restarts = _restarts(asked)
    step = 0
    if again is k.Again.WINDOW:
        window = _window(ctx, asked, clause.condition.span)
    elif again is not k.Again.ONCE and len(restarts) < len({one.key for one in asked if _has_past(one)}):
        ctx.report(NeverStartsAgain(ctx.words(clause.condition.span), Role(again.value)), clause.condition.span)
    if again is k.Again.CARRY:
        step = _step(ctx, condition, clause.condition.span)
    keeps = kept is None or kept.role == "RET_KEEP"
    whole = simple(block, "OPT_IN_WHOLE") is not None
    forgiving = {one.key: one for one in asked if one.forgives is not None and one.forgives.reward}
    runs = tuple(forgiving[key] for key in sorted(forgiving))
    goal = k.Goal(condition, again, window, restarts, step, keeps, whole, runs, span=how.span)
    old = simple(block, "OLD_GOAL")
    if old is not None and simple(block, "OPT_IN", "OPT_IN_WHOLE") is None:
        ctx.report(NobodyStarts(Role("OLD_GOAL")), old.span)
    return goal if old is None else replace(goal, started=old.span)


def _counting(ctx: Context, block: s.Block, name: str, condition: c.Condition) -> Counting:
    """How the goal of a challenge counts: with opting in to it, from that moment on."""
    runs = [one for one in measures_in(condition) if one.counter in c.IN_A_ROW]
    return Counting(name if simple(block, "OPT_IN") is not None else "", forgiven(ctx, block, name, runs))


def measures_in(condition: c.Condition) -> Iterator[c.Measure]:
    """The measures that a condition itself asks for, not those in their filters."""
    match condition:
        case c.AllOf() | c.OneOf() | c.AmongOf():
            for item in condition.items:
                yield from measures_in(item)
        case c.NotOf():
            yield from measures_in(condition.item)
        case c.Equals() | c.Compared():
            yield from _measures((condition.operand, condition.bound))
        case c.Between():
            yield from _measures((condition.operand, condition.low, condition.high))
        case c.In():
            yield from _measures((condition.operand,))
        case _:
            return


def _measures(parts: Iterable[object]) -> Iterator[c.Measure]:
    for part in parts:
        found = part.of if isinstance(part, c.ShareOf) else part
        if isinstance(found, c.Measure):
            yield found


def _window(ctx: Context, asked: tuple[c.Measure, ...], span: Span) -> c.Window | None:
    """The window that all measures have."""
    window = asked[0].window
    runs = any(measure.counter in c.IN_A_ROW for measure in asked)
    if runs or window.kind not in _COMING_AGAIN or any(measure.window != window for measure in asked):
        ctx.report(OneWindow(ctx.words(span)), span)
        return None
    return window


def _restarts(asked: tuple[c.Measure, ...]) -> tuple[c.Measure, ...]:
    """The measures that can start again: a sum from which something can be taken, or a run."""
    found = {
        one.key: one
        for one in asked
        if _has_past(one)
        and one.counter is not c.CounterKind.BALANCE
        and one.counter not in c.ACTIVE
        and one.window.kind in _ONE_SUM
    }
    return tuple(found[key] for key in sorted(found))


def _has_past(measure: c.Measure) -> bool:
    """Whether a measure counts more than one order, which starts anew anyway."""
    return measure.window.kind is not c.WindowKind.THIS_ORDER


def _step(ctx: Context, condition: c.Condition, span: Span) -> int:
    """How much of its one measure a goal takes whose surplus counts on."""
    match condition:
        case c.Compared(c.Measure(counter=counter, window=window), c.Compare.AT_LEAST, c.Constant(int() as step)):
            if counter not in c.IN_A_ROW and window.kind is not c.WindowKind.THIS_ORDER and step > 0:
                return step
        case _:
            pass
    ctx.report(CarryOfOne(ctx.words(span)), span)
    return 1
