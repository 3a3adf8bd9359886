"""What a programme has and what not, worked out once: no decision is asked about clauses that no rule has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from loyalty_rules.lang.checked import Blocks, Checked, Conversion, Earn, Goal, Never
from loyalty_rules.lang.conditions import Measure, WindowKind
from loyalty_rules.lang.walking import parts_of


class Having(NamedTuple):
    """`moving`: by key of a counter of periods, what its filter measures of each of them, or of shorter ones in it.
    `alive`: the purses whose lots activity keeps alive. All by name."""

    moving: Mapping[str, tuple[Measure, ...]]
    prolonging: tuple[Earn, ...]
    converting: tuple[Conversion, ...]  # by time
    alive: tuple[str, ...]
    posting: bool  # a purse posts at the end of a period
    forgiving: tuple[tuple[Earn, Goal], ...]  # the challenges whose runs members may keep with a reward
    guards: Mapping[Blocks, tuple[Never, ...]]  # the guardrails that take something out of each kind of use
    guarded_alike: frozenset[Blocks]  # the kinds of use out of which the same is taken, whenever it is asked


def having_of(checked: Checked, measures: Iterable[Measure]) -> Having:
    """`measures`: all that the programme keeps."""
    guards = {kind: _guards(checked, kind) for kind in Blocks}
    always = tuple(one for one in guards[Blocks.EVERYTHING] if not (one.audience or one.occasion or one.dates.asked))
    return Having(
        {measure.key: moving_in(measure) for measure in measures if measure.each is not None},
        tuple(rule for _, rule in sorted(checked.earns.items()) if rule.prolongs),
        tuple(one for one in checked.conversions.values() if one.timing.comes),
        tuple(name for name, purse in sorted(checked.purses.items()) if purse.activity),
        any(purse.rounding.posts is not None for purse in checked.purses.values()),
        tuple((rule, rule.goal) for _, rule in sorted(checked.earns.items()) if rule.goal and _forgives(rule.goal)),
        guards,
        frozenset(kind for kind in Blocks if guards[kind] == always),
    )


def _forgives(goal: Goal) -> bool:
    return any(one.forgiving for one in goal.all_of())


def _guards(checked: Checked, kind: Blocks) -> tuple[Never, ...]:
    found = (never for _, never in sorted(checked.nevers.items()))
    return tuple(never for never in found if not never.blocks.isdisjoint({kind, Blocks.EVERYTHING}))


def moving_in(counter: Measure) -> tuple[Measure, ...]:
    """What the filter of a counter of periods measures of each of them, or of shorter ones in it."""
    return tuple(
        inner for inner in parts_of(counter.each) if isinstance(inner, Measure) and inner.window.kind is WindowKind.EACH
    )
