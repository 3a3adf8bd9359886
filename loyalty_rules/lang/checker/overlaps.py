"""Overlaps: two rules that can act on one line or occasion, and are not related by a group or by their purse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Final, TypeAlias

from loyalty_rules.calendar import Zone, weekday
from loyalty_rules.diagnostics import MAX_DIAGNOSTICS, Related, Role
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import Boost, Checked, Earn, Group, Offer, OfferGroup
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.regions import (
    Alternative,
    Alternatives,
    Chosen,
    KnownSets,
    Ranges,
    Region,
    all_hold,
    both,
    meet,
    of_lines,
)
from loyalty_rules.problems.groups import Overlap, OverlapShown
from loyalty_rules.problems.reading import TooMuch
from loyalty_rules.values import frozen

#: Shows an order, in words, to which two rules of a programme both apply; None where there is none to show.
Witness: TypeAlias = Callable[[Checked, tuple[str, str]], "str | None"]

#: What two rules compete for: (kind, event, purse) or ("boost", side of rounding, changed rule).
_Stake: TypeAlias = tuple[str, str, str]

#: To how many overlaps an order is shown.
_SHOWN: Final = 20
#: The longest stretch of dates that is looked through day by day.
_DAYS_LOOKED_AT: Final = 800
#: The field of the moment of an occasion, which dates bound.
INSTANT: Final = "instant"
_WEEKDAY: Final = "WEEKDAY"
_MONTH: Final = "MONTH_NAME"
_TODAY: Final = "DATE_TODAY"
_ALL: Final = Chosen(frozenset(), others=True)


@frozen
class Reach:
    """When and on what a rule acts, as far as it is known without an order."""

    rule: Earn | Boost | Offer
    alternatives: Alternatives


def reach_of(checked: Checked, rule: Earn | Boost | Offer, known: KnownSets | None = None) -> Reach:
    """The alternatives of a rule: its lines, its conditions, its dates. `known` keeps those of sets of products."""
    found = both(all_hold(rule.audience), all_hold((*rule.occasion, *rule.dates.asked)))
    if checked.currencies:
        found = both(found, ({c.Field.CURRENCY.value: Chosen(frozenset({checked.currency}))},))
    if rule.lines is not None:
        found = both(found, of_lines(rule.lines, checked.products, {} if known is None else known))
    start, end = rule.dates.start, rule.dates.end
    if start is not None or end is not None:
        low = None if start is None else 2 * start
        high = None if end is None else 2 * end - 1
        dates: Alternatives = ({INSTANT: Ranges(((low, high),))},)
        found = both(found, dates if low is None or high is None or low <= high else ())
    return Reach(rule, found)


def reaches_of(checked: Checked) -> Mapping[str, Reach]:
    """The alternatives of each rule, by name, in the order of the file."""
    rules: list[Earn | Boost | Offer] = [*checked.earns.values(), *checked.boosts.values(), *checked.lowering.values()]
    known: KnownSets = {}
    return {rule.name: reach_of(checked, rule, known) for rule in sorted(rules, key=lambda rule: rule.span.start)}


def report_overlaps(ctx: Context, checked: Checked, reaches: Mapping[str, Reach], witness: Witness | None) -> None:
    """Reports every two rules that nothing relates, at the second of them; the first of them where there are many."""
    found = 0
    for first, second in _competing(ctx, checked, tuple(reaches.values())):
        if apart(ctx, first, second):
            continue
        one, other = first.rule, second.rule
        names = (one.name, other.name)
        example = witness(checked, names) if witness is not None and found < _SHOWN else None
        problem = Overlap(*names) if example is None else OverlapShown(*names, example)
        ctx.report(problem, other.span, Related(one.span, "rule_here"))
        found += 1
        if found > MAX_DIAGNOSTICS:
            return


def _competing(ctx: Context, checked: Checked, reaches: Sequence[Reach]) -> Iterator[tuple[Reach, Reach]]:
    """Every two rules that would both give and that no group relates, in the order of the second and of the first.

    None, and a report, where the alternatives of rules make too many comparisons.
    """
    groups = _roots(checked)
    roots = [groups.get(reach.rule.name, reach.rule.name) for reach in reaches]
    earlier: dict[_Stake, list[int]] = {}
    counts: dict[_Stake, int] = {}
    rivals: list[list[tuple[list[int], int]]] = []
    comparisons = 0
    for place, reach in enumerate(reaches):
        stakes = list(_stakes(checked, reach.rule))
        size = len(reach.alternatives or ())
        comparisons += size * sum(counts.get(stake, 0) for stake in stakes)
        if comparisons > ctx.limits.comparisons:
            ctx.report(TooMuch(Role("COMPARISON_COUNT"), ctx.limits.comparisons), reach.rule.span)
            return
        before = [earlier.setdefault(stake, []) for stake in stakes]
        rivals.append([(others, len(others)) for others in before])
        for stake, others in zip(stakes, before, strict=True):
            others.append(place)
            counts[stake] = counts.get(stake, 0) + size
    for place, lists in enumerate(rivals):
        # As they were then. Copies of them all would be as many places as there are pairs.
        rival = islice(*lists[0]) if len(lists) == 1 else sorted({one for some, size in lists for one in some[:size]})
        yield from ((reaches[other], reaches[place]) for other in rival if roots[other] != roots[place])


def _roots(checked: Checked) -> dict[str, str]:
    """The outermost group of each rule that stands in one."""
    groups: list[Group | OfferGroup] = [*checked.groups.values(), *checked.offer_groups.values()]
    above = {name: group.name for group in groups for name in group.rules}

    def root(name: str) -> str:
        while name in above:
            name = above[name]
        return name

    return {name: root(name) for name in above}


def _stakes(checked: Checked, rule: Earn | Boost | Offer) -> Iterator[_Stake]:
    """Where a rule gives. Two with one stake would both give: earn rules with a rate or lines into one purse, or
    boosts of one rule, any offers."""
    if isinstance(rule, Boost):
        yield from (("boost", str(rule.after_rounding), name) for name in dict.fromkeys(rule.changes))
        return
    if isinstance(rule, Offer):
        if rule.adds is None:  # a gift lowers no line
            yield "offer", "total" if rule.rounds else "", ""
        return
    if rule.choosing is not None:
        return  # what was chosen is given by itself
    for purse in sorted({give.purse for give in rule.gives}):
        if not checked.purses[purse].rules_add_up and _by_rate(rule, purse):
            yield rule.trigger.value, rule.event, purse


def _by_rate(rule: Earn, purse: str) -> bool:
    return rule.lines is not None or any(give.purse == purse and give.step is not None for give in rule.gives)


# ---------- apart


def apart(ctx: Context, first: Reach, second: Reach) -> bool:
    """Whether every two alternatives have nothing in common in at least one field."""
    return apart_in(ctx, first.alternatives, second.alternatives)


def apart_in(ctx: Context, first: Alternatives, second: Alternatives) -> bool:
    """Whether every two alternatives have nothing in common in at least one field; None is not known."""
    if first is None or second is None:
        return False
    zone, day_start = ctx.settings.zone, ctx.settings.day_start
    for one in first:
        for other in second:
            if not _nothing_shared(one, other, zone, day_start):
                return False
    return True


def _nothing_shared(one: Alternative, other: Alternative, zone: Zone, day_start: int) -> bool:
    for name, region in other.items():
        before = one.get(name)
        if before is not None and meet(before, region).empty:
            return True
    if _TODAY not in one and _TODAY not in other and INSTANT not in one and INSTANT not in other:
        return False
    shared = {name: meet(one[name], region) if name in one else region for name, region in other.items()}
    return _no_day({**one, **shared}, zone, day_start)


def _no_day(shared: Alternative, zone: Zone, day_start: int) -> bool:
    """Whether no calendar day is in the dates, the weekdays and the months that are left."""
    low, high = (None if edge is None else edge // 2 for edge in _bounds(shared.get(_TODAY)))
    start, end = (None if edge is None else edge // 2 for edge in _bounds(shared.get(INSTANT)))
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
