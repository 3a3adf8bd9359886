"""Random histories against everything that has to hold: the shortest one that breaks it is what people get to see."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from loyalty_rules.programme import Decision, Programme
from loyalty_rules.testing.choosing import Draw
from loyalty_rules.testing.drawing import History, draw_history
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import Broken, played
from loyalty_rules.testing.properties import PROPERTIES, broken
from loyalty_rules.testing.searching import drawn, smallest


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
    random, interest = Random(seed), Interest(programme)
    found: dict[str, Finding] = {}
    counted = [0, 0]  # histories, orders

    def drawing(draw: Draw) -> History:
        return draw_history(draw, interest, most)

    while counted[1] < orders and len(found) < len(PROPERTIES):
        history, chosen = drawn(drawing, random)
        counted[0] += 1
        counted[1] += len(history.events)
        if progress is not None:
            progress(len(history.events))
        first = next(broken(history, [name for name in PROPERTIES if name not in found]), None)
        if first is not None:
            found[first.name] = _finding(drawing, history, chosen, first.name)
    return FuzzReport(seed, counted[0], counted[1], tuple(found.values()))


def _finding(drawing: Callable[[Draw], History], history: History, chosen: tuple[int, ...], name: str) -> Finding:
    """A property that a history breaks, with a shorter history that breaks it too: only that one is looked at."""

    def breaks(one: History) -> bool:
        return next(broken(one, [name]), None) is not None

    shortest = smallest(drawing, breaks, history, chosen)
    one = next(broken(shortest, [name]))
    decisions = played(shortest)
    return Finding(one, shortest, decisions[one.place] if one.place < len(decisions) else None)
