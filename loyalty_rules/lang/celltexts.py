"""What a cell of a table row says, whatever the language of its file.

A cell that reads as words of the language (`at least 5`, `all`, `sunday`; in the first row `category`) is kept by its
roles, any other as written. Data that would read as such words has to stand in quotes; so that a file can be turned
into any language, this counts for the words of every language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.lang.lexer import Reserved, tokens_of
from loyalty_rules.lang.mistakes import Stuck
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.tokens import Cell, Duration, Token, YearDay
from loyalty_rules.problems.reading import NameReserved
from loyalty_rules.values import frozen

#: Stands before a role in the text of a cell; it can stand nowhere in a rule file.
ROLE_MARK: Final = "\0"

_MARKS: Final = frozenset({"COMMA", "LPAR", "RPAR", "LSQB", "RSQB"})

_Parse: TypeAlias = Callable[[str, Sequence[Token]], Any]


@frozen
class CellReader:
    """Reads cells in the language of `table`; `others` are the tables of the other languages."""

    table: PhraseTable
    others: tuple[PhraseTable, ...]
    reserved: Reserved
    parse: _Parse

    def words(self, text: str, start: str) -> tuple[Token, ...]:
        """The tokens of a cell that reads as words of the language; () for data. `start`: head or cell."""
        return self._words(text, start, self.table)

    def data(self, text: str, start: str) -> str | None:
        """The data of a cell that has to be quoted, in this or another language, without its quotes; else None."""
        inside = text[1:-1] if len(text) > 2 and text[0] == text[-1] == '"' else text
        if inside != inside.strip() or '"' in inside or "|" in inside or inside.startswith("#"):
            return None
        tables = (self.table, *self.others)
        return inside if any(self._words(inside, start, table) for table in tables) else None

    def text(self, cell: Cell, start: str) -> str:
        """The canonical text of a cell; equal in a file and in its translation."""
        tokens = self.words(cell.text, start)
        if tokens:
            return " ".join(_canonical(token) for token in tokens)
        data = self.data(cell.text, start)
        return cell.text if data is None else data

    def reserved_name(self, cell: Cell, start: str) -> Diagnostic | None:
        """A head that is a name, and a word of another language."""
        if start != "head" or not self.reserved.keys() & {cell.text}:
            return None
        mistake = tokens_of(cell.text, cell.span.start, self.table, self.reserved, opening=False).mistake
        return mistake if mistake is not None and isinstance(mistake.problem, NameReserved) else None

    def _words(self, text: str, start: str, table: PhraseTable) -> tuple[Token, ...]:
        if not any(word in table.inline for word in text.replace("(", " ").split()):
            return ()
        lexed = tokens_of(text, 0, table, opening=False)
        if lexed.mistake is not None or lexed.comment or not _has_words(lexed.tokens, table):
            return ()
        return () if isinstance(self.parse(start, lexed.tokens), Stuck) else lexed.tokens


def _has_words(tokens: Iterable[Token], table: PhraseTable) -> bool:
    return any(token.role in table.forms for token in tokens)


def _canonical(token: Token) -> str:
    if isinstance(token.value, Duration):
        return f"{token.value.number} {ROLE_MARK}{token.value.unit}"
    if isinstance(token.value, YearDay):
        return f"{token.value.day} {ROLE_MARK}MO{token.value.month:02}"
    if token.value is not None or token.role in _MARKS:
        return token.text
    return ROLE_MARK + token.role
