"""`loyalty fmt`: the one canonical form of a rule file, in its own language or the other one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from loyalty_rules.adapters.cli.checking import ERRORS, FINE, tell_all
from loyalty_rules.adapters.cli.files import RuleFile, rule_files, write_whole
from loyalty_rules.adapters.cli.raising import limits_given
from loyalty_rules.adapters.cli.terminal import err, out, words
from loyalty_rules.errors import InputError, RuleFileError
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.lexer import language_of
from loyalty_rules.source import Source, decode


def run_fmt(names: Sequence[str], *, check: bool, diff: bool, to: str | None, language: str | None) -> int:
    """Formats in place, the standard input to the standard output; `check` and `diff` write no file.

    Exit code 1 where a file has errors, and with `check` or `diff` where one would change.
    """
    words(language)
    code = FINE
    for file in rule_files(names, language):
        code = max(code, _one(file, check=check, diff=diff, to=to, language=language))
    return code


def _one(file: RuleFile, *, check: bool, diff: bool, to: str | None, language: str | None) -> int:
    try:
        source = decode(file.data, file.name, limits_given(language).bytes)
    except InputError as error:
        err(f"{file.name}: {error.message} [{error.code}]")
        return ERRORS
    told = language or language_of(source) or "en"
    texts = words(told)
    try:
        formatted = format_source(source, to, limits=limits_given(language))
    except RuleFileError as error:
        tell_all(error.diagnostics, source, told)
        err(texts.text("fmt.skipped", name=file.name))
        return ERRORS
    changed = formatted.encode() != file.data
    if diff:
        out(_difference(source, formatted), end="")
    elif check:
        if changed:
            out(texts.text("fmt.would", name=file.name))
    elif file.path is None:
        out(formatted, end="")
    elif changed:
        write_whole(file.path, formatted.encode(), language)
        out(texts.text("fmt.done", name=file.name))
    return ERRORS if changed and (check or diff) else FINE


def _difference(source: Source, formatted: str) -> str:
    before = [source.line_text(number) + "\n" for number in range(1, source.line_count + 1)]
    if before[-1] == "\n":  # behind the last line break there is no line
        before.pop()
    after = formatted.splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, source.name, source.name))
