"""Stages 10 and 13: caps. One narrower than the place of rounding trims exact amounts, one as wide or wider lowers
whole units.

Their order: of boosts, of groups of boosts, of the rules, of their groups from the inside out; for each narrow before
wide, at one width the shorter period first, then by name. The next cap is asked what the one before granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.decision import Entry
from loyalty_rules.engine.gifts import ORDER, Exact, Use, counted
from loyalty_rules.engine.parts import Award, Boosts, Posting, summed
from loyalty_rules.engine.sameness import counter_of
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Cap, Place, Scope
from loyalty_rules.lang.conditions import Window, WindowKind

_WIDTH: Final = {"S_ITEM": 0, "S_LINE": 1, "S_ORDER": 2, "S_TOGETHER": 2, "S_SAME": 3, "S_MEMBER": 4}
_PERIODS: Final = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "PYEAR")


class Target(NamedTuple):
    """The parts of an award (by their places) that a cap binds. `award` is its place among those that are settled."""

    award: int
    parts: tuple[int, ...]


class Ceiling(NamedTuple):
    """A cap and all that it binds together; `counter`: the key of what it counts on this occasion."""

    cap: Cap
    targets: tuple[Target, ...]
    counter: str


# ---------- which cap binds what


def ceilings(view: View, awards: Sequence[Award], boosts: Boosts, groups: Sequence[str]) -> list[Ceiling]:
    """The caps that bind these awards, in the order in which they are asked. `groups` are the groups of the rules whose
    caps count, inner ones first."""
    found: list[Ceiling] = []
    for name in sorted(boosts):
        found += [_of_boosts(view, cap, {name}, awards) for cap in in_order(boosts[name].caps)]
    for name in view.plan.boost_groups:
        group, members = view.plan.checked.groups[name], set(view.plan.members(name))
        found += [_of_boosts(view, cap, members, awards) for cap in in_order(group.caps)]
    for place, award in enumerate(awards):
        for cap in in_order(award.caps):
            if cap.purse == award.purse:
                parts = (0,) if cap.before_boosts else tuple(range(len(award.parts)))
                found.append(Ceiling(cap, (Target(place, parts),), counter_of(view, cap)))
    for name in groups:
        members = set(view.plan.members(name))
        for cap in in_order(view.plan.checked.groups[name].caps):
            bound = [place for place, one in enumerate(awards) if one.rule in members and one.purse == cap.purse]
            targets = tuple(Target(place, tuple(range(len(awards[place].parts)))) for place in bound)
            found.append(Ceiling(cap, targets, counter_of(view, cap)))
    return [ceiling for ceiling in found if ceiling.targets]


def _of_boosts(view: View, cap: Cap, names: set[str], awards: Sequence[Award]) -> Ceiling:
    targets = []
    for place, award in enumerate(awards):
        parts = tuple(at for at, part in enumerate(award.parts) if at and part.by in names)
        if parts and award.purse == cap.purse:
            targets.append(Target(place, parts))
    return Ceiling(cap, tuple(targets), counter_of(view, cap))


def in_order(caps: Iterable[Cap]) -> list[Cap]:
    """Narrow before wide; at one width the shorter period first, then by name. Of two for one counter the lower."""
    lowest: dict[str, Cap] = {}
    for cap in caps:
        if cap.key not in lowest or cap.units < lowest[cap.key].units:
            lowest[cap.key] = cap
    return sorted(lowest.values(), key=_cap_order)


def _cap_order(cap: Cap) -> tuple[int, int, int, str]:
    window = cap.window
    if window is None:
        return (_WIDTH[cap.scope.value], 0, 0, cap.key)
    if window.period is not None:
        return (_WIDTH[cap.scope.value], 1, _PERIODS.index(window.period.value), cap.key)
    rolling = window.days or 31 * window.months
    return (_WIDTH[cap.scope.value], 2 if rolling else 3, rolling, cap.key)


def is_narrow(cap: Cap, award: Award) -> bool:
    """Whether a cap trims exact amounts of this award rather than whole units. Of one item it always does: a whole
    ceiling of an item is the same before and after the item is rounded."""
    return is_narrower(cap, award.rounding.place)


def is_narrower(cap: Cap, place: Place) -> bool:
    """Whether a cap is narrower than a place of rounding."""
    return cap.scope is Scope.ITEM or _WIDTH[cap.scope.value] < _WIDTH.get(place.value, _WIDTH["S_MEMBER"])


# ---------- stage 10: exact amounts


def trim(view: View, awards: Sequence[Award], found: Iterable[Ceiling]) -> None:
    """Lowers exact amounts to the ceilings that are narrower than their place of rounding."""
    for cap, targets, _ in found:
        narrow = [target for target in targets if is_narrow(cap, awards[target.award])]
        if len(narrow) == 1 and cap.scope is Scope.ITEM and awards[narrow[0].award].rounding.place is Place.ITEM:
            _trim_items(awards[narrow[0].award], narrow[0].parts, cap)
        elif narrow and cap.scope is Scope.ORDER:
            _trim_orders(awards, narrow, cap)
        elif narrow:
            _trim_lines(view, awards, narrow, cap)
        for award in (awards[target.award] for target in narrow):
            for by, less in at_least_nothing(award).items():
                award.entries.append(Entry("boost", by, less))


def at_least_nothing(award: Award) -> dict[str, Fraction]:
    """Boosts that lower take no line below zero, however many of them add up, and whatever is trimmed of what they are
    to lower. By boost, what it takes less than it was asked to."""
    less: dict[str, Fraction] = {}
    for at, cell in enumerate(award.cells):
        exact = [part.exact[at] for part in award.parts]
        for line, total in summed(exact).items():
            if total >= 0:
                continue
            lowered = sum((min(one.get(line, Fraction(0)), Fraction(0)) for one in exact), start=Fraction(0))
            for part in award.parts[1:]:
                asked = part.exact[at].get(line, Fraction(0))
                if asked < 0:
                    left = asked * (lowered - total) / lowered
                    part.exact[at] = {**part.exact[at], line: left}
                    less[part.by] = less.get(part.by, Fraction(0)) + cell.times * (left - asked)
    return less


def _trim_items(award: Award, places: Sequence[int], cap: Cap) -> None:
    """Every cell is one item, and has a ceiling of its own."""
    before = award.total()
    for at in range(len(award.cells)):
        exact = [award.parts[place].exact[at] for place in places]
        asked = sum((amount for one in exact for amount in one.values()), start=Fraction(0))
        if asked > cap.units:
            for place in places:
                part = award.parts[place]
                part.exact[at] = {line: amount * cap.units / asked for line, amount in part.exact[at].items()}
    _cut_entry(award, cap, award.total() - before)


def _trim_orders(awards: Sequence[Award], targets: Sequence[Target], cap: Cap) -> None:
    """The order has one ceiling, and its awards are rounded with those of other orders."""
    chosen = [(awards[target.award], target.parts) for target in targets]
    before = [sum((award.parts[at].total(award.cells) for at in places), start=Fraction(0)) for award, places in chosen]
    asked = sum(before, start=Fraction(0))
    if asked > cap.units:
        kept = Fraction(cap.units) / asked
        for (award, places), total in zip(chosen, before, strict=True):
            for at in places:
                part = award.parts[at]
                part.exact = [{line: amount * kept for line, amount in exact.items()} for exact in part.exact]
            _cut_entry(award, cap, total * kept - total)


def _trim_lines(view: View, awards: Sequence[Award], targets: Sequence[Target], cap: Cap) -> None:
    """Lines have a ceiling each (or one for all their items, which share a line's amount equally)."""
    chosen = [(awards[target.award], place) for target in targets for place in target.parts]
    asked = summed([award.parts[place].by_line(award.cells) for award, place in chosen])
    before = [awards[target.award].total() for target in targets]
    for line, amount in asked.items():
        ceiling = _ceiling(view, cap, line)
        if amount > ceiling:
            for award, place in chosen:
                part = award.parts[place]
                part.exact = [_scaled(exact, line, ceiling / amount) for exact in part.exact]
    for target, total in zip(targets, before, strict=True):
        _cut_entry(awards[target.award], cap, awards[target.award].total() - total)


def _scaled(exact: Exact, line: int, factor: Fraction) -> Exact:
    return {p: a * factor if p == line else a for p, a in exact.items()}


def _ceiling(view: View, cap: Cap, line: int) -> int:
    items = view.occasion.lines[line].items if cap.scope is Scope.ITEM and line != ORDER else 1
    return cap.units * max(items, 1)


def _cut_entry(award: Award, cap: Cap, cut: Fraction) -> None:
    if cut:
        award.entries.append(Entry("cap", cap.key, cut))


# ---------- stage 13: whole units


#: What a counter of a cap held before it is asked so much.
Before: TypeAlias = Callable[[str, Window, int], int]


def lower(view: View, postings: Sequence[Posting], found: Iterable[Ceiling], asked: dict[str, int]) -> None:
    """Lowers whole units to the ceilings that are as wide as their place of rounding, or wider."""
    lower_after(lambda counter, window, units: counted(view, counter, window), postings, found, asked)


def lower_after(before: Before, postings: Sequence[Posting], found: Iterable[Ceiling], asked: dict[str, int]) -> None:
    """Lowers whole units, with what the counters of the caps held before."""
    for cap, targets, counter in found:
        wide = [target for target in targets if not is_narrow(cap, postings[target.award].award)]
        if wide and cap.scope is Scope.LINE:
            _lower_lines(postings, wide, cap)
        elif wide:
            _lower_sum(before, postings, Ceiling(cap, tuple(wide), counter), asked)


def _lower_lines(postings: Sequence[Posting], targets: Sequence[Target], cap: Cap) -> None:
    for line in sorted({line for target in targets for line in postings[target.award].grid}):
        cells = [
            (postings[target.award], place)
            for target in targets
            if line in postings[target.award].grid
            for place in target.parts
        ]
        units = [posting.grid[line][place] for posting, place in cells]
        if sum(units) > cap.units:
            for (posting, place), kept in zip(cells, largest_remainder(cap.units, units), strict=True):
                _note(posting, cap, kept - posting.grid[line][place])
                posting.grid[line][place] = kept


def _lower_sum(before_of: Before, postings: Sequence[Posting], ceiling: Ceiling, asked: dict[str, int]) -> None:
    """Lowers the parts together to what a cap leaves. Its counter moves by what it was asked; over a rolling window by
    what it granted."""
    cap, targets, counter = ceiling
    wanted = [_units(postings[target.award], target.parts) for target in targets]
    total = sum(wanted)
    if not total:
        return
    before = asked.get(counter, 0)
    if cap.window is not None:
        before += before_of(counter, cap.window, total)
    room = min(cap.units, before + total) - min(cap.units, before)
    rolling = cap.window is not None and cap.window.kind is WindowKind.LAST
    used = room if rolling else total
    shares = largest_remainder(room, wanted) if room < total else tuple(wanted)
    for target, kept, units in zip(targets, shares, wanted, strict=True):
        postings[target.award].counted[counter] = kept if rolling else units
    asked[counter] = asked.get(counter, 0) + used
    if cap.window is not None:
        postings[targets[0].award].uses.append(Use(counter, cap.window, used))
    if room < total:
        for target, kept in zip(targets, shares, strict=True):
            posting = postings[target.award]
            _note(posting, cap, kept - _units(posting, target.parts))
            keep(posting, target.parts, kept)


def _units(posting: Posting, places: Sequence[int]) -> int:
    return sum(row[place] for row in posting.grid.values() for place in places)


def keep(posting: Posting, places: Sequence[int], units: int) -> None:
    """Lowers what the parts at these places hold together, in proportion, by line and part at once."""
    cells = [(line, place) for line in sorted(posting.grid) for place in places]
    kept = largest_remainder(units, [posting.grid[line][place] for line, place in cells])
    for (line, place), left in zip(cells, kept, strict=True):
        posting.grid[line][place] = left


def _note(posting: Posting, cap: Cap, cut: int) -> None:
    if cut:
        posting.entries.append(Entry("cap", cap.key, Fraction(cut)))
        posting.capped_by = cap.key
