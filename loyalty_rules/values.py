"""Values: classes whose fields never change. What `frozen` decorates is a frozen dataclass with slots.

The standard library writes and compiles six functions for each such class. There are hundreds of them here, and a third
of the time in which a first file was checked went there. So only `__init__` is written for each, since its text must
differ; the other functions are shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_T = TypeVar("_T")

#: The fields of an object as one tuple: of a class, those that make two of its objects equal.
_Values = Callable[[Any], tuple[Any, ...]]


@dataclass_transform(frozen_default=True, field_specifiers=(field, Field))
def frozen(cls: type[_T]) -> type[_T]:
    """Makes values of a class with annotated fields: two are equal when they are of one class and their fields are.

    A field may have all that `dataclasses.field` says but `hash`; one that is no argument and has a default begins with
    it. `fields` and `replace` work.
    """
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    own, known = cls.__dict__, _fields(made)
    compared = _together(tuple(one.name for one in known if one.compare))
    shared: dict[str, Any] = {
        "__init__": _init(made, known),
        "__eq__": lambda self, other: compared(self) == compared(other) if other.__class__ is made else NotImplemented,
        "__hash__": lambda self: hash(compared(self)),
        "__repr__": _repr,
        "__setattr__": _refused,
        "__delattr__": _refused,
        "__getstate__": _state,
        "__setstate__": _restored,
    }
    for name, function in shared.items():
        # Python puts None for the hash of a class that says itself what is equal; what the class itself says stays.
        if name not in own or (name == "__hash__" and own[name] is None and "__eq__" in own):
            setattr(made, name, function)
    return made


def _fields(cls: Any) -> tuple[Field[Any], ...]:
    """Those of a class that has been made one of values."""
    return fields(cls)


def _together(names: tuple[str, ...]) -> _Values:
    if not names:
        return lambda self: ()
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda self: (only(self),)
    return attrgetter(*names)


def _init(cls: type[Any], known: tuple[Field[Any], ...]) -> Callable[..., None]:
    """`__init__`, as text: a call binds its arguments as fast as that of any function."""
    names: dict[str, Any] = {"_nothing": MISSING}
    plain: list[str] = []
    named: list[str] = []
    body: list[str] = []
    for one in known:
        given = default = ""
        if one.default is not MISSING:
            names[f"_default_{one.name}"] = one.default
            given = default = f"_default_{one.name}"
        elif one.default_factory is not MISSING:
            names[f"_make_{one.name}"] = one.default_factory
            given, default = f"_make_{one.name}()", "_nothing"
        if one.init:
            (named if one.kw_only else plain).append(f"{one.name}={default}" if default else one.name)
            given = f"{given} if {one.name} is _nothing else {one.name}" if default == "_nothing" else one.name
        if given:  # else `__post_init__` sets it
            names[f"_set_{one.name}"] = getattr(cls, one.name).__set__  # its slot, which needs no name looked up
            body.append(f"    _set_{one.name}(self, {given})\n")
    if hasattr(cls, "__post_init__"):
        body.append("    self.__post_init__()\n")
    parameters = ", ".join(["self", *plain, *(["*", *named] if named else [])])
    # Of names alone that the class itself declares, as `dataclasses` does it.
    exec(f"def __init__({parameters}):\n" + ("".join(body) or "    pass\n"), names)  # noqa: S102
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _refused(self: Any, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"a value keeps its fields: {name!r} cannot change")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _restored(self: Any, state: list[Any]) -> None:
    for one, kept in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, kept)
