"""Puts blocks together from lines: header … `end`.

Each line is parsed on its own, so a mistake costs one line and one diagnostic. A header starts a block wherever it
stands; a forgotten `end` is reported where the lines of its block stop. Lines behind a header that is none are passed
over up to the next `end`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from loyalty_rules.diagnostics import MAX_DIAGNOSTICS, Diagnostic, Problem, Related, Role
from loyalty_rules.lang import mistakes
from loyalty_rules.lang.building.clauses import Header
from loyalty_rules.lang.celltexts import CellReader
from loyalty_rules.lang.mistakes import Stuck
from loyalty_rules.lang.otherwise import words_from
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.syntax import Block, Clause, Row
from loyalty_rules.lang.tokens import Line, LineKind, Token
from loyalty_rules.limits import LIMITS
from loyalty_rules.problems.reading import (
    BlockNotClosed,
    EndWithoutBlock,
    OutsideBlock,
    RowElsewhere,
    TextAfter,
    TooMuch,
    UnknownBlock,
)
from loyalty_rules.source import Span

#: Reads tokens by a start symbol of the grammar.
Parse: TypeAlias = Callable[[str, Sequence[Token]], Any]

#: Headers without a name: what stands behind them is a title in quotes or does not belong to a header.
_TITLED: Final = frozenset({"H_PROGRAMME", "H_EXAMPLE"})
#: Blocks that take rows.
_WITH_ROWS: Final = frozenset({"H_TABLE", "H_EXAMPLE"})


def start_of(header: str) -> str:
    """The start symbol of the clauses of a block: `earn` for H_EARN."""
    return header.removeprefix("H_").lower()


def assemble(
    lines: Sequence[Line],
    table: PhraseTable,
    parse: Parse,
    openers: Mapping[str, frozenset[str]],
    cells: CellReader,
    most: int = LIMITS.blocks,
) -> tuple[tuple[Block, ...], tuple[Diagnostic, ...]]:
    """The blocks of a file, without the lines that could not be read, and the mistakes that were found.

    `openers`: by the role of each header, what can open the lines of its blocks. `most`: how many blocks there may be.
    """
    assembly = _Assembly(table, parse, openers, cells, most)
    behind = iter([*(line.role for line in lines if line.kind is not LineKind.BLANK), ""])
    next(behind)
    for line in lines:
        if line.kind is not LineKind.BLANK:
            assembly.following = next(behind)
        assembly.take(line)
    assembly.finish()
    return tuple(assembly.blocks), tuple(assembly.diagnostics)


@dataclass(slots=True)
class _Open:
    """The block that is being read. `header` is None where the header line could not be read."""

    kind: str
    header: Header | None
    span: Span
    words: str  # its kind with its name or title, as written
    indent: int  # of its header
    clauses: list[Clause] = field(default_factory=list)
    heads_due: bool = True  # the next row holds the heads


def _indent(line: Line) -> int:
    """How far in the first word of a line stands."""
    return line.tokens[0].span.start - line.span.start


@dataclass(slots=True)
class _Assembly:
    table: PhraseTable
    parse: Parse
    openers: Mapping[str, frozenset[str]]
    cells: CellReader
    most: int
    blocks: list[Block] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    open: _Open | None = None
    passing: bool = False  # over lines of a block whose header is none
    count: int = 0  # of headers
    following: str = ""  # the first phrase of the next line with text
    stops: Span | None = None  # where the lines of the open block stop: the blank line behind the last of them
    last: Span = field(default=Span(0, 0))  # the last line with text

    def report(self, problem: Problem, span: Span, *related: Related) -> None:
        self.diagnostics.append(Diagnostic(problem, span, related))

    def take(self, line: Line) -> None:
        if self.count > self.most:
            return
        if line.kind is not LineKind.BLANK:
            self.take_text(line)
            self.stops = None
            self.last = line.span
        elif self.stops is None:
            self.stops = Span(line.span.start, line.span.start)

    def take_text(self, line: Line) -> None:
        if line.kind is LineKind.ROW:
            self.row(line)
        elif line.role == "END":
            self.end(line)
        elif line.role.startswith("H_") and self.is_header(line):
            self.header(line)
        elif line.kind is LineKind.CLAUSE:
            self.clause(line)

    def is_header(self, line: Line) -> bool:
        """False for a line of an open block that only begins with the word of a header: `programme yer starts`, or
        `budget ads` among the lines of a rule, behind which its lines go on."""
        if self.open is None:
            return True
        if self.stops is None and _indent(line) > self.open.indent and line.tokens[-1].role != "STRING":
            goes_on = self.following == "END" or self.following in self.openers[self.open.kind]
            other = line.role != self.open.kind or self.following == "END" or self.is_stuck("header", line.tokens)
            if goes_on and other:
                return False
        if line.kind is LineKind.FAULTY:  # what it says is not known: where it stands tells
            return _indent(line) <= self.open.indent
        if not self.few:
            return True
        if not self.is_stuck("header", line.tokens):
            return True
        if line.role in _TITLED and len(line.tokens) > 1:
            return False  # the rest of a broken line: `programme year`
        words = words_from(line.tokens, 0)
        return mistakes.probably_meant(words, self.openers[self.open.kind], self.table) is None

    @property
    def few(self) -> bool:
        """Whether the mistakes so far are few enough to look for what was meant: the others are counted, not shown."""
        return len(self.diagnostics) < MAX_DIAGNOSTICS

    def is_stuck(self, start: str, tokens: Sequence[Token]) -> bool:
        return isinstance(self.parse(start, tokens), Stuck)

    def header(self, line: Line) -> None:
        tokens = line.tokens
        span = tokens[0].span.join(tokens[-1].span)
        self.count += 1
        if self.count > self.most:
            self.report(TooMuch(Role("BLOCK_COUNT"), self.most), span)
            return
        if self.open is not None:
            self.report(BlockNotClosed(self.open.words), self.stops or span, Related(self.open.span, "block.opened"))
            self.close(self.last)
        self.passing = False
        header = None
        if line.kind is LineKind.CLAUSE:
            read = self.parse("header", tokens)
            if isinstance(read, Stuck):
                self.diagnostics.append(mistakes.explain_header(read, tokens, self.table, suggest=self.few))
            else:
                header = read
        words = " ".join(token.text for token in tokens[:2])[: mistakes.MAX_WORD]
        self.open = _Open(line.role, header, span, words, _indent(line))

    def end(self, line: Line) -> None:
        first = line.tokens[0]
        if len(line.tokens) > 1 and line.kind is LineKind.CLAUSE:
            rest = line.tokens[1].span.join(line.tokens[-1].span)
            self.report(TextAfter(line.tokens[1].text[: mistakes.MAX_WORD]), rest)
        if self.open is not None:
            self.close(first.span)
        elif not self.passing:
            self.report(EndWithoutBlock(), first.span)
        self.passing = False

    def close(self, last: Span) -> None:
        block, self.open = self.open, None
        if block is not None and block.header is not None:
            header = block.header
            whole = header.span.join(last)
            clauses = tuple(block.clauses)
            self.blocks.append(Block(block.kind, header.name, header.title, clauses, header.span, span=whole))

    def clause(self, line: Line) -> None:
        tokens = line.tokens
        if self.open is None:
            self.outside(line)
        elif line.role not in self.openers[self.open.kind]:
            self.diagnostics.append(
                mistakes.explain_opening(tokens, self.open.kind, self.openers, self.table, suggest=self.few)
            )
        else:
            read = self.parse(start_of(self.open.kind), tokens)
            if isinstance(read, Stuck):
                self.diagnostics.append(mistakes.explain(read, tokens, self.table, line.span, suggest=self.few))
            else:
                self.open.clauses.append(read)
            if line.role == "AT":
                self.open.heads_due = True

    def outside(self, line: Line) -> None:
        if self.passing:
            return
        self.passing = True
        tokens = line.tokens
        word = tokens[0].text[: mistakes.MAX_WORD]
        headers = [role for role in self.openers if role in self.table.forms]
        looked_for = self.few and line.role == "NAME"
        meant = mistakes.probably_meant([word], headers, self.table) if looked_for else None
        shape = [token.role for token in tokens[:3]]
        if meant is not None or shape in (["NAME", "NAME"], ["NAME", "NAME", "STRING"], ["NAME", "STRING"]):
            self.report(UnknownBlock(word, meant.role if meant is not None else None), tokens[0].span)
        else:
            self.report(OutsideBlock(word), tokens[0].span.join(tokens[-1].span))

    def row(self, line: Line) -> None:
        block = self.open
        if block is None:
            if not self.passing:
                self.passing = True
                self.report(OutsideBlock("|"), line.span)
        elif block.kind not in _WITH_ROWS:
            self.report(RowElsewhere(Role(block.kind)), line.span)
        else:
            start = "head" if block.heads_due else "cell"
            block.heads_due = False
            self.diagnostics += [found for cell in line.cells if (found := self.cells.reserved_name(cell, start))]
            texts = tuple(self.cells.text(cell, start) for cell in line.cells)
            block.clauses.append(Row(line.cells, texts, span=line.span))

    def finish(self) -> None:
        if self.open is not None:
            opened = self.open.span
            if self.stops is None:
                self.report(BlockNotClosed(self.open.words), opened)
            else:
                self.report(BlockNotClosed(self.open.words), self.stops, Related(opened, "block.opened"))
            self.close(self.last)
