"""What each phrase is worth: pairs of a drawn programme and a history in which the clause made a difference.

The clause is taken out, and where its block needs it, one of its phrases is replaced by another one that may stand
there; then the same history is decided by both. A clause counts for all its phrases where it could be taken out, a
phrase that was replaced for itself alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.testing.chance import Chance
from loyalty_rules.testing.composing.programmes import compose
from loyalty_rules.testing.composing.sketch import Sketch, choices, said
from loyalty_rules.testing.drawing import History, draw_history
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from tests.properties.drawn_programmes import loaded

_ROLE = re.compile(r"\b[A-Z][A-Z0-9_]+\b")
#: Symbols of the grammar whose phrases stand for each other.
_SYMBOLS = (
    *("in_period", "in_previous", "end_of", "start_of", "from_next", "compare", "round_mode", "place", "scope"),
    *("weekday", "month", "money_base", "order", "counter", "untendered", "converted", "step", "window", "programme"),
    *("purse", "tiers", "group", "never", "redeem", "boost", "conversion", "parts", "expire", "usable"),
)
#: Phrases that change no decision: they name, tell and accept.
SILENT = frozenset({"TITLE", "MSG_GIVEN", "MSG_MISSED", "WAS", "ALLOW", "H_PROMISE", "ALWAYS", "HANDED_OVER"})


@dataclass
class Table:
    """By role, the pairs in which it made a difference, and those that were tried."""

    changed: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    pairs: int = 0

    def below(self, least: int) -> dict[str, int]:
        """The roles of the phrase table with fewer pairs than this."""
        return {role: self.changed[role] for role in phrase_tables()["en"].forms if self.changed[role] < least}


def tried(seed: int, table: Table, *, variants: int, histories: int = 4, most: int = 8) -> None:
    """One programme and its histories against so many variants of it, those with the phrases tried least first."""
    sketch = compose(Chance(seed))
    programme = loaded(sketch)
    if programme is None:
        return
    interest = Interest(programme)
    drawn = [draw_history(Chance(seed * 1_000 + number), interest, most) for number in range(histories)]
    own = [_told(history) for history in drawn]
    listed = [one for one in _variants(sketch) if one[0].isdisjoint(SILENT)]
    done = 0
    for roles, variant in sorted(listed, key=lambda one: min(table.tried[role] for role in one[0])):
        if done == variants:
            return
        other = loaded(variant)
        if other is None:
            continue
        done += 1
        asked = Interest(other)
        for history, told in zip(drawn, own, strict=True):
            table.pairs += 1
            table.tried.update(roles)
            if _told(History(asked, history.member, history.events)) != told:
                table.changed.update(roles)


def _told(history: History) -> list[tuple[object, ...]]:
    """What people see of a history: what was decided, and what came of it."""
    return [(one.event, one.outcome, one.effects) for one in played(history)]


def _variants(sketch: Sketch) -> Iterator[tuple[set[str], Sketch]]:
    """The roles that a variant speaks for, and the programme without them."""
    for number, block in enumerate(sketch.blocks):
        if block[0].startswith("H_EXAMPLE"):
            continue
        if number and _roles(block[0]):
            yield _roles(block[0]), sketch.without(number)
        for place, line in enumerate(block[1:], 1):
            if _roles(line):
                yield _roles(line), sketch.without(number, place)
            for role in sorted(_roles(line)):
                for other in _instead(role)[:2]:
                    changed = re.sub(rf"\b{role}\b", other, line)
                    lines = (*block[:place], changed, *block[place + 1 :])
                    yield {role}, Sketch((*sketch.blocks[:number], lines, *sketch.blocks[number + 1 :]))


def _roles(line: str) -> set[str]:
    known = phrase_tables()["en"].forms
    return {role for role in _ROLE.findall(re.sub(r'"[^"]*"', "", line)) if role in known}


@cache
def _instead(role: str) -> tuple[str, ...]:
    """Other phrases that stand where this one does."""
    found = [other for symbol in _SYMBOLS for other in choices(symbol) if role in choices(symbol)]
    return tuple(dict.fromkeys(other for other in found if other != role))


def printed(table: Table, least: int) -> str:
    """The table in words: the phrases with the fewest pairs."""
    english = phrase_tables()["en"]
    few = sorted(table.below(least).items(), key=lambda one: (one[1], one[0]))
    head = f"{table.pairs} pairs tried; {len(english.forms) - len(few)} of {len(english.forms)} phrases with {least}"
    rows = [f"  {said(role, english)} ({role}): {pairs} of {table.tried[role]} tried" for role, pairs in few]
    return "\n".join([head, *rows])
