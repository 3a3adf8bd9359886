"""A walk over checked values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def parts_of(value: object) -> Iterator[object]:
    """Everything that a checked value is made of, itself first."""
    yield value
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from parts_of(item)
    else:
        kind: Any = type(value)  # any class can be hashed
        for name in _names(kind):
            yield from parts_of(getattr(value, name))


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a class of checked values, none for anything else."""
    return tuple(part.name for part in fields(kind)) if is_dataclass(kind) else ()
