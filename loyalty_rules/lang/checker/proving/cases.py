"""Cases: the occasions of a programme, told apart by what its rules ask, so that rules that exclude each other are
never counted together; and in each case the sorts of lines.

A case is a region for some fields of the occasion, a sort a region for some fields of a line. Together the cases of a
promise leave no occasion out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Final

from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checked import Blocks, Checked, Dates, Earn, Never, Promise, Rule, TriggerKind, Upgrade
from loyalty_rules.lang.checker.overlaps import INSTANT, reaches_of
from loyalty_rules.lang.checker.regions import (
    Alternative,
    Alternatives,
    Chosen,
    Ranges,
    Region,
    all_hold,
    alternatives,
    both,
    either,
    field_of,
    meet,
)
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.values import frozen

_LINE: Final = "line "
_DELIVERY: Final = "line delivery"
#: What kinds of occasions there are: a purchase, an event by name, joining.
Kind = tuple[TriggerKind, str]
PURCHASE: Final[Kind] = (TriggerKind.PURCHASE, "")


@frozen
class Case:
    """Occasions of one kind that lie in these regions, and the sorts of lines that they may have."""

    kind: Kind
    regions: Alternative
    sorts: tuple[Alternative, ...]


class Survey:
    """A programme as far as it is known without an order: when each rule may act, and on which lines."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.reach = {name: reach.alternatives for name, reach in sorted(reaches_of(checked).items())}
        self.blocks: list[Alternatives] = [_unblocked(never) for never in checked.nevers.values() if _takes_all(never)]
        self.operands = _operands(checked)
        self.above = {name: group for group in checked.groups.values() for name in group.rules}
        self._vague = frozenset(
            f"level {ladder.name}" for ladder in checked.ladders.values() if ladder.upgrade is Upgrade.PART_ABOVE
        )

    def cases(self, promise: Promise, also: Alternatives, most_cases: int, most_sorts: int) -> Iterator[Case]:
        """The occasions that a promise is asked of and of which something holds `also`."""
        asked = both(all_hold((*promise.audience, *promise.occasion)), also)
        told = [asked, *self.reach.values(), *self.blocks]
        sorts = tuple(_split(told, most_sorts, self._of_line))
        for kind in self._kinds(promise):
            for regions in _split(told, most_cases, self._of_occasion):
                if fit(asked, regions):
                    yield Case(kind, regions, sorts)

    def _kinds(self, promise: Promise) -> Iterator[Kind]:
        yield PURCHASE
        if not promise.of_orders:
            yield TriggerKind.JOINING, ""
            yield from ((TriggerKind.EVENT, name) for name in sorted(self.checked.events))

    def _of_line(self, field: str) -> bool:
        return field.startswith(_LINE)

    def _of_occasion(self, field: str) -> bool:
        """Fields with one value for all rules of a decision. A level for the part above has two."""
        return not field.startswith(_LINE) and field not in self._vague

    # ---------- groups

    def root_of(self, name: str) -> str:
        """The outermost group of a rule, or the rule itself."""
        while name in self.above:
            name = self.above[name].name
        return name

    def members(self, name: str) -> Iterator[str]:
        """The rules of a group and of the groups in it; a rule is its own only member."""
        group = self.checked.groups.get(name)
        if group is None:
            yield name
            return
        for inner in group.rules:
            yield from self.members(inner)

    # ---------- what acts in a case

    def acts(self, rule: Rule, case: Case) -> bool:
        """Whether a rule may act in a case at all. A challenge may be completed on any occasion."""
        anywhere = (TriggerKind.GOAL, TriggerKind.COMPLETING)
        if isinstance(rule, Earn) and rule.trigger not in anywhere and (rule.trigger, rule.event) != case.kind:
            return False
        return fit(self.reach[rule.name], case.regions)

    def sorts_of(self, rule: Rule, case: Case) -> frozenset[int]:
        """The sorts of lines that a rule may count; all of them without `on`."""
        found = self.reach[rule.name]
        if rule.lines is None or found is None:
            return frozenset(range(len(case.sorts)))
        return frozenset(place for place, sort in enumerate(case.sorts) if fit(found, {**case.regions, **sort}))

    def blocked(self, case: Case) -> bool:
        """Whether a guardrail surely takes every occasion of the case."""
        return any(not fit(free, case.regions) for free in self.blocks)

    def delivers(self, sort: Alternative) -> bool:
        """Whether lines of a sort may be delivery."""
        region = sort.get(_DELIVERY)
        return not isinstance(region, Chosen) or (True in region.values) is not region.others

    # ---------- amounts

    def least(self, case: Case, base: c.Base, *, without_delivery: bool) -> int:
        """The least that the order comes to in a case, with delivery or without it."""
        lows = [
            low
            for operand, low, _ in self._amounts(case)
            if low is not None and at_most(_base_of(self.checked, operand), base, self.checked)
            if isinstance(operand, c.Measure) or not without_delivery
        ]
        return max(lows, default=0)

    def most(self, case: Case, base: c.Base) -> int | None:
        """The most that the order comes to in a case, None without a bound."""
        highs = [
            high
            for operand, _, high in self._amounts(case)
            if isinstance(operand, c.BaseTotal) and high is not None and at_most(base, operand.base, self.checked)
        ]
        return min(highs, default=None)

    def bases(self, case: Case) -> Iterator[c.Base]:
        """The amounts of orders that are bounded in a case."""
        for operand, _, high in self._amounts(case):
            if isinstance(operand, c.BaseTotal) and high is not None:
                yield operand.base

    def _amounts(self, case: Case) -> Iterator[tuple[c.BaseTotal | c.Measure, int | None, int | None]]:
        """What is known of amounts of the order: the operand, its least and its most."""
        for field, region in case.regions.items():
            operand = self.operands.get(field)
            if operand is not None and isinstance(region, Ranges) and region.parts:
                low, high = region.parts[0][0], region.parts[-1][1]
                yield operand, None if low is None else -(-low // 2), None if high is None else high // 2


def fit(found: Alternatives, regions: Alternative) -> bool:
    """Whether one of the alternatives has something in common with the regions."""
    if found is None:
        return True
    return any(
        all(not meet(region, regions[name]).empty for name, region in one.items() if name in regions) for one in found
    )


# ---------- amounts of an order


def _operands(checked: Checked) -> Mapping[str, c.BaseTotal | c.Measure]:
    """The fields that are amounts of the order at hand."""
    found: dict[str, c.BaseTotal | c.Measure] = {}
    whole = (*checked.earns.values(), *checked.boosts.values(), *checked.nevers.values(), *checked.promises.values())
    for part in parts_of(whole):
        if isinstance(part, c.BaseTotal) or (isinstance(part, c.Measure) and is_spend_now(part)):
            found[field_of(part)[0]] = part
    return found


def is_spend_now(measure: c.Measure) -> bool:
    return measure.counter is c.CounterKind.SPEND and measure.window.kind is c.WindowKind.THIS_ORDER


def _base_of(checked: Checked, operand: c.BaseTotal | c.Measure) -> c.Base:
    if isinstance(operand, c.BaseTotal):
        return operand.base
    return operand.base or checked.basis


#: The kinds of amounts that are at least as much, whatever the taxes are.
_AS_MUCH: Final = {
    c.BaseKind.LIST_PRICE: frozenset({c.BaseKind.LIST_PRICE}),
    c.BaseKind.AFTER_DISCOUNTS: frozenset({c.BaseKind.LIST_PRICE, c.BaseKind.AFTER_DISCOUNTS}),
}


def at_most(one: c.Base, other: c.Base, checked: Checked) -> bool:
    """Whether on every line the first amount is at most the second, whatever its discount, tax and tenders are."""
    if other.tenders and not (one.tenders and set(one.tenders) <= set(other.tenders)):
        return False
    net = other.without_tax and not one.without_tax
    if one.kind is c.BaseKind.MONEY_PAID:
        if other.kind is c.BaseKind.MONEY_PAID:
            return not net
        # At most the price after discounts is paid, and the tax where it comes on top; less where points pay a part.
        if checked.tax_included:
            return not net
        return one.without_tax
    if other.kind not in _AS_MUCH[one.kind]:
        return False
    # A price that tax comes on top of is net as it stands.
    return not net or not checked.tax_included


# ---------- splitting


def _split(told: list[Alternatives], most: int, wanted: Callable[[str], bool]) -> Iterator[Alternative]:
    """Every combination of cells of the fields that are asked most, as many as there may be."""
    regions: dict[str, list[Region]] = {}
    for found in told:
        for one in found or ():
            for field, region in one.items():
                if wanted(field):
                    regions.setdefault(field, []).append(region)
    chosen: list[tuple[str, list[Region]]] = []
    room = most
    for field in sorted(regions, key=lambda name: (name != _DELIVERY, -len(regions[name]), name)):
        cells = _cells(regions[field])
        if 1 < len(cells) <= room:
            room //= len(cells)
            chosen.append((field, cells))
    names = [field for field, _ in chosen]
    for cells_of_all in product(*(cells for _, cells in chosen)):
        yield dict(zip(names, cells_of_all, strict=True))


def _cells(regions: list[Region]) -> list[Region]:
    """The parts into which regions cut a field; one part where they are of two kinds."""
    sets = [region for region in regions if isinstance(region, Chosen)]
    ranges = [region for region in regions if isinstance(region, Ranges)]
    if sets and not ranges:
        return list(_cells_of_sets(sets))
    if ranges and not sets:
        return list(_cells_of_ranges(ranges))
    return []


def _cells_of_sets(regions: list[Chosen]) -> Iterator[Region]:
    """Values that the same regions hold stay together."""
    named = frozenset(value for region in regions for value in region.values)
    distinct = list(dict.fromkeys(region.values for region in regions))
    together: dict[tuple[bool, ...], set[c.Value]] = {}
    for value in sorted(named, key=repr):
        together.setdefault(tuple(value in values for values in distinct), set()).add(value)
    yield from (Chosen(frozenset(values)) for values in together.values())
    yield Chosen(named, others=True)


def _cells_of_ranges(regions: list[Ranges]) -> Iterator[Region]:
    starts: set[int] = set()
    for region in regions:
        for low, high in region.parts:
            starts |= {edge for edge in (low, None if high is None else high + 1) if edge is not None}
    edges = sorted(starts)
    for low, high in zip([None, *edges], [*edges, None], strict=True):
        yield Ranges(((low, None if high is None else high - 1),))


# ---------- guardrails


def _takes_all(never: Never) -> bool:
    return never.lines is None and not never.blocks.isdisjoint({Blocks.EARNING, Blocks.EVERYTHING})


def _unblocked(never: Never) -> Alternatives:
    """Where a guardrail over the whole occasion may leave it alone: what it asks is false, or it is not in force."""
    free: Alternatives = tuple(_outside(never.dates))
    for test in (*never.audience, *never.occasion, *never.dates.asked):
        free = either(free, alternatives(test, holds=False))
    return free


def _outside(dates: Dates) -> Iterator[Alternative]:
    if dates.start is not None:
        yield {INSTANT: Ranges(((None, 2 * dates.start - 1),))}
    if dates.end is not None:
        yield {INSTANT: Ranges(((2 * dates.end, None),))}
