"""What was read at one place of a file, at another one.

What a line says follows from its text and the language alone, wherever it stands: its tokens and its nodes are moved,
not made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final

from loyalty_rules.lang.tokens import Token
from loyalty_rules.source import Span


def moved(value: Any, by: int) -> Any:
    """A value of the syntax tree, or a diagnostic, at another place of the file."""
    return _moved(value, by) if by else value


def _moved(value: Any, by: int) -> Any:
    mover = _mover(value.__class__)
    return value if mover is None else mover(value, by)


@cache
def _mover(kind: Any) -> Callable[[Any, int], Any] | None:
    """How values of a class are moved: places themselves, and whatever may hold some; None for all others."""
    if kind is Span:
        return lambda value, by: _new(Span, (value[0] + by, value[1] + by))
    if kind is Token:  # most of what there is
        return _token
    if kind is tuple:
        return lambda value, by: tuple([_moved(one, by) for one in value])
    if issubclass(kind, tuple):
        return lambda value, by: kind._make([_moved(one, by) for one in value])
    if not is_dataclass(kind):
        return None
    made_of: Any = kind
    slots = [(getattr(kind, one.name).__get__, getattr(kind, one.name).__set__) for one in fields(kind)]

    def move(value: Any, by: int) -> Any:
        made = object.__new__(made_of)
        for get, put in slots:
            one = get(value)
            mover = _mover(one.__class__)
            put(made, one if mover is None else mover(one, by))
        return made

    return move


#: Makes a tuple of a class as it is, without the function in between that takes its fields by name.
_new: Final = tuple.__new__


def _token(value: Token, by: int) -> Token:
    role, text, (start, end), said = value
    return _new(Token, (role, text, _new(Span, (start + by, end + by)), said))
