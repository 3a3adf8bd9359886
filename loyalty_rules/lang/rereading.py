"""A file read again while it is edited: what stands on lines that have not changed is not read anew.

What a line says follows from its text and the language alone, wherever it stands. So a line that was read before is
taken over with its nodes, their places moved along with it. Blocks are put together anew, and everything is checked
anew: a file read so is equal to the same file read afresh.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang.lexer import Reserved, read_line
from loyalty_rules.lang.moving import moved
from loyalty_rules.lang.parser import Reading, parse, read
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.tokens import Line, Token
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.source import Source, Span

#: Two lines of one kind say the same: the language, the text, and whether it is the version line.
_Key: TypeAlias = tuple[str, str, bool]
_NOTHING: Final = object()


@dataclass(slots=True)
class _Known:
    """A line that was read, with its nodes by the start symbol they were read as. `before`: as it was read the last
    time, `by` how far it has moved since."""

    line: Line
    mistake: Diagnostic | None
    size: int
    nodes: dict[str, Any] = field(default_factory=dict)
    before: _Known | None = None
    by: int = 0

    def moved(self, number: int, span: Span) -> _Known:
        by = span.start - self.line.span.start
        line = self.line if not by else moved(self.line, by)
        return _Known(line._replace(number=number), moved(self.mistake, by), self.size, before=self, by=by)

    def node(self, start: str, tokens: Sequence[Token]) -> Any:
        """What the line says as a start symbol of the grammar."""
        found = self.nodes.get(start, _NOTHING)
        if found is _NOTHING and self.before is not None and start in self.before.nodes:
            found = moved(self.before.nodes[start], self.by)
        elif found is _NOTHING:
            found = parse(start, tokens)
        self.nodes[start] = found
        return found


class Rereading:
    """Reads one text after another, each like the last one but for some lines. It remembers the last text alone."""

    def __init__(self) -> None:
        self._before: dict[_Key, deque[_Known]] = {}
        self._now: dict[_Key, deque[_Known]] = {}
        self._by_tokens: dict[int, _Known] = {}  # by the identity of tokens that this reading holds

    def read(self, source: Source, limits: Limits = LIMITS) -> Reading:
        """The reading of a text, as `read` gives it."""
        self._before, self._now = self._now, {}
        try:
            return read(source, limits=limits, read_line=self._line, parse=self._parse)
        finally:
            self._before = {}
            self._by_tokens.clear()
            for known in self._now.values():
                for one in known:
                    one.before = None

    def _line(
        self, source: Source, number: int, span: Span, table: PhraseTable, reserved: Reserved, *, is_version: bool
    ) -> tuple[Line, Diagnostic | None, int]:
        key = (table.language, source.text[span.start : span.end], is_version)
        before = self._before.get(key)
        if before:
            known = before.popleft().moved(number, span)
        else:
            known = _Known(*read_line(source, number, span, table, reserved, is_version=is_version))
        self._now.setdefault(key, deque()).append(known)
        if known.line.tokens:
            self._by_tokens[id(known.line.tokens)] = known
        return known.line, known.mistake, known.size

    def _parse(self, start: str, tokens: Sequence[Token]) -> Any:
        known = self._by_tokens.get(id(tokens))
        return parse(start, tokens) if known is None else known.node(start, tokens)
