"""Values that a host might hand over and that would run code, or lie about themselves, if anybody trusted them."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

__all__ = ["UTC", "date", "datetime", "timedelta", "timezone"]


class Ran(BaseException):
    """Code of a value was run. Nothing in the package catches this."""


def ran(*arguments: object) -> Any:
    raise Ran


def _trapped(base: type, *names: str) -> Any:
    """A subclass of a type whose own methods must not be asked."""
    return builtins.type(f"Sly{base.__name__}", (base,), {"__slots__": (), **dict.fromkeys(names, ran)})


_READ = ("__eq__", "__hash__", "__str__", "__repr__", "__format__")
Text = _trapped(str, *_READ, "__len__", "__iter__", "__contains__", "__getitem__", "encode", "isascii")
Whole = _trapped(int, *_READ, "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__mul__", "__index__")
Sly = _trapped(Decimal, *_READ, "__lt__", "__add__", "__mul__", "as_tuple", "is_finite")
Names = _trapped(dict, *_READ, "items", "keys", "values", "__iter__", "__getitem__", "__len__", "__contains__", "get")
Instant = _trapped(datetime, *_READ, "utcoffset", "toordinal", "isoformat")
Trap = _trapped(object, *_READ, "__len__", "__iter__", "__bool__", "__getattr__")


class Lazy(Mapping[str, Any]):
    """A mapping that asks a database, or so it seems."""

    def __getitem__(self, name: str) -> Any:
        raise Ran

    def __iter__(self) -> Iterator[str]:
        raise Ran

    def __len__(self) -> int:
        raise Ran


class BrokenZone(tzinfo):
    def utcoffset(self, at: datetime | None) -> timedelta:
        raise ValueError("no offset")


def deep(levels: int) -> Any:
    """A list in a list in a list …"""
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value
