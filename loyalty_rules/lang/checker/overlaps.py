"""Overlaps: two rules that can act on one line or occasion, and are not related by a group or by their purse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from loyalty_rules.calendar import Zone, weekday
from loyalty_rules.diagnostics import Related
from loyalty_rules.lang.checked import Boost, Checked, Earn, Rule
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.regions import (
    Alternative,
    Alternatives,
    Chosen,
    Ranges,
    Region,
    all_hold,
    both,
    meet,
    of_lines,
)
from loyalty_rules.problems.groups import Overlap, OverlapShown

#: Shows an order, in words, to which two rules of a programme both apply; None where there is none to show.
Witness: TypeAlias = Callable[[Checked, tuple[str, str]], "str | None"]

#: The longest stretch of dates that is looked through day by day.
_DAYS_LOOKED_AT: Final = 800
_INSTANT: Final = "instant"
_WEEKDAY: Final = "WEEKDAY"
_MONTH: Final = "MONTH_NAME"
_TODAY: Final = "DATE_TODAY"
_ALL: Final = Chosen(frozenset(), others=True)


@dataclass(frozen=True, slots=True)
class Reach:
    """When and on what a rule acts, as far as it is known without an order."""

    rule: Earn | Boost
    alternatives: Alternatives


def reach_of(checked: Checked, rule: Earn | Boost) -> Reach:
    """The alternatives of a rule: its lines, its conditions, its dates."""
    found = both(all_hold(rule.audience), all_hold(rule.occasion))
    if rule.lines is not None:
        found = both(found, of_lines(rule.lines, checked.products))
    start, end = rule.dates.start, rule.dates.end
    if start is not None or end is not None:
        low = None if start is None else 2 * start
        high = None if end is None else 2 * end - 1
        dates: Alternatives = ({_INSTANT: Ranges(((low, high),))},)
        found = both(found, dates if low is None or high is None or low <= high else ())
    return Reach(rule, found)


def report_overlaps(ctx: Context, checked: Checked, witness: Witness | None) -> None:
    """Reports every two rules that nothing relates, at the second of them."""
    rules: list[Earn | Boost] = [*checked.earns.values(), *checked.boosts.values()]
    reaches = [reach_of(checked, rule) for rule in rules]
    roots = _roots(checked)
    for first, second in _pairs(reaches):
        one, other = first.rule, second.rule
        if roots.get(one.name, one.name) == roots.get(other.name, other.name):
            continue
        if not _compete(checked, one, other) or apart(ctx, first, second):
            continue
        names = (one.name, other.name)
        example = witness(checked, names) if witness is not None else None
        problem = Overlap(*names) if example is None else OverlapShown(*names, example)
        ctx.report(problem, other.span, Related(one.span, "rule_here"))


def _pairs(reaches: list[Reach]) -> Iterator[tuple[Reach, Reach]]:
    ordered = sorted(reaches, key=lambda reach: reach.rule.span.start)
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            yield first, second


def _roots(checked: Checked) -> dict[str, str]:
    """The outermost group of each rule that stands in one."""
    above = {name: group.name for group in checked.groups.values() for name in group.rules}

    def root(name: str) -> str:
        while name in above:
            name = above[name]
        return name

    return {name: root(name) for name in above}


def _compete(checked: Checked, one: Rule, other: Rule) -> bool:
    """Whether two rules would both give: earn rules with a rate or lines into one purse, or boosts of one rule."""
    if isinstance(one, Earn) and isinstance(other, Earn):
        if (one.trigger, one.event) != (other.trigger, other.event):
            return False
        shared = {give.purse for give in one.gives} & {give.purse for give in other.gives}
        return any(
            not checked.purses[purse].rules_add_up and _by_rate(one, purse) and _by_rate(other, purse)
            for purse in sorted(shared)
        )
    if isinstance(one, Boost) and isinstance(other, Boost):
        return one.after_rounding == other.after_rounding and not set(one.changes).isdisjoint(other.changes)
    return False


def _by_rate(rule: Earn, purse: str) -> bool:
    return rule.lines is not None or any(give.purse == purse and give.step is not None for give in rule.gives)


# ---------- apart


def apart(ctx: Context, first: Reach, second: Reach) -> bool:
    """Whether every two alternatives have nothing in common in at least one field."""
    if first.alternatives is None or second.alternatives is None:
        return False
    zone, day_start = ctx.settings.zone, ctx.settings.day_start
    return all(
        _nothing_shared(one, other, zone, day_start) for one in first.alternatives for other in second.alternatives
    )


def _nothing_shared(one: Alternative, other: Alternative, zone: Zone, day_start: int) -> bool:
    shared: dict[str, Region] = {**one}
    for name, region in other.items():
        before = shared.get(name)
        shared[name] = region if before is None else meet(before, region)
        if shared[name].empty:
            return True
    return _no_day(shared, zone, day_start)


def _no_day(shared: Alternative, zone: Zone, day_start: int) -> bool:
    """Whether no calendar day is in the dates, the weekdays and the months that are left."""
    low, high = (None if edge is None else edge // 2 for edge in _bounds(shared.get(_TODAY)))
    start, end = (None if edge is None else edge // 2 for edge in _bounds(shared.get(_INSTANT)))
    if start is not None:
        low = max(low or 0, zone.local_date(start, day_start))
    if end is not None:
        last = zone.local_date(end, day_start)
        high = last if high is None else min(high, last)
    if low is None or high is None or high - low > _DAYS_LOOKED_AT:
        return False
    weekdays, months = shared.get(_WEEKDAY, _ALL), shared.get(_MONTH, _ALL)
    return not any(
        _is_in(weekdays, weekday(day)) and _is_in(months, date.fromordinal(day).month) for day in range(low, high + 1)
    )


def _bounds(region: Region | None) -> tuple[int | None, int | None]:
    if not isinstance(region, Ranges) or not region.parts:
        return None, None
    return region.parts[0][0], region.parts[-1][1]


def _is_in(region: Region, value: int) -> bool:
    return not isinstance(region, Chosen) or (value in region.values) is not region.others
