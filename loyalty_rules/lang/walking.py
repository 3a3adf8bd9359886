"""A walk over checked values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def parts_of(value: object) -> Iterator[object]:
    """Everything that a checked value is made of, itself first, in the order in which it is written. What takes no part
    in its meaning (where it stands in the file) is left out."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, tuple | frozenset):
            waiting.extend(reversed(tuple(part)))
        else:
            kind: Any = type(part)  # any class can be hashed
            waiting.extend(getattr(part, name) for name in _names(kind))


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a class of checked values, the last first; none for anything else."""
    return tuple(part.name for part in reversed(fields(kind)) if part.compare) if is_dataclass(kind) else ()
