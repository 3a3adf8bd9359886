"""Random histories against everything that has to hold: the shortest one that breaks it is what people get to see."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample

from loyalty_rules.programme import Decision, Programme
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.playing import Broken, played
from loyalty_rules.testing.properties import PROPERTIES, broken
from loyalty_rules.testing.strategies import histories

#: The most histories that are looked through before the budget is asked again.
_ROUND: Final = 50


class Finding(NamedTuple):
    """A property that does not hold, with the shortest history found that shows it."""

    broken: Broken
    history: History
    decision: Decision | None  # the one that shows it


class FuzzReport(NamedTuple):
    """What was run. The same `seed` runs the same orders again."""

    seed: int
    histories: int
    orders: int
    findings: tuple[Finding, ...]


def fuzz(
    programme: Programme,
    *,
    orders: int = 10_000,
    seed: int = 0,
    most: int = 12,
    progress: Callable[[int], None] | None = None,
) -> FuzzReport:
    """Runs random histories of up to `most` events until so many `orders` were decided. Each property is told once."""
    chance = Random(seed)
    found: dict[str, Finding] = {}
    counted = [0, 0]  # histories, orders
    searched = histories(programme, most=most)
    while counted[1] < orders and len(found) < len(PROPERTIES):
        target = ""  # the property that a history broke: only that one is looked at while the history is shrunk

        def breaks(history: History) -> bool:
            nonlocal target
            if not target:
                counted[0] += 1
                counted[1] += len(history.events)
                if progress is not None:
                    progress(len(history.events))
            names = [target] if target else [name for name in PROPERTIES if name not in found]
            first = next(broken(history, names), None)
            if first is None:
                return False
            target = first.name
            return True

        left = max(1, min(_ROUND, (orders - counted[1]) * 2 // most))
        try:
            shortest = find(searched, breaks, settings=_settings(left), random=chance)
        except NoSuchExample:
            continue
        one = next(broken(shortest, [target]))
        decisions = played(shortest)
        found[target] = Finding(one, shortest, decisions[one.place] if one.place < len(decisions) else None)
    return FuzzReport(seed, counted[0], counted[1], tuple(found.values()))


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
    )
