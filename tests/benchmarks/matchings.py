"""Matching: which of 10, 100, 1,000 and 10,000 rules take which of ten lines, by this engine and by each rival."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Final

from tests.benchmarks import growing, qualifying
from tests.benchmarks.answers import matching
from tests.benchmarks.measuring import Row, Say, check, deciding, seconds
from tests.benchmarks.rivals import MOST, RIVALS

SIZES: Final = (10, 100, 1_000, 10_000)
#: How much faster than the fastest rival, by size.
AIMS: Final = {100: 20, 1_000: 50}
#: Seconds that a rival may be expected to need, to be made ready or to answer once.
PATIENCE: Final = 60.0
#: This engine, and the whole decision of it.
OWN: Final = "loyalty-rules"
WHOLE: Final = "… the whole decision"

#: Seconds by engine and by number of rules; a rival that nobody would wait for has none.
Times = dict[str, dict[int, float]]


def measured(rivals: bool, say: Say) -> Times:
    """Answers are compared first; one that differs stops everything."""
    others = list(RIVALS) if rivals else []
    times: Times = {name: {} for name in (OWN, WHOLE, *others)}
    for count in SIZES:
        say(f"{count:,} rules")
        asked, lines = qualifying.rules(count), qualifying.lines(count)
        wanted = qualifying.expected(asked, lines)
        programme, order = growing.with_rules(count), growing.ten_lines(count)
        own = matching(programme, order)
        check(f"matching {count} rules", own(), wanted)
        times[OWN][count], times[WHOLE][count] = seconds(own.ask, deciding(programme, order))
        others = [name for name in others if count <= MOST.get(name, count)]
        for name in tuple(others):
            say(f"{count:,} rules, {name}")
            start = time.process_time()
            theirs = RIVALS[name](asked, lines)
            check(f"{name}, {count} rules", theirs(), wanted)
            first = time.process_time() - start
            (times[name][count],) = seconds(theirs.ask, runs=5 if first < 1 else 1)
            # Of ten times as many rules, where each is held against each. The first time it was imported as well.
            if 100 * first > PATIENCE and count > SIZES[0]:
                others.remove(name)
    return times


def rows(times: Times) -> Iterator[Row]:
    """How much faster this engine is than the fastest of the others."""
    for count in SIZES:
        theirs = fastest(times, count)
        if theirs is not None:
            aim = f"at least {AIMS[count]} ×" if count in AIMS else ""
            figure = f"{times[theirs][count] / times[OWN][count]:.1f} ×"
            yield Row(f"matching {count:,} rules × 10 lines: {theirs} / {OWN}", figure, aim)


def fastest(times: Mapping[str, Mapping[int, float]], count: int) -> str | None:
    """The fastest of the others."""
    others = {name: of[count] for name, of in times.items() if name not in (OWN, WHOLE) and count in of}
    return min(others, key=lambda name: others[name], default=None)
