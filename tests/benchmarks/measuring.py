"""Time as ratios taken in one run. Machines are noisy: sides take turns, and the least of several runs counts."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import NamedTuple

from loyalty_rules import Programme
from loyalty_rules.events import Purchase
from loyalty_rules.member import MemberState

Action = Callable[[], object]
#: Tells what is measured now.
Say = Callable[[str], None]


class Row(NamedTuple):
    """One line of the table that is printed."""

    what: str
    figure: str
    aim: str = ""


def check(what: str, found: object, wanted: object) -> None:
    """Two sides that do not give the same answers are not timed."""
    if found != wanted:
        raise SystemExit(f"{what}: the answers differ, so nothing is timed\n{found}\n{wanted}")


def deciding(programme: Programme, order: Purchase, member: MemberState | None = None) -> Action:
    state = programme.new_member("m") if member is None else member
    return lambda: programme.decide(state, order)


def seconds(
    *actions: Action, runs: int = 7, enough: float = 0.02, clock: Callable[[], float] = time.process_time
) -> tuple[float, ...]:
    """Seconds of the fastest of several runs of each, by turns: of this process, or by another clock. What is over soon
    is done so often in a run that it takes `enough` seconds."""
    often = [_often(action, enough, clock) for action in actions]
    best = [float("inf")] * len(actions)
    for _ in range(runs):
        for place, action in enumerate(actions):
            best[place] = min(best[place], _took(action, often[place], clock) / often[place])
    return tuple(best)


def ratio(one: Action, other: Action, runs: int = 7) -> float:
    """How much longer one takes than the other."""
    first, second = seconds(one, other, runs=runs)
    return first / second


def calls(action: Action) -> int:
    """How many functions an action calls: what it does, whatever the machine does besides."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    action()  # what is worked out once is there afterwards
    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def _often(action: Action, enough: float, clock: Callable[[], float]) -> int:
    """How many times in a run. What is worked out once is there before that is asked: a side with much to work out
    would be timed by single calls on cold caches, beside the mean of many of the other."""
    took = _took(action, 1, clock)
    if took < 1:
        took = _took(action, 1, clock)
    return max(1, int(enough / max(took, 1e-9)))


def _took(action: Action, often: int, clock: Callable[[], float]) -> float:
    gc.collect()
    gc.disable()
    try:
        start = clock()
        for _ in range(often):
            action()
        return clock() - start
    finally:
        gc.enable()
