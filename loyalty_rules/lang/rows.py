"""Table rows: `| latte | coffee | 1 | 250 RUB |`.

Cells are parted by bars outside quotes. A cell that starts with `#` is a comment instead, so that a row can have one
behind its last bar; inside a cell `#` is data.
"""

from __future__ import annotations

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang.scanner import MAX_STRING
from loyalty_rules.lang.tokens import Cell
from loyalty_rules.problems.reading import RowNotClosed, StringNotClosed, StringTooLong
from loyalty_rules.source import Span

_BLANKS = " \t"


def cells_of(text: str, offset: int) -> tuple[tuple[Cell, ...], str, Diagnostic | None]:
    """The cells of a row whose line starts at `offset`, its comment (with `#`, or ""), and its first mistake."""
    cells: list[Cell] = []
    start = text.index("|") + 1
    while True:
        rest = text[start:].strip(_BLANKS)
        if not rest or rest.startswith("#"):
            return tuple(cells), rest, None
        end, mistake = _end_of_cell(text, start, offset)
        if mistake is not None:
            return tuple(cells), "", mistake
        cells.append(_cell(text, start, end, offset))
        start = end + 1


def _end_of_cell(text: str, start: int, offset: int) -> tuple[int, Diagnostic | None]:
    position = start
    while position < len(text):
        if text[position] == "|":
            return position, None
        if text[position] == '"':
            closing = text.find('"', position + 1)
            if closing < 0:
                at = offset + position
                return position, Diagnostic(StringNotClosed(), Span(at, at + 1))
            if closing - position - 1 > MAX_STRING:
                span = Span(offset + position, offset + closing + 1)
                return position, Diagnostic(StringTooLong(MAX_STRING), span)
            position = closing
        position += 1
    end = offset + len(text.rstrip(_BLANKS))
    return position, Diagnostic(RowNotClosed(), Span(end, end))


def _cell(text: str, start: int, end: int, offset: int) -> Cell:
    inside = text[start:end]
    trimmed = inside.strip(_BLANKS)
    # An empty cell stands right behind the blank after its bar.
    first = start + (len(inside) - len(inside.lstrip(_BLANKS)) if trimmed else min(1, len(inside)))
    return Cell(trimmed, Span(offset + first, offset + first + len(trimmed)))
