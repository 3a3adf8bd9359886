"""A walk over checked values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeVar

T = TypeVar("T")

#: What a value is made of, the last first.
_Inside = Callable[[Any], tuple[Any, ...]]


def parts_of(value: object) -> Iterator[object]:
    """Everything that a checked value is made of, itself first, in the order in which it is written. What takes no part
    in its meaning (where it stands in the file) is left out."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        kind: Any = part.__class__  # any class can be hashed
        inside = _inside(kind)
        if inside is not None:
            waiting += inside(part)


def those_of(value: object, kinds: tuple[type[T], ...]) -> list[T]:
    """The same, but only what is of one of these classes, which are made of something: what is not is passed over."""
    found: list[T] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, kinds):
            found.append(part)
        kind: Any = part.__class__
        inside = _inside(kind)
        if inside is not None:
            waiting += [one for one in inside(part) if one and one.__class__ not in _PLAIN]
    return found


#: What is made of nothing else.
_PLAIN: Final = frozenset({str, int, bool, Fraction})


@cache
def _inside(kind: type[Any]) -> _Inside | None:
    """How to look into values of a class; None where there is nothing inside."""
    if issubclass(kind, tuple | frozenset):
        return lambda value: tuple(value)[::-1]
    names = [part.name for part in reversed(fields(kind)) if part.compare] if is_dataclass(kind) else []
    if not names:
        return None
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda value: (get(value),)
