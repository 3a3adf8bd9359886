"""Where awards become whole: what a place wider than the order leaves room for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from loyalty_rules.calendar import Period
from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.problems.places import CapOfPart, CapWithinRounding, PlaceOfPurse, StepsOfOrder

#: How many days a period has at most.
_DAYS: Final = {
    Period.DAY: 1,
    Period.WEEK: 7,
    Period.MONTH: 31,
    Period.QUARTER: 92,
    Period.YEAR: 366,
    Period.PROGRAMME_YEAR: 366,
}


def check_places(
    ctx: Context,
    purses: Mapping[str, k.Purse],
    earns: Mapping[str, k.Earn],
    boosts: Mapping[str, k.Boost],
    groups: Mapping[str, k.Group],
) -> None:
    """Reports what cannot stand beside the places at which purses are rounded."""
    for block in ctx.blocks("H_EARN"):
        clause = first_of(block, s.Rounding)
        if clause is not None and clause.place not in (k.Place.ITEM.value, k.Place.LINE.value, k.Place.ORDER.value):
            ctx.report(PlaceOfPurse(Role(clause.place)), clause.span)
    for block in ctx.blocks("H_PURSE"):
        clause = first_of(block, s.Rounding)
        period = None if clause is None else k.Place(clause.place).period
        if clause is not None and period is not None:
            ctx.period(period.value, clause.span)  # what it needs from the programme
    for rule in earns.values():
        if rule.rounding is None:
            _check_steps(ctx, purses, [give for give in rule.gives if isinstance(rule.base, c.Base)])
            _check_caps(ctx, purses, [cap for cap in rule.caps if not cap.before_boosts])
            _check_caps(ctx, purses, [cap for cap in rule.caps if cap.before_boosts], part=True)
    for boost in boosts.values():
        if isinstance(boost.effect, k.Increase | k.Replace):
            _check_steps(ctx, purses, [boost.effect.gift])
        _check_caps(ctx, purses, boost.caps, part=True, of_boost=True)
    for group in groups.values():
        _check_caps(ctx, purses, group.caps, part=True)


def _check_steps(ctx: Context, purses: Mapping[str, k.Purse], gives: Iterable[k.Give]) -> None:
    for give in gives:
        purse = purses.get(give.purse)
        if purse is None or purse.rounding.period is None or give.step is None or give.step.of is not None:
            continue
        if give.step.how is not k.StepKind.PER:
            ctx.report(StepsOfOrder(Role(give.step.how.value), Role(purse.rounding.place.value)), give.span)


def _check_caps(
    ctx: Context, purses: Mapping[str, k.Purse], caps: Iterable[k.Cap], *, part: bool = False, of_boost: bool = False
) -> None:
    for cap in caps:
        purse = purses.get(cap.purse)
        period = None if purse is None else purse.rounding.period
        if purse is None or period is None:
            continue
        if part and purse.rounding.posts is not None and cap.scope is k.Scope.MEMBER:
            ctx.report(CapOfPart(), cap.span)
            continue
        short = cap.window is not None and _length(cap.window) < _DAYS[period]
        if short or cap.scope is k.Scope.SAME or (of_boost and cap.scope is k.Scope.ORDER):
            ctx.report(CapWithinRounding(Role(purse.rounding.place.value)), cap.span)


def _length(window: c.Window) -> int:
    """About how many days a window has; what has no end has more than any."""
    if window.period is not None:
        return _DAYS[window.period]
    if window.kind is c.WindowKind.LAST:
        return window.days + 31 * window.months
    return 366
