"""The text of a rule file, and places in it.

Offsets count code points from 0. A line ends with CR, LF or CRLF, each one break; nothing else breaks a line
(`str.splitlines` knows eight more, and editors disagree about them).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from loyalty_rules.errors import InputError
from loyalty_rules.limits import LIMITS
from loyalty_rules.values import frozen

_BOM: Final = "\ufeff"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """A half-open range of code points of one source. (A tuple, because a file has a hundred thousand of them.)"""

    start: int
    end: int

    def join(self, other: Span) -> Span:
        """The smallest span that holds both."""
        if self is other:  # of one word, as most are
            return self
        (start, end), (first, last) = self, other
        return Span(start if start < first else first, end if end > last else last)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place as people and editors count it, from 1. `utf16_column` counts UTF-16 units, as language servers do."""

    line: int
    column: int
    utf16_column: int


@frozen
class Source:
    """A named text. `name` is what diagnostics call the file; nothing is read from it."""

    name: str
    text: str = field(repr=False)
    _line_starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_line_starts", (0, *_line_ends(self.text)))

    @property
    def line_count(self) -> int:
        """The number of lines, one at least. Behind a line break at the very end stands an empty line."""
        return len(self._line_starts)

    def line_number(self, offset: int) -> int:
        """The line of an offset, from 1. A line break belongs to the line that it ends. Offsets outside are clamped."""
        return bisect_right(self._line_starts, max(0, min(offset, len(self.text))))

    def position(self, offset: int) -> Position:
        """Where an offset stands. Offsets outside the text are clamped to its ends."""
        inside = max(0, min(offset, len(self.text)))
        line = self.line_number(inside)
        start = self._line_starts[line - 1]
        before = self.text[start:inside]
        wide = sum(character > "\uffff" for character in before)
        return Position(line, len(before) + 1, len(before) + wide + 1)

    def line_spans(self) -> Iterator[Span]:
        """Every line without its line break, in order."""
        text = self.text
        for start, end in pairwise(self._line_starts):
            crlf = end - 2 >= start and text.startswith("\r\n", end - 2)
            yield Span(start, end - (2 if crlf else 1))
        yield Span(self._line_starts[-1], len(text))

    def line_span(self, line: int) -> Span:
        """A line without its line break, by its number from 1. Raises `InputError` (`source.line`) for other lines."""
        starts = self._line_starts
        if not 1 <= line <= len(starts):
            raise InputError("source.line", f"there is no line {line}, the text has {len(starts)}", self.name)
        start = starts[line - 1]
        if line == len(starts):
            return Span(start, len(self.text))
        end = starts[line]
        return Span(start, end - (2 if end - 2 >= start and self.text.startswith("\r\n", end - 2) else 1))

    def line_text(self, line: int) -> str:
        """The text of a line without its line break. Raises like `line_span`."""
        span = self.line_span(line)
        return self.text[span.start : span.end]

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        return self.text[span.start : span.end]


def _line_ends(text: str) -> Iterator[int]:
    """Where each line break ends."""
    if "\r" in text:
        return (found.end() for found in _LINE_BREAK.finditer(text))
    *lines, _ = text.split("\n")
    return accumulate(len(line) + 1 for line in lines)


def decode(data: bytes | str, name: str, max_bytes: int = LIMITS.bytes) -> Source:
    """Takes what a host has read and returns it as a source. A UTF-8 byte order mark at the start is dropped.

    Raises `InputError`: `source.type` for anything but exact `bytes` and `str`, `source.size` above `max_bytes` of
    UTF-8, `source.encoding` for bytes that are not UTF-8 (with the byte offset), UTF-16, and lone surrogates.
    """
    if type(data) is str:
        return Source(name, _checked_text(data, name, max_bytes))
    if type(data) is not bytes:
        raise InputError("source.type", "a rule file is given as bytes or as a string", name)
    if len(data) > max_bytes:
        raise _too_large(name, max_bytes)
    if data[:2] in _UTF16_BOMS or (len(data) > 1 and (data[0] == 0) != (data[1] == 0)):
        raise InputError("source.encoding", "byte 0: this looks like UTF-16; save the file as UTF-8", name)
    try:
        return Source(name, data.decode("utf-8").removeprefix(_BOM))
    except UnicodeDecodeError as problem:
        offset = problem.start
    raise InputError("source.encoding", f"byte {offset} is not UTF-8; save the file as UTF-8", name)


def _checked_text(text: str, name: str, max_bytes: int) -> str:
    # A code point is at least one byte: this refuses a huge text before it is encoded.
    if len(text) > max_bytes:
        raise _too_large(name, max_bytes)
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as problem:
        offset = problem.start
    else:
        if size > max_bytes:
            raise _too_large(name, max_bytes)
        return text.removeprefix(_BOM)
    raise InputError("source.encoding", f"character {offset} is half of a surrogate pair", name)


def _too_large(name: str, max_bytes: int) -> InputError:
    return InputError("source.size", f"the text is larger than {max_bytes} bytes", name)
