"""A checked programme as plain data, and back: what a file of JSON can hold, with no code in it.

A value of a class is `{"": [number, field, …]}`, by the number of its class in a table that says the fields by name.
Tuples are lists; fractions, decimals, dates, members of enumerations, sets and mappings have a key of their own. Only
classes that a checked programme is made of are known, and only with exactly the fields that they have here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from loyalty_rules import amounts, calendar, events, memberships, source
from loyalty_rules.decision import Outcome
from loyalty_rules.errors import InputError, shown
from loyalty_rules.lang import checked, conditions
from loyalty_rules.member import Take

#: Keys of objects: of a class, a fraction, a decimal, a date, an instant, an enumeration, a set, a mapping.
_VALUE: Final = ""
_FRACTION: Final = "q"
_DECIMAL: Final = "d"
_DATE: Final = "o"
_INSTANT: Final = "i"
_ENUM: Final = "e"
_SET: Final = "s"
_MAPPING: Final = "m"


@cache
def _known() -> Mapping[str, type[Any]]:
    """The classes that checked programmes are made of, by name."""
    found: dict[str, type[Any]] = {"Take": Take, "Outcome": Outcome}
    for module in (checked, conditions, events, amounts, calendar, memberships, source):
        for name, one in vars(module).items():
            if isinstance(one, type) and (issubclass(one, Enum) or _fields(one) is not None):
                found.setdefault(name, one)
    return MappingProxyType(found)


def _fields(cls: type[Any]) -> list[str] | None:
    """The fields of a class of values or of named tuples, None for another one."""
    if is_dataclass(cls):
        return [one.name for one in fields(cls)]
    return list(cls._fields) if issubclass(cls, tuple) and hasattr(cls, "_fields") else None


class Writer:
    """Makes plain data of values, and keeps the table of their classes."""

    def __init__(self) -> None:
        self.classes: list[list[Any]] = []
        self._numbers: dict[type[Any], int] = {}

    def plain(self, value: object) -> Any:
        """The plain data of a value. Raises `InputError` (`saved.value`) for one that no programme is made of."""
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is tuple:
            return [self.plain(one) for one in value]
        if type(value) is Fraction:
            return {_FRACTION: [value.numerator, value.denominator]}
        if type(value) is Decimal:
            return {_DECIMAL: [str(value)]}
        if type(value) is date:
            return {_DATE: [value.toordinal()]}
        if type(value) is datetime:
            return {_INSTANT: [value.isoformat()]}
        if isinstance(value, Enum):
            return {_ENUM: [self._number(type(value), []), value.name]}
        if isinstance(value, frozenset):
            plain = [self.plain(one) for one in value]
            return {_SET: sorted(plain, key=lambda one: json.dumps(one, sort_keys=True))}
        if isinstance(value, Mapping):
            return {_MAPPING: [[self.plain(key), self.plain(one)] for key, one in value.items()]}
        names = _fields(type(value))
        if names is not None:
            return {_VALUE: [self._number(type(value), names), *(self.plain(getattr(value, name)) for name in names)]}
        raise InputError("saved.value", f"no programme is made of {shown(type(value).__name__)}")

    def _number(self, cls: type[Any], names: list[str]) -> int:
        if cls not in self._numbers:
            if _known().get(cls.__name__) is not cls:
                raise InputError("saved.value", f"no programme is made of {shown(cls.__name__)}")
            self._numbers[cls] = len(self.classes)
            self.classes.append([cls.__name__, names])
        return self._numbers[cls]


def reader(classes: object) -> Callable[[dict[str, Any]], Any]:
    """What makes values of the objects of a text while it is parsed (`object_hook`). `classes` is the table that a
    writer made. Raises `InputError` (`saved.form`) for classes and fields that are not these."""
    makers = [_maker(one) for one in classes] if type(classes) is list else []

    def value(data: dict[str, Any]) -> Any:
        if len(data) != 1:
            raise _no_form("an object has one key")
        ((key, held),) = data.items()
        if type(held) is not list:
            raise _no_form("an object holds a list")
        if key in (_VALUE, _ENUM):
            return makers[held[0]](held)
        if key == _FRACTION:
            return Fraction(*held)
        if key == _DECIMAL:
            return Decimal(held[0])
        if key == _DATE:
            return date.fromordinal(held[0])
        if key == _INSTANT:
            return datetime.fromisoformat(held[0])
        if key == _SET:
            return frozenset(frozen(held))
        if key == _MAPPING:
            return MappingProxyType({frozen(name): frozen(one) for name, one in held})
        raise _no_form(f"there is no kind {shown(key)}")

    return value


def frozen(value: Any) -> Any:
    """Lists as tuples, whatever they hold."""
    return tuple([frozen(one) for one in value]) if type(value) is list else value


def _maker(told: object) -> Callable[[list[Any]], Any]:
    """Makes a value of one class of the list of its fields, behind its number."""
    if type(told) is not list or len(told) != 2:
        raise _no_form("a class has a name and fields")
    name, names = told
    cls = _known().get(name)
    if cls is None:
        raise _no_form(f"there is no class {shown(str(name))}")
    if issubclass(cls, Enum):
        members = {one.name: one for one in cls}
        return lambda held: members[held[1]]
    own = _fields(cls) or []
    if own != names:
        raise _no_form(f"{name} has other fields")
    count = len(own) + 1
    made_of: Any = cls
    if issubclass(cls, tuple):
        return lambda held: made_of._make([frozen(one) for one in held[1:]])
    setters = [(place, getattr(cls, one).__set__) for place, one in enumerate(own, 1)]

    def made(held: list[Any]) -> Any:
        if len(held) != count:
            raise _no_form(f"{name} has other fields")
        value = object.__new__(cls)
        for place, put in setters:
            one = held[place]
            put(value, tuple([frozen(each) for each in one]) if type(one) is list else one)
        return value

    return made


def _no_form(message: str) -> InputError:
    return InputError("saved.form", f"this is no saved programme: {message}")
