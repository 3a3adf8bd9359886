"""Groups of boosts of which one acts: the one that alone would post most, or least, or is the first listed; for the
order, or for each line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

from loyalty_rules.engine.compiled.slices import Slice, Slices
from loyalty_rules.engine.gifts import Exact
from loyalty_rules.engine.parts import Posting, choose
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Group

#: What slices would post under the caps of their boosts alone.
Alone: TypeAlias = Callable[[View, Slices], Posting]
#: The slices of an option, over the bottom of the award that they were tried on.
Option: TypeAlias = tuple[Slices, list[Slice]]


def best(view: View, group: Group, alone: Alone, tried: Sequence[Option], base: Slices) -> list[Option]:
    """What is left of the options. `base`: what stands before them."""
    if group.per_line:
        return _by_lines(view, group, alone, tried, len(base.slices))
    there = _posted(view, alone, base).granted
    values = [Fraction(_posted(view, alone, slices).granted - there if mine else 0) for slices, mine in tried]
    winner = choose(group.policy, values)
    return list(tried) if winner is None else [tried[winner]]


def _posted(view: View, alone: Alone, slices: Slices) -> Posting:
    """What slices would post; nothing of it is counted."""
    before, view.asked = view.asked, dict(view.asked)
    try:
        return alone(view, slices.copy())
    finally:
        view.asked = before


def _by_lines(view: View, group: Group, alone: Alone, tried: Sequence[Option], before: int) -> list[Option]:
    """Every line goes to the option that adds most there. An option whose cap is used up adds nothing."""
    exact = [_exact(view, alone, option, before) for option in tried]
    lines = sorted({line for found in exact for line in found})
    winners = {line: choose(group.policy, [found.get(line, Fraction(0)) for found in exact]) for line in lines}
    kept: list[Option] = []
    for place, (slices, mine) in enumerate(tried):
        standing = []
        for one in mine:
            won_by = {winners.get(line) for line, top in zip(slices.places, one.tops, strict=True) if top} - {None}
            if not won_by or place in won_by:
                slices.keep_of(one, {line for line in slices.places if winners.get(line) in (place, None)})
                standing.append(one)
        kept.append((slices, standing))
    return kept


def _exact(view: View, alone: Alone, option: Option, before: int) -> Exact:
    slices, mine = option
    posting = _posted(view, alone, slices)
    if posting.capped_by and not sum(posting.units[before:]):
        return {}
    found: Exact = {}
    for one in mine:
        about = range(len(slices.places)) if one.chosen is None else one.chosen
        for at in about:
            line = slices.places[at]
            found[line] = found.get(line, Fraction(0)) + Fraction(one.tops[at], slices.bottom)
    return found
