"""The one family of errors that leaves the SDK.

An error is a value: it copies, pickles and compares by its text. It never carries the raw input beyond what `shown`
makes of it, because messages end in logs and terminals.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final, NoReturn

#: The longest message and the longest place, in code points after escaping.
MESSAGE_LIMIT: Final = 500
WHERE_LIMIT: Final = 200
#: The most of an input that a message may repeat, in code points after escaping.
SHOWN_LIMIT: Final = 60

#: Controls, invisible formatting, surrogates, line and paragraph separators: what a terminal or a log must not get raw.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SHORT_ESCAPES: Final = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_ELLIPSIS: Final = "…"


def shown(text: object, limit: int = SHOWN_LIMIT) -> str:
    """`text` as a message may repeat it: unprintable characters and backslashes escaped, at most `limit` code points.
    Of what is no text, though it should be, the type.

    What does not fit is cut between characters, never inside an escape, and the cut is marked with an ellipsis. Only
    the first `limit` characters are looked at, so a megabyte of input costs nothing.
    """
    return _clean(text if isinstance(text, str) else f"<{type(text).__name__}>", limit, backslash=r"\\")


def _clean(text: str, limit: int, backslash: str) -> str:
    room = limit - len(_ELLIPSIS)
    pieces: list[str] = []
    used = fitting = 0
    for character in text[: limit + 1]:
        piece = backslash if character == "\\" else _escaped(character)
        used += len(piece)
        if used > limit:
            return "".join(pieces[:fitting]) + _ELLIPSIS
        pieces.append(piece)
        if used <= room:
            fitting = len(pieces)
    return "".join(pieces)


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNPRINTABLE:
        return character
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class LoyaltyError(Exception):
    """Everything the SDK raises.

    `code` is stable and dotted (`number.syntax`), `message` says in English what is wrong, `where` is the path of the
    place (`lines[2].price`, a file and line, the name of a value) or "". Controls in both texts are escaped and both
    are cut: `message` to 500 code points, `where` to 200.
    """

    code: str
    message: str
    where: str

    def __init__(self, code: str, message: str, where: str = "") -> None:
        self.code = code
        self.message = _clean(message, MESSAGE_LIMIT, backslash="\\")
        self.where = _clean(where, WHERE_LIMIT, backslash="\\")
        # What `copy` and `pickle` hand back to this constructor.
        super().__init__(self.code, self.message, self.where)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message} [{self.code}]"


class InputError(LoyaltyError):
    """An event, a member document, a wire document or a text from the host that cannot be read."""


class DecisionError(LoyaltyError):
    """An event that cannot be decided: an id used twice, a late event, an overflow, a clock too far behind."""


class ClockBehindError(DecisionError):
    """More falls due before an event than one decision passes through. A tick of `member` at the instant `until` works,
    and brings it so much nearer."""

    member: str
    until: int

    def __init__(self, code: str, message: str, where: str = "", member: str = "", until: int = 0) -> None:
        super().__init__(code, message, where)
        self.member, self.until = member, until
        self.args = (self.code, self.message, self.where, member, until)


class SettingsError(LoyaltyError):
    """A setting or a limit handed to the SDK that makes no sense."""


class RuleFileError(LoyaltyError):
    """A rule file that was loaded and has errors. `diagnostics` holds them all, in reading order."""

    #: Their class stands above this module; this one only carries them.
    diagnostics: tuple[Any, ...]

    def __init__(self, code: str, message: str, where: str = "", diagnostics: tuple[Any, ...] = ()) -> None:
        super().__init__(code, message, where)
        self.diagnostics = diagnostics
        self.args = (self.code, self.message, self.where, diagnostics)


class PickleRefused(LoyaltyError):  # noqa: N818 - a refusal, like its siblings' codes
    """A checked programme does not pickle: unpickling runs code. Its saved form is named in the message."""


def refuse_pickling(kind: str, saved_form: str) -> NoReturn:
    """For `__reduce__` of values that must not pickle. Raises `PickleRefused` (`pickle.refused`)."""
    raise PickleRefused("pickle.refused", f"{kind} cannot be pickled; save {saved_form} instead")


def expect(value: object, kind: type | tuple[type, ...], what: str) -> None:
    """Raises `InputError` (`call.type`) where a call gets something else than a `what`."""
    if not isinstance(value, kind):
        raise InputError("call.type", f"{what} expected, not {shown(type(value).__name__)}")
