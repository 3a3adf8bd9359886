"""A rule file before it has a language: lines of roles, names and data, written with the phrases of any table.

`GIVE 1 points PER 10 RUB` is `give 1 points per 10 RUB` in English and `дать 1 points за 10 RUB` in Russian. What is
no role of the phrase tables is a name, a number, a mark or data in quotes, and stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.phrases import PhraseTable, phrase_tables
from loyalty_rules.lang.tables import TABLES_FILE
from loyalty_rules.lang.version import version_text
from loyalty_rules.source import Source

_WORD: Final = re.compile(r'"[^"]*"|\b[A-Z][A-Z0-9_]+\b')
#: The roles of which a block is made that its sketch leaves out.
_CLOSED: Final = "END"


@dataclass(frozen=True)
class Sketch:
    """The blocks of a file, each with its lines, the header first and without the `end`."""

    blocks: tuple[tuple[str, ...], ...]

    def text(self, language: str = "en") -> str:
        """The rule file, line by line as it was drawn."""
        table = phrase_tables()[language]
        lines = [version_text(table)]
        for block in self.blocks:
            lines += ["", *(said(line, table) for line in block), table.text(_CLOSED)]
        return "\n".join(lines) + "\n"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What hypothesis prints where a test fails."""
        printer.text(f"\n{self.text()}")

    def written(self, language: str = "en") -> str:
        """The rule file in its canonical form."""
        return format_source(Source("drawn", self.text(language)))

    @property
    def roles(self) -> Iterator[str]:
        """Every role in the file, as often as it stands there."""
        table = next(iter(phrase_tables().values()))
        for block in self.blocks:
            yield _CLOSED
            for line in block:
                yield from (word for word in _WORD.findall(line) if word in table.forms)

    def without(self, block: int, line: int | None = None) -> Sketch:
        """The sketch without a block, or without a line of one."""
        lines = () if line is None else (_left_out(self.blocks[block], line),)
        return Sketch((*self.blocks[:block], *lines, *self.blocks[block + 1 :]))

    def __repr__(self) -> str:
        return self.written()


def _left_out(lines: tuple[str, ...], place: int) -> tuple[str, ...]:
    return (*lines[:place], *lines[place + 1 :])


def said(line: str, table: PhraseTable) -> str:
    """A line of roles in the words of a table."""
    return _WORD.sub(lambda found: table.text(found[0]) if found[0] in table.forms else found[0], line)


@cache
def choices(symbol: str) -> tuple[str, ...]:
    """The phrases that a symbol of the grammar can be, each alone, in the order of the phrase table: a phrase that is
    added to the grammar is drawn from then on."""
    page = json.loads(resources.files("loyalty_rules.grammar").joinpath(TABLES_FILE).read_text(encoding="utf-8"))
    symbols, places = page["symbols"], next(iter(phrase_tables().values())).places
    found = {
        symbols[parts[0]]
        for _, origin, parts in page["rules"]
        if symbols[origin] == symbol and len(parts) == 1 and symbols[parts[0]] in places
    }
    return tuple(sorted(found, key=lambda role: places[role]))
