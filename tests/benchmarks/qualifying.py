"""What engines are compared on: many qualifying rules, ten lines, and which rule takes which line.

A rule takes the lines of one category from a price on. Of each category there are five, with other prices; every line
costs so much that exactly two of them take it, however many rules there are. A lookup by category does not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

LINES: Final = 10
#: From these prices on, in whole roubles.
PRICES: Final = (1, 40, 90, 200, 500)
#: What a line costs: more than the first two, less than the third.
LEAST: Final = 50


class Rule(NamedTuple):
    """The place of a rule is its name."""

    category: str
    price: int


class Line(NamedTuple):
    category: str
    price: int


#: By line, the places of the rules that take it.
Answer = tuple[tuple[int, ...], ...]


def _as_it_is(found: Answer) -> Answer:
    return found


class Matching(NamedTuple):
    """`ask` is timed, everything that it needs stands ready: the answer as this engine gives it. `read` makes of that
    the one that all are compared by."""

    ask: Callable[[], Any]
    read: Callable[[Any], Answer] = _as_it_is

    def __call__(self) -> Answer:
        return self.read(self.ask())


def by_line(found: Iterable[tuple[int, int]], lines: int) -> Answer:
    """The answer of an engine that gives pairs of a line and a rule."""
    taken: list[list[int]] = [[] for _ in range(lines)]
    for line, rule in found:
        taken[line].append(rule)
    return tuple(tuple(sorted(one)) for one in taken)


def rules(count: int) -> tuple[Rule, ...]:
    return tuple(Rule(f"c{number // len(PRICES)}", PRICES[number % len(PRICES)]) for number in range(count))


def lines(count: int) -> tuple[Line, ...]:
    """Spread over all categories that so many rules ask about."""
    categories = count // len(PRICES)
    return tuple(Line(f"c{place * categories // LINES}", LEAST + 3 * place) for place in range(LINES))


def expected(asked: tuple[Rule, ...], order: tuple[Line, ...]) -> Answer:
    """Every rule asked of every line."""
    return tuple(
        tuple(place for place, rule in enumerate(asked) if rule.category == line.category and line.price >= rule.price)
        for line in order
    )
