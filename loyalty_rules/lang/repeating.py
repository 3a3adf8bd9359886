"""Lines that stand in a file more than once: each is read once, and moved to its other places.

Rules that say the same on a thousand lines are common in large files, and a line takes longer to read than to move.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang.blocks import Parse
from loyalty_rules.lang.lexer import Reserved, read_line
from loyalty_rules.lang.moving import moved
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.tokens import Line, Token
from loyalty_rules.source import Source, Span

_NOTHING: Final = object()


class _Again(Sequence[Token]):
    """The tokens of an earlier line, further down. Each is made when it is asked for: few of them ever are."""

    __slots__ = ("by", "first")

    def __init__(self, first: Sequence[Token], by: int) -> None:
        self.first = first
        self.by = by

    def __getitem__(self, place: Any) -> Any:
        return moved(self.first[place], self.by)

    def __len__(self) -> int:
        return len(self.first)

    def __iter__(self) -> Iterator[Token]:
        return (moved(token, self.by) for token in self.first)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, _Again) else other)

    def __repr__(self) -> str:
        return repr(tuple(self))


class Repeating:
    """Reads the lines of one text, and parses their tokens with `parse`; what comes out is the same."""

    def __init__(self, parse: Parse) -> None:
        self._afresh = parse
        self._lines: dict[str, tuple[Line, Diagnostic | None, int]] = {}
        self._nodes: dict[tuple[str, int], Any] = {}  # by start symbol and identity of tokens that a line holds

    def line(
        self, source: Source, number: int, span: Span, table: PhraseTable, reserved: Reserved, *, is_version: bool
    ) -> tuple[Line, Diagnostic | None, int]:
        """A line, as `read_line` gives it."""
        text = source.text[span.start : span.end]
        known = self._lines.get(text)
        if known is None or is_version:
            known = read_line(source, number, span, table, reserved, is_version=is_version)
            if not is_version:
                self._lines[text] = known
            return known
        first, mistake, size = known
        by = span.start - first.span.start
        tokens = _Again(first.tokens, by) if first.tokens else ()
        cells = moved(first.cells, by) if first.cells else ()
        line = Line(number, first.kind, span, tokens, cells, first.comment, first.role)
        return line, mistake and moved(mistake, by), size

    def parse(self, start: str, tokens: Sequence[Token]) -> Any:
        """What the tokens of a line say as a start symbol of the grammar."""
        if not isinstance(tokens, _Again):
            return self._afresh(start, tokens)
        key = (start, id(tokens.first))
        node = self._nodes.get(key, _NOTHING)
        if node is _NOTHING:
            node = self._nodes[key] = self._afresh(start, tokens.first)
        return moved(node, tokens.by)
