"""Cuts the text of one line into atoms: words, digits, strings, marks. No phrase is known here, and no language.

Letters are those of three scripts, written out, so that a name is a name whatever Unicode the Python knows; digits are
the ten of ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

from loyalty_rules.diagnostics import Diagnostic, Fix, Problem
from loyalty_rules.problems.reading import StringNotClosed, StringTooLong, UnexpectedCharacter
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

MAX_STRING: Final = 1_024

_LATIN: Final = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_CYRILLIC: Final = "\u0400-\u0481\u048a-\u052f"
_HEBREW: Final = "\u05d0-\u05ea\u05ef-\u05f2"
_LETTERS: Final = _LATIN + _CYRILLIC + _HEBREW
_ACCENTS: Final = "\u0300-\u036f"

#: Blanks that word processors put between digits and that look like spaces.
HARD_SPACES: Final = "\u00a0\u2009\u202f"

_BLANKS: Final = " \t"
_ATOM: Final = re.compile(
    rf"""
    [{_BLANKS}]*
    (?:
      (?P<comment>\#.*)
    | (?P<string>"[^"]*")
    | (?P<digits>[0-9]+(?:[-.,:/{HARD_SPACES}][0-9]+|[ ][0-9]{{3}}(?![0-9]))*)
    | (?P<path>[A-Za-z][A-Za-z0-9_]*(?:/[A-Za-z0-9_+-]+)+)
    | (?P<word>[{_LETTERS}][{_LETTERS}0-9_]*)
    | (?P<mark>[,()\[\]%])
    )
    """,
    re.VERBOSE,
)
_WORD_WITH_ACCENTS: Final = re.compile(f"[{_LETTERS}0-9_{_ACCENTS}]*")
_WORD: Final = re.compile(f"[{_LETTERS}][{_LETTERS}0-9_]*")
_QUOTED: Final = re.compile('[“”„«]([^"“”„«»]*)[“”»]')


class Kind(Enum):
    WORD = "word"
    DIGITS = "digits"
    STRING = "string"
    PATH = "path"  # words joined by `/`: a time zone
    MARK = "mark"


_KIND_OF: Final[Mapping[str, Kind]] = {kind.value: kind for kind in Kind}


class Atom(NamedTuple):
    """A piece of a line. `span` counts from the start of the file."""

    kind: Kind
    text: str
    span: Span


@frozen
class Scan:
    """The atoms of a line up to its end or its first mistake, and its comment (with `#`, or "")."""

    atoms: tuple[Atom, ...]
    comment: str
    mistake: Diagnostic | None


def is_word(text: str) -> bool:
    """Whether a text is one word, as names are."""
    return _WORD.fullmatch(text) is not None


def scan(text: str, offset: int) -> Scan:
    """The atoms of a line that starts at `offset` of the file."""
    atoms: list[Atom] = []
    position, behind = 0, len(text.rstrip(_BLANKS))
    while position < behind:
        found = _ATOM.match(text, position)
        if found is None:
            position = behind - len(text[position:behind].lstrip(_BLANKS))
            return Scan(tuple(atoms), "", _unreadable(text, position, offset))
        kind = str(found.lastgroup)
        start, position = found.span(kind)
        if kind == "comment":
            return Scan(tuple(atoms), text[start:behind], None)
        span = Span(offset + start, offset + position)
        if kind == "string" and position - start > MAX_STRING + 2:
            return Scan(tuple(atoms), "", Diagnostic(StringTooLong(MAX_STRING), span))
        atoms.append(Atom(_KIND_OF[kind], text[start:position], span))
    return Scan(tuple(atoms), "", None)


def unexpected(character: str, span: Span, fix: Fix | None = None) -> Diagnostic:
    """A character that has no place in the language."""
    problem: Problem = UnexpectedCharacter(character, f"U+{ord(character):04X}", None)
    return Diagnostic(problem, span, fix=fix)


def _unreadable(text: str, position: int, offset: int) -> Diagnostic:
    character = text[position]
    span = Span(offset + position, offset + position + 1)
    if character == '"':
        return Diagnostic(StringNotClosed(), span)
    return unexpected(character, span, _replacement(text, position, offset))


def _replacement(text: str, position: int, offset: int) -> Fix | None:
    """What was surely meant: a plain space, plain quotes, a letter in one piece with its accent."""
    character = text[position]
    if character in HARD_SPACES:
        return Fix(Span(offset + position, offset + position + 1), " ", safe=True)
    quoted = _QUOTED.match(text, position)
    if quoted is not None:
        return Fix(Span(offset + position, offset + quoted.end()), f'"{quoted.group(1)}"', safe=True)
    if not "\u0300" <= character <= "\u036f":
        return None
    start = position
    while start > 0 and _WORD.match(text, start - 1):
        start -= 1
    end = _WORD_WITH_ACCENTS.match(text, start).end()  # type: ignore[union-attr] # it matches the empty text too
    composed = unicodedata.normalize("NFC", text[start:end])
    return Fix(Span(offset + start, offset + end), composed, safe=True) if is_word(composed) else None
