"""A walk over checked values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass


def parts_of(value: object) -> Iterator[object]:
    """Everything that a checked value is made of, itself first."""
    yield value
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from parts_of(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from parts_of(getattr(value, part.name))
