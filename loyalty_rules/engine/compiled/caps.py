"""The caps of one award, worked out from the programme: which of them trim exact amounts, which lower whole units, and
which parts each binds."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import NamedTuple

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.engine.ceilings import in_order, is_narrower, keep
from loyalty_rules.engine.compiled.slices import Slice, Slices
from loyalty_rules.engine.gifts import ORDER, Use, counted
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.sameness import counter_of
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Boost, Cap, Earn, Group, RoundingRule, Scope
from loyalty_rules.lang.conditions import WindowKind


class Bound(NamedTuple):
    """A cap, and the rule and boosts whose parts it binds; None where it binds the whole award."""

    cap: Cap
    names: frozenset[str] | None


class Bounds(NamedTuple):
    """The caps of an award into one purse, in the order in which they are asked."""

    narrow: tuple[Bound, ...]
    wide: tuple[Bound, ...]


def bounds_of(
    rule: Earn, purse: str, rounding: RoundingRule, boosts: Sequence[Boost], groups: Sequence[tuple[Group, set[str]]]
) -> Bounds:
    """The caps of its boosts, of the groups that list boosts with their members, and its own, in this order."""
    found = [Bound(cap, frozenset({boost.name})) for boost in boosts for cap in in_order(boost.caps)]
    found += [Bound(cap, frozenset(members)) for group, members in groups for cap in in_order(group.caps)]
    for cap in in_order(rule.caps):
        found.append(Bound(cap, frozenset({rule.name}) if cap.before_boosts else None))
    mine = [one for one in found if one.cap.purse == purse]
    narrow = [one for one in mine if is_narrower(one.cap, rounding.place)]
    return Bounds(tuple(narrow), tuple(one for one in mine if one not in narrow))


def _bound(names: frozenset[str] | None, found: Sequence[str], own: str) -> list[int]:
    """The parts that a cap binds."""
    if names is None:
        return list(range(len(found)))
    if own in names:
        return [0]
    return [place for place, name in enumerate(found) if place and name in names]


# ---------- exact amounts


def trim(view: View, rule: str, slices: Slices, narrow: Sequence[Bound]) -> None:
    """Lowers exact amounts to the ceilings that are narrower than their place of rounding."""
    names = [one.by for one in slices.slices]
    for cap, bound in narrow:
        parts = [slices.slices[place] for place in _bound(bound, names, rule)]
        if parts and cap.scope is Scope.ORDER:
            _trim_order(slices, parts, cap.units)
        elif parts:
            _trim_lines(view, slices, parts, cap)


def _trim_order(slices: Slices, parts: Sequence[Slice], units: int) -> None:
    """All that these parts hold has one ceiling: each keeps the same share of what it has."""
    asked = sum(sum(one.tops) for one in parts)
    ceiling = units * slices.bottom
    if asked > ceiling:
        mine = [(one, [top * ceiling for top in one.tops]) for one in parts]
        slices.scale(asked)
        for one, tops in mine:
            one.tops = tops


def _trim_lines(view: View, slices: Slices, parts: Sequence[Slice], cap: Cap) -> None:
    """Lines have a ceiling each, or one for all their items."""
    above: list[tuple[int, int, int]] = []  # the line, its ceiling, what is asked on it
    for at, place in enumerate(slices.places):
        items = view.occasion.lines[place].items if cap.scope is Scope.ITEM and place != ORDER else 1
        ceiling = cap.units * max(items, 1) * slices.bottom
        asked = sum(one.tops[at] for one in parts)
        if asked > ceiling:
            above.append((at, ceiling, asked))
    if not above:
        return
    if len(parts) == 1:
        parts[0].tops = list(parts[0].tops)
        for at, ceiling, _ in above:
            parts[0].tops[at] = ceiling
        return
    factor = lcm(*(asked for _, _, asked in above))
    slices.scale(factor)
    for one in parts:
        one.tops = list(one.tops)
        for at, ceiling, asked in above:
            one.tops[at] = one.tops[at] // factor * ceiling * (factor // asked)


# ---------- whole units


def lower(view: View, posting: Posting, wide: Sequence[Bound]) -> None:
    """Lowers whole units to the ceilings that are as wide as their place of rounding, or wider."""
    if not posting.grid:
        return
    names, own = posting.names, posting.award.rule
    for cap, bound in wide:
        parts = _bound(bound, names, own)
        if parts and cap.scope is Scope.LINE:
            _lower_lines(posting, parts, cap)
        elif parts:
            _lower_sum(view, posting, parts, cap)


def _lower_lines(posting: Posting, parts: Sequence[int], cap: Cap) -> None:
    for line in sorted(posting.grid):
        row = posting.grid[line]
        units = [row[place] for place in parts]
        if sum(units) > cap.units:
            for place, kept in zip(parts, largest_remainder(cap.units, units), strict=True):
                row[place] = kept
            posting.capped_by = cap.key


def _lower_sum(view: View, posting: Posting, parts: Sequence[int], cap: Cap) -> None:
    """Lowers the parts together to what a cap leaves. Its counter moves by what it was asked; over a rolling window by
    what it granted."""
    total = sum(row[place] for row in posting.grid.values() for place in parts)
    if not total:
        return
    counter = counter_of(view, cap)
    before = view.asked.get(counter, 0)
    if cap.window is not None:
        before += counted(view, counter, cap.window)
    room = min(cap.units, before + total) - min(cap.units, before)
    used = room if cap.window is not None and cap.window.kind is WindowKind.LAST else total
    posting.counted[counter] = used
    view.asked[counter] = view.asked.get(counter, 0) + used
    if cap.window is not None:
        posting.uses.append(Use(counter, cap.window, used))
    if room < total:
        posting.capped_by = cap.key
        keep(posting, parts, room)
