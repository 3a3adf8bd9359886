"""`loyalty compile`: a rule file checked once, and written in its saved form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loyalty_rules.adapters.cli.checking import ERRORS, FINE
from loyalty_rules.adapters.cli.files import write_whole
from loyalty_rules.adapters.cli.histories import Earlier, files_of, loaded, one_stdin
from loyalty_rules.adapters.cli.terminal import out, words
from loyalty_rules.saving import save


def run_compile(
    rules: str, file: str, *, earlier: Earlier = (), tables: Sequence[str] = (), language: str | None
) -> int:
    """Writes the saved form of a rule file with its earlier editions. Nothing is written where one has errors."""
    words(language)
    one_stdin(language, rules, *files_of(earlier, tables))
    programme = loaded(rules, language, earlier, tables)
    if programme is None:
        return ERRORS
    told = language or programme.language
    write_whole(Path(file), save(programme), told)
    out(words(told).text("compile.written", name=file, fingerprint=programme.fingerprint))
    return FINE
