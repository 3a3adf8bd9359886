"""Strict JSON: text from outside becomes plain data, or an `InputError` with the path to the place.

Size and nesting are looked at before anything is parsed, so a hostile text costs no more than one pass over it. What
`json` would let pass in silence is refused: keys given twice, `NaN`, numbers with decimals or exponents (amounts are
decimal strings), lone surrogates, control and invisible characters. Strings come back in Unicode normal form C.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TypeAlias

from loyalty_rules.errors import InputError, shown
from loyalty_rules.text import MAX_PLAIN_TEXT, plain_text

#: The deepest nesting of lists and objects.
MAX_DEPTH: Final = 8
#: The largest whole number: what every reader of JSON keeps exactly, and more than an instant in microseconds. Amounts
#: are strings and have a grammar of their own.
MAX_WHOLE: Final = 2**53 - 1


class Bounds(NamedTuple):
    """How large a text may be, in bytes of UTF-8, and how many lists and objects it may have."""

    bytes: int
    containers: int


#: An event, and whatever else a host puts together.
EVENTS: Final = Bounds(1 << 20, 50_000)
#: What the engine has written itself holds what many events have left.
MEMBERS: Final = Bounds(4 << 20, 200_000)
SHARED: Final = Bounds(16 << 20, 200_000)

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | bool | None"

# Strings are taken whole, closed or not, and without a way back: one pass, whatever stands inside.
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?+|[\[{]|[\]}]', re.DOTALL)


class _Refused(NamedTuple):
    """Stands in the parsed data where something must be refused, until its path is known."""

    code: str
    message: str


def read_json(text: str | bytes, bounds: Bounds = EVENTS) -> Plain:
    """Plain data of one JSON text. Raises `InputError`: `wire.type`, `limit.size`, `wire.encoding`, `limit.depth`,
    `limit.items`, `wire.syntax`, `wire.duplicate_key`, `type.float_not_allowed`, `number.not_finite`, `number.syntax`,
    `limit.number`, and what `plain_text` raises for strings and keys."""
    decoded = _decoded(text, bounds.bytes)
    longest = _check_nesting(decoded, bounds.containers)
    hooks = _Hooks()
    try:
        data: Plain = json.loads(
            decoded,
            object_pairs_hook=hooks.object,
            parse_float=hooks.number_with_decimals,
            parse_constant=hooks.constant,
            parse_int=hooks.whole_number,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError("wire.syntax", f"this is not JSON: {error.msg}", place) from None
    # Printable ASCII without escapes needs no second look: every string is what it seems to be.
    plain = decoded.isascii() and "\\" not in decoded and "\x7f" not in decoded and longest <= MAX_PLAIN_TEXT
    return data if plain and not hooks.refused else _cleaned(data)


def written(text: str, bounds: Bounds, help: str = "") -> str:
    """A text that may be stored, for it can be read again. Raises `InputError` (`limit.size`, `limit.items`)."""
    if len(text) > bounds.bytes or _bytes(text) > bounds.bytes:
        raise _too_large(bounds.bytes, help)
    if text.count("[") + text.count("{") > bounds.containers:  # at most: some may stand in strings
        _check_nesting(text, bounds.containers)
    return text


def _decoded(text: str | bytes, most: int) -> str:
    if type(text) is bytes:
        if len(text) > most:
            raise _too_large(most)
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("wire.encoding", f"this is not UTF-8, from byte {error.start + 1} on") from None
    if type(text) is str:
        # A character has one to four bytes: most texts need no count.
        if len(text) > most or (4 * len(text) > most and _bytes(text) > most):
            raise _too_large(most)
        return text
    raise InputError("wire.type", f"a JSON text is a string or bytes, not {shown(type(text).__name__)}")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _too_large(most: int, help: str = "") -> InputError:
    return InputError("limit.size", f"a text has at most {most} bytes{help}")


def _check_nesting(text: str, most: int) -> int:
    """The length of the longest string. Raises `InputError` where lists and objects nest too deep, or are too many."""
    depth = count = longest = 0
    for found in _BRACKETS.finditer(text):
        character = text[found.start()]
        if character in "[{":
            depth += 1
            count += 1
            if depth > MAX_DEPTH or count > most:
                where = f"line {text.count(chr(10), 0, found.start()) + 1}"
                if depth > MAX_DEPTH:
                    raise InputError("limit.depth", f"lists and objects nest at most {MAX_DEPTH} deep", where)
                raise InputError("limit.items", f"at most {most} lists and objects in one text", where)
        elif character in "]}":
            depth -= 1
        else:
            longest = max(longest, found.end() - found.start() - 2)
    return longest


# ---------------------------------------------------------------- what json calls while it parses


class _Hooks:
    """Makes plain data, and notes whether something in it must be refused."""

    def __init__(self) -> None:
        self.refused = False

    def object(self, pairs: list[tuple[str, Plain]]) -> dict[str, Plain] | _Refused:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        seen: set[str] = set()
        twice = ""
        for key, _ in pairs:
            if key in seen:
                twice = key
                break
            seen.add(key)
        return self._refuse("wire.duplicate_key", f"the key `{shown(twice)}` stands twice in one object")

    def number_with_decimals(self, text: str) -> _Refused:
        if "e" in text or "E" in text:
            return self._refuse("number.syntax", f"a number has no exponent: {shown(text)}")
        return self._refuse("type.float_not_allowed", f'a number with decimals is a string, "{shown(text)}"')

    def constant(self, text: str) -> _Refused:
        return self._refuse("number.not_finite", f"a number must be finite: {text}")

    def whole_number(self, text: str) -> int | _Refused:
        if len(text.lstrip("-")) > len(str(MAX_WHOLE)) or abs(int(text)) > MAX_WHOLE:
            return self._refuse("limit.number", f"a whole number is at most {MAX_WHOLE}: {shown(text)}")
        return int(text)

    def _refuse(self, code: str, message: str) -> _Refused:
        self.refused = True
        return _Refused(code, message)


# ---------------------------------------------------------------- what is looked at afterwards


class _Place(NamedTuple):
    above: _Place | None
    key: int | str


def _cleaned(data: object) -> Plain:
    """The data with every string and key checked and composed."""
    root: list[Any] = [data]
    waiting: list[tuple[list[Any] | dict[str, Any], _Place | None]] = [(root, None)]
    while waiting:
        container, place = waiting.pop()
        items: Iterable[tuple[Any, Any]] = enumerate(container)
        if type(container) is dict:
            _check_keys(container, place)
            items = container.items()
        for key, value in items:
            kind = type(value)
            if kind is str:
                if not _is_simple(value):
                    # The keys stay, so the container may be changed under its own iterator.
                    container[key] = plain_text(value, _path(_Place(place, key)))
            elif kind is dict or kind is list:
                waiting.append((value, _Place(place, key)))
            elif kind is _Refused:
                raise InputError(value.code, value.message, _path(_Place(place, key)))
    return root[0]  # type: ignore[no-any-return]


def _is_simple(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= MAX_PLAIN_TEXT


def _check_keys(container: dict[str, Any], place: _Place | None) -> None:
    for key in container:
        if not _is_simple(key) and plain_text(key, _path(place)) != key:
            raise InputError("wire.key", f"a key is written in Unicode normal form C: {shown(key)}", _path(place))


def _path(place: _Place | None) -> str:
    steps: list[str] = []
    while place is not None and place.above is not None:  # the whole text itself has no step
        steps.append(f"[{place.key}]" if isinstance(place.key, int) else f".{shown(place.key)}")
        place = place.above
    return "".join(reversed(steps)).removeprefix(".")
