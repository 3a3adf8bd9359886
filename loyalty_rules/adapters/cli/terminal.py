"""What goes to the terminal: escaped, in UTF-8, coloured only where someone looks and nothing forbids it."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import click

from loyalty_rules.diagnostics import Severity
from loyalty_rules.explaining.wording import Wording, wording

_PAGE: Final = "command_line"
#: How wide a table may be where no terminal says how wide it is.
_WIDTH: Final = 160
#: Controls but the line break, invisible and bidirectional formatting, half surrogates, separators of lines.
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_HEAD: Final = re.compile(r"[^\[\n]*\[L[0-9]{3}\]")


def prepare() -> None:
    """Makes both streams UTF-8 whatever the machine's locale says; what cannot be written is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def words(language: str | None) -> Wording:
    """The texts of the command line. Raises `SettingsError` (`language.unknown`)."""
    return wording(language or "en", _PAGE)


def escaped(text: str) -> str:
    """`text` with every character escaped that moves the cursor, colours, or hides: only line breaks stay."""
    if text.isprintable():
        return text
    return "".join(_escape(character) if _unsafe(character) else character for character in text)


def _unsafe(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) in _UNSAFE


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def out(text: str, *, end: str = "\n") -> None:
    """Writes a text to the standard output."""
    click.echo(escaped(text) + end, nl=False)


def out_json(text: str) -> None:
    """Writes a JSON text to the standard output, what must not reach a terminal escaped as JSON does it."""
    if not text.isprintable():
        text = "".join(json.dumps(one)[1:-1] if _unsafe(one) else one for one in text)
    click.echo(text)


def err(text: str, *, end: str = "\n") -> None:
    """Writes a text to the standard error."""
    click.echo(escaped(text) + end, nl=False, err=True)


def diagnose(rendered: str, severity: Severity) -> None:
    """Writes a rendered diagnostic to the standard error, its head in colour where colours are wanted."""
    text = escaped(rendered).rstrip("\n")
    head = _HEAD.match(text)
    if head is not None and wants_colour(sys.stderr.isatty()):
        colour = "yellow" if severity is Severity.WARNING else "red"
        text = click.style(head[0], fg=colour, bold=True) + text[head.end() :]
    click.echo(text, err=True)


def wants_colour(terminal: bool) -> bool:
    """Colours are for terminals, and not where NO_COLOR is set to anything (https://no-color.org)."""
    return terminal and not os.environ.get("NO_COLOR")


def show_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for people, on the standard output. Cells are plain text: nothing in them is markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(escaped(title)), title_justify="left")
    for head in heads:
        table.add_column(Text(escaped(head)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(escaped(cell)) for cell in row))
    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout,
        width=None if terminal else _WIDTH,
        no_color=not wants_colour(terminal),
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(table)
