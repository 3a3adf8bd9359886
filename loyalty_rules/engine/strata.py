"""Which rules are settled before which: one stratum reads what a lower one gave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from loyalty_rules.errors import DecisionError
from loyalty_rules.lang.checked import Boost, Earn, TriggerKind, Upgrade
from loyalty_rules.lang.conditions import (
    Applied,
    Completed,
    CounterKind,
    InSegment,
    LevelOf,
    Measure,
    WindowKind,
)
from loyalty_rules.lang.walking import parts_of

if TYPE_CHECKING:
    from loyalty_rules.engine.plan import Plan

#: How deep rules may wait for each other; the checker refuses more.
MAX_STRATA: Final = 8


def strata_of(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The roots (rules or groups of rules) of each stratum, by name."""
    levels: dict[str, int] = {}
    roots = sorted({plan.root(name) for name in (*plan.checked.earns, *_late_boosts(plan))})
    for name in roots:
        _stratum(plan, name, levels, ())
    count = max(levels.values(), default=-1) + 1
    return tuple(tuple(name for name in roots if levels[name] == stratum) for stratum in range(count))


def _late_boosts(plan: Plan) -> Iterable[str]:
    return (boost.name for boost in plan.checked.boosts.values() if boost.after_rounding)


def _stratum(plan: Plan, root: str, levels: dict[str, int], path: tuple[str, ...]) -> int:
    if root in levels:
        return levels[root]
    if root in path or len(path) > 4 * MAX_STRATA:
        raise DecisionError("plan.cycle", f"rules wait for each other: {', '.join((*path, root))}")
    below = [_stratum(plan, feeder, levels, (*path, root)) for feeder in _feeders(plan, root)]
    first = 0 if any(rule.name in plan.members(root) for rule in plan.challenges) else -1
    levels[root] = max(first, *below, -1) + 1  # what rules give by themselves comes before what is given for it
    return levels[root]


def _feeders(plan: Plan, root: str) -> tuple[str, ...]:
    """The roots whose result the rules of `root` read in the same decision."""
    names: set[str] = set()
    for name in plan.members(root):
        rule = plan.rules[name]
        boosts = [plan.checked.boosts[b] for top in plan.boost_roots.get(name, ()) for b in plan.members(top)]
        names |= _read(plan, rule, *boosts)
        if isinstance(rule, Earn) and rule.trigger is TriggerKind.COMPLETING:
            names.add(rule.event)
        if isinstance(rule, Boost):
            names |= set(rule.changes)
    return tuple(sorted({feeder for name in names for feeder in _settled_with(plan, name)} - {root}))


def _settled_with(plan: Plan, name: str) -> set[str]:
    """The roots in which a rule is settled: a boost is settled with the rules that it changes."""
    boost = plan.checked.boosts.get(name)
    if boost is None or boost.after_rounding:
        return {plan.root(name)}
    return {plan.root(rule) for rule in boost.changes}


def _read(plan: Plan, *values: object) -> set[str]:
    """The rules whose award in this decision the values read."""
    names: set[str] = set()
    ladders: set[str] = set()
    for value in values:
        for part in parts_of(value):
            if isinstance(part, Applied):
                names |= {part.rule} & plan.rules.keys()  # offers are decided before
            elif isinstance(part, Completed):
                names.add(part.challenge)
            elif isinstance(part, Measure):
                names |= _given_now(plan, part)
            elif isinstance(part, LevelOf):
                ladders.add(part.ladder)
            elif isinstance(part, InSegment):
                names |= _read(plan, *plan.checked.segments[part.segment].when)
    tables = {getattr(part, "table", "") for value in values for part in parts_of(value)}
    for table in sorted(tables & set(plan.checked.tables)):
        names |= _read(plan, plan.checked.tables[table].asked)
    for ladder in sorted(ladders):
        found = plan.checked.ladders[ladder]
        if found.upgrade in (Upgrade.THIS_ORDER, Upgrade.PART_ABOVE):
            names |= _read(plan, *found.asked_to_reach())
    return names


def _given_now(plan: Plan, measure: Measure) -> set[str]:
    if measure.before_this_order or measure.window.kind is WindowKind.PREVIOUS:
        return set()
    if measure.counter is CounterKind.EARNED:
        return set(measure.by) or {
            rule.name for rule in plan.checked.earns.values() if any(give.purse == measure.of for give in rule.gives)
        }
    if measure.counter is CounterKind.TIMES and measure.of in plan.rules:
        return {measure.of}
    return set()
