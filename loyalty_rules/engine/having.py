"""What a programme has and what not, worked out once: no decision is asked about clauses that no rule has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from loyalty_rules.lang.checked import Checked, Conversion, Earn
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


def having_of(checked: Checked, measures: Iterable[Measure]) -> Having:
    """`measures`: all that the programme keeps."""
    return Having(
        {measure.key: moving_in(measure) for measure in measures if measure.each is not None},
        tuple(rule for _, rule in sorted(checked.earns.items()) if rule.prolongs),
        tuple(one for one in checked.conversions.values() if one.timing.period is not None or one.timing.of),
        tuple(name for name, purse in sorted(checked.purses.items()) if purse.activity),
        any(purse.rounding.posts is not None for purse in checked.purses.values()),
    )


def moving_in(counter: Measure) -> tuple[Measure, ...]:
    """What the filter of a counter of periods measures of each of them, or of shorter ones in it."""
    return tuple(
        inner for inner in parts_of(counter.each) if isinstance(inner, Measure) and inner.window.kind is WindowKind.EACH
    )
