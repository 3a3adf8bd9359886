"""The first line of a rule file: `loyalty rules 1`. It names the version, and by its words the human language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.problems.reading import EmptyFile, VersionLine
from loyalty_rules.source import Source, Span
from loyalty_rules.text import nearest
from loyalty_rules.values import frozen

VERSION: Final = 1

#: Empty lines and comments. A file may have nothing else, so they are passed over in one go.
_NOTHING: Final = re.compile(r"(?:\s|#[^\r\n]*)*+")
#: How much of a wrong first line is repeated.
_SHOWN: Final = 60
#: No file has its version further down: everything before it is empty or a comment.
_BLANKS: Final = " \t"


@frozen
class Version:
    """`table` is that by which the file is read; `line` the number of its version line, or 0. `language`: in which the
    author writes, as far as it can be told, also where the file is not read."""

    table: PhraseTable | None
    line: int
    mistake: Diagnostic | None
    of_author: PhraseTable | None = None

    @property
    def language(self) -> str | None:
        found = self.table or self.of_author
        return found.language if found else None


def find_version(source: Source, tables: Mapping[str, PhraseTable]) -> Version:
    """Looks at the first line that is neither empty nor a comment.

    A line that is nearly a version line is taken for one, and a file that starts with a block has the language of its
    header, so that the rest can be read; both are mistakes all the same.
    """
    number = source.line_number(_NOTHING.match(source.text).end())  # type: ignore[union-attr] # it matches the empty text
    span = source.line_span(number)
    words = source.slice(span).partition("#")[0].split()
    if words:
        return _first_line(words, number, _trimmed(source, span), tables)
    return Version(None, 0, Diagnostic(EmptyFile(), Span(0, 0)))


def version_text(table: PhraseTable) -> str:
    """The version line of a language."""
    return f"{table.version} {VERSION}"


def _first_line(words: list[str], number: int, span: Span, tables: Mapping[str, PhraseTable]) -> Version:
    line = " ".join(words)
    known = {version_text(table): table for table in tables.values()}
    if line in known:
        return Version(known[line], number, None)
    mistake = _mistake(line[:_SHOWN], span, tables)
    other = next((table for table in tables.values() if line.rpartition(" ")[0] == table.version), None)
    if other is not None:
        return Version(None, number, mistake, other)  # another version: nothing behind it can be judged
    near = nearest(line, known)
    if near is not None:
        return Version(known[near], number, mistake)
    for table in tables.values():
        phrases = table.opening.get(words[0], ())
        if any(words[: len(phrase.words)] == list(phrase.words) for phrase in phrases):
            return Version(table, 0, mistake)
    return Version(None, 0, mistake)


def _trimmed(source: Source, span: Span) -> Span:
    text = source.slice(span)
    start = len(text) - len(text.lstrip(_BLANKS))
    return Span(span.start + start, span.start + len(text.partition("#")[0].rstrip(_BLANKS)))


def _mistake(found: str, span: Span, tables: Mapping[str, PhraseTable]) -> Diagnostic:
    return Diagnostic(VersionLine(found, tuple(version_text(table) for table in tables.values())), span)
