"""Names that lead to names: circles, and how far a way can go. No walk recurses, so a long chain costs no stack.

Edges are by name; a name that leads nowhere need not be a key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

Edges = Mapping[str, Collection[str]]

#: How many circles are looked for: each is a walk through the file, and an author mends one after the other.
_MAX_CIRCLES: Final = 20


def components(edges: Edges) -> list[tuple[str, ...]]:
    """The names in groups that lead to each other; every group stands behind those that it leads to (Tarjan)."""
    found: list[tuple[str, ...]] = []
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    unsettled: set[str] = set()
    for start in edges:
        if start in numbers:
            continue
        way: list[tuple[str, Iterator[str]]] = []
        entering: str | None = start
        while entering is not None or way:
            if entering is not None:
                numbers[entering] = lowest[entering] = len(numbers)
                waiting.append(entering)
                unsettled.add(entering)
                way.append((entering, iter(sorted(edges.get(entering, ())))))
            name, rest = way[-1]
            entering = None
            for other in rest:
                if other not in numbers:
                    entering = other
                    break
                if other in unsettled and numbers[other] < lowest[name]:
                    lowest[name] = numbers[other]
            else:
                way.pop()
                if way:
                    above = way[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == numbers[name]:
                    group = [waiting.pop()]
                    while group[-1] != name:
                        group.append(waiting.pop())
                    found.append(tuple(group))
                    unsettled.difference_update(group)
    return found


def on_circles(edges: Edges) -> set[str]:
    """The names from which a way leads back to themselves."""
    groups = components(edges)
    return {name for group in groups for name in group if len(group) > 1 or name in edges.get(name, ())}


def leading_to_circles(edges: Edges) -> set[str]:
    """The names on circles, and those from which a way leads to one."""
    found = on_circles(edges)
    for group in components(edges):
        if any(other in found for name in group for other in edges.get(name, ())):
            found.update(group)
    return found


def circles(edges: Edges) -> Iterator[tuple[str, ...]]:
    """Ways from a name back to itself, each from the name that comes first in `edges`; no name is on two of them."""
    on_one = on_circles(edges)
    done: set[str] = set()
    walks = 0
    for start in edges:
        if start not in on_one or start in done or walks == _MAX_CIRCLES:
            continue
        walks += 1
        path = circle(edges, start)
        if not done.intersection(path):
            done.update(path)
            yield path


def circle(edges: Edges, start: str) -> tuple[str, ...]:
    """A way from a name back to itself, empty without one; shortest, and of equally short ones the first by name."""
    came_from: dict[str, str] = {}
    reached = [start]
    while reached:
        further: list[str] = []
        for here in reached:
            for name in sorted(edges.get(here, ())):
                if name == start:
                    return _way(came_from, start, here)
                if name not in came_from:
                    came_from[name] = here
                    further.append(name)
        reached = further
    return ()


def _way(came_from: Mapping[str, str], start: str, end: str) -> tuple[str, ...]:
    found = [end]
    while found[-1] != start:
        found.append(came_from[found[-1]])
    return tuple(reversed(found))


def summed(edges: Edges, own: Callable[[str], int], together: Callable[[list[int]], int]) -> dict[str, int]:
    """A number for each name, of names without circles: its own, and those of the names that it leads to, joined by
    `together` (`max` for the longest way, `sum` for everything that a name stands for)."""
    found: dict[str, int] = {}
    for (name,) in components(edges):
        below = [found[other] for other in edges.get(name, ())]
        found[name] = own(name) + (together(below) if below else 0)
    return found
