"""Which rules wait for which: a rule that reads what another gave in the same decision comes after it.

There are no circles, and at most eight steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final

from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.graphs import circles, summed
from loyalty_rules.lang.walking import those_of
from loyalty_rules.problems.groups import RuleCircle, TooManyStrata
from loyalty_rules.problems.ladders import PointsCircle

MAX_STRATA: Final = 8
#: In front of the name of a purse: all rules that give into it. It stands between them and those that read what they
#: gave, for there may be thousands of either.
_ALL_INTO: Final = "@"


#: What a rule is made of that may read other rules.
_ASKING: Final = (c.Applied, c.Completed, c.Measure, c.LevelOf, c.InSegment, k.Give, k.Multiply)


def report_circles(ctx: Context, checked: k.Checked) -> int | None:
    """Reports rules that wait for each other, and chains of more steps than there may be. How many steps the longest
    chain has, None where something was reported."""
    edges = _edges(checked)
    found = list(circles(edges))
    for path in found:
        _report(ctx, checked, tuple(name for name in path if not name.startswith(_ALL_INTO)))
    if found:
        return None
    levels = _levels(checked, edges)
    deep = next((name for name in edges if levels[name] > MAX_STRATA), None)
    if deep is not None:
        ctx.report(TooManyStrata(MAX_STRATA), ctx.names[deep].name.span)
        return None
    return max(levels.values(), default=0)


def steps_of(checked: k.Checked) -> int:
    """How many steps the longest chain of rules that wait for each other has, where there is no circle."""
    return max(_levels(checked, _edges(checked)).values(), default=0)


def _edges(checked: k.Checked) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(sorted(read)) for name, read in _Reads(checked).edges().items()}


def _levels(checked: k.Checked, edges: Mapping[str, tuple[str, ...]]) -> Mapping[str, int]:
    return summed(edges, lambda name: _steps(checked, name), max)


def _steps(checked: k.Checked, name: str) -> int:
    """One for a rule or an outermost group; and one for all that comes before challenges."""
    return int(name == _ALL_INTO or (name not in checked.ladders and not name.startswith(_ALL_INTO)))


def _report(ctx: Context, checked: k.Checked, path: tuple[str, ...]) -> None:
    """A circle through a ladder is reported there: its level holds too early."""
    ladder = next((name for name in path if name in checked.ladders), "")
    if ladder:
        rule = next(name for name in path if name not in checked.ladders)
        related = Related(ctx.names[rule].name.span, "rule_here")
        ctx.report(PointsCircle(ladder, rule), checked.ladders[ladder].span, related)
    else:
        ctx.report(RuleCircle((*path, path[0])), ctx.names[path[0]].name.span)


def _outermost(above: Mapping[str, str], name: str) -> str:
    while name in above:
        name = above[name]
    return name


class _Reads:
    """What each rule, or outermost group of rules, reads of the same decision."""

    def __init__(self, checked: k.Checked) -> None:
        self.checked = checked
        self.rules: dict[str, k.Earn | k.Boost] = {**checked.earns, **checked.boosts}
        above = {name: group.name for group in checked.groups.values() for name in group.rules}
        self.above = {name: _outermost(above, name) for name in above}
        self.into: dict[str, frozenset[str]] = {
            purse: frozenset(
                rule.name for rule in checked.earns.values() if any(give.purse == purse for give in rule.gives)
            )
            for purse in checked.purses
        }
        self.segments: dict[str, set[str]] = {}

    def edges(self) -> dict[str, set[str]]:
        """By name of a rule, an outermost group or a ladder: what has to be known before."""
        found: dict[str, set[str]] = {}
        for rule in self.rules.values():
            read = self._read(rule)
            if isinstance(rule, k.Earn) and rule.trigger is k.TriggerKind.COMPLETING:
                read.add(rule.event)
            elif isinstance(rule, k.Earn) and rule.goal is not None:
                read.add(_ALL_INTO)  # what rules give by themselves comes first
            if isinstance(rule, k.Boost):
                read |= set(rule.changes)
                for name in () if rule.after_rounding else rule.changes:
                    found.setdefault(self._root(name), set()).update(self._roots(self._read(rule)))
            found.setdefault(self._root(rule.name), set()).update(self._roots(read))
        for ladder in self.checked.ladders.values():
            if ladder.upgrade in (k.Upgrade.THIS_ORDER, k.Upgrade.PART_ABOVE):
                found[ladder.name] = self._roots(self._read(*ladder.asked_to_reach()))
        return found | {f"{_ALL_INTO}{purse}": self._roots(set(rules)) for purse, rules in self.into.items()}

    def _root(self, name: str) -> str:
        return self.above.get(name, name)

    def _roots(self, names: set[str]) -> set[str]:
        return {self.above.get(name, name) for name in names} if self.above else names

    def _read(self, *values: object) -> set[str]:
        names: set[str] = set()
        for part in those_of(values, _ASKING):
            match part:
                case c.Applied() if part.rule in self.rules:  # offers are decided before
                    names.add(part.rule)
                case c.Completed():
                    names.add(part.challenge)
                case c.Measure():
                    names |= self._given_now(part)
                case c.LevelOf() if self._moves_now(part.ladder):
                    names.add(part.ladder)
                case c.InSegment():
                    names |= self._of_segment(part.segment)
                case k.Give() | k.Multiply() if part.table:
                    names |= self._read(self.checked.tables[part.table].asked)
                case _:
                    pass
        return names

    def _of_segment(self, name: str) -> set[str]:
        if name not in self.segments:
            self.segments[name] = self._read(*self.checked.segments[name].when)
        return self.segments[name]

    def _moves_now(self, ladder: str) -> bool:
        return self.checked.ladders[ladder].upgrade in (k.Upgrade.THIS_ORDER, k.Upgrade.PART_ABOVE)

    def _given_now(self, measure: c.Measure) -> Set[str]:
        """The rules whose award in this decision a measure counts."""
        if measure.before_this_order or measure.window.kind is c.WindowKind.PREVIOUS:
            return set()
        if measure.counter is c.CounterKind.EARNED:
            return set(measure.by) or {f"{_ALL_INTO}{measure.of}"}
        if measure.counter is c.CounterKind.TIMES and measure.of in self.rules:
            return {measure.of}
        return set()
